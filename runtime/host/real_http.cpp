#include "runtime/host/curl_library.h"
#include "runtime/host/ports.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::host {
namespace {

constexpr long slowest = 1024; // bytes a second: less is standing still

/// What libcurl's callbacks get.
struct Transfer {
  const CurlLibrary &curl;
  const HttpRequest &request;
  CURL *handle = nullptr;
  HttpResponse response = {};
  std::int64_t received = 0;
  int source = -1, target = -1; ///< Files of the bodies, where they are such.
  std::string problem = {};     ///< Why we ended it ourselves.

  Transfer(const CurlLibrary &library, const HttpRequest &asked) : curl(library), request(asked) {}
  Transfer(const Transfer &) = delete;
  ~Transfer() {
    for (const int file : {source, target})
      if (file >= 0) ::close(file);
  }
  std::size_t giveUp(std::string why) {
    problem = std::move(why);
    return 0;
  }
};

bool writeAll(int file, const char *data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// Returning less than `size` ends the transfer.
std::size_t takeBody(char *data, std::size_t, std::size_t size, void *into) {
  Transfer &transfer = *static_cast<Transfer *>(into);
  const HttpRequest &request = transfer.request;
  transfer.received += static_cast<std::int64_t>(size);
  if (transfer.received > request.mostBytes)
    return transfer.giveUp("the answer is longer than " + std::to_string(request.mostBytes) + " bytes");
  long status = 0;
  transfer.curl.info(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
  if (request.into.empty() || status != 200) {
    transfer.response.body.append(data, size);
    return size;
  }
  if (transfer.target < 0)
    transfer.target = ::open(request.into.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (transfer.target < 0 || !writeAll(transfer.target, data, size))
    return transfer.giveUp("cannot write `" + request.into + "`: " + std::strerror(errno));
  return size;
}

std::size_t giveBody(char *into, std::size_t, std::size_t size, void *from) {
  Transfer &transfer = *static_cast<Transfer *>(from);
  for (;;) {
    const ssize_t got = ::read(transfer.source, into, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    transfer.giveUp("cannot read `" + transfer.request.bodyFile + "`: " + std::strerror(errno));
    return CURL_READFUNC_ABORT;
  }
}

/// It is sent once more where a kept connection turns out to be closed.
int seekBody(void *from, curl_off_t offset, int origin) {
  const int source = static_cast<Transfer *>(from)->source;
  return ::lseek(source, offset, origin) < 0 ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

std::size_t takeHeader(char *data, std::size_t, std::size_t size, void *into) {
  auto &headers = static_cast<Transfer *>(into)->response.headers;
  const llvm::StringRef line(data, size);
  if (line.startswith("HTTP/")) headers.clear(); // those of a 100 Continue
  auto [name, value] = line.split(':');
  if (!value.empty()) headers[name.trim().lower()] = value.trim().str();
  return size;
}

int askWhetherWanted(void *of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  Transfer &transfer = *static_cast<Transfer *>(of);
  if (!transfer.request.unwanted()) return 0;
  transfer.giveUp("given up");
  return 1;
}

bool isLoopback(llvm::StringRef url) {
  return url.startswith("http://127.") || url.startswith("http://localhost") ||
         url.startswith("http://[::1]") || url.startswith("https://127.") ||
         url.startswith("https://localhost");
}

void setTimes(const Transfer &transfer) {
  const CurlLibrary &curl = transfer.curl;
  const auto milliseconds = static_cast<long>(transfer.request.timeout.milliseconds);
  if (!transfer.request.large) {
    curl.set(transfer.handle, CURLOPT_TIMEOUT_MS, milliseconds);
    return;
  }
  curl.set(transfer.handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
  curl.set(transfer.handle, CURLOPT_LOW_SPEED_LIMIT, slowest);
  curl.set(transfer.handle, CURLOPT_LOW_SPEED_TIME, (milliseconds + 999) / 1000);
}

/// Error: the file that is to be sent cannot be read.
llvm::Error setBody(Transfer &transfer) {
  const HttpRequest &request = transfer.request;
  const CurlLibrary &curl = transfer.curl;
  CURL *handle = transfer.handle;
  if (request.method == "HEAD") {
    curl.set(handle, CURLOPT_NOBODY, 1L);
  } else if (!request.bodyFile.empty()) {
    struct stat status {};
    transfer.source = ::open(request.bodyFile.c_str(), O_RDONLY | O_CLOEXEC);
    if (transfer.source < 0 || ::fstat(transfer.source, &status) != 0)
      return llvm::createStringError(std::error_code(errno, std::generic_category()), "cannot read `%s`: %s",
                                     request.bodyFile.c_str(), std::strerror(errno));
    curl.set(handle, CURLOPT_UPLOAD, 1L);
    curl.set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl.set(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(status.st_size));
    curl.set(handle, CURLOPT_READFUNCTION, giveBody);
    curl.set(handle, CURLOPT_READDATA, &transfer);
    curl.set(handle, CURLOPT_SEEKFUNCTION, seekBody);
    curl.set(handle, CURLOPT_SEEKDATA, &transfer);
  } else if (request.method != "GET" || !request.body.empty()) {
    curl.set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl.set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl.set(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  return llvm::Error::success();
}

void setAnswer(Transfer &transfer) {
  const CurlLibrary &curl = transfer.curl;
  CURL *handle = transfer.handle;
  curl.set(handle, CURLOPT_WRITEFUNCTION, takeBody);
  curl.set(handle, CURLOPT_WRITEDATA, &transfer);
  curl.set(handle, CURLOPT_HEADERFUNCTION, takeHeader);
  curl.set(handle, CURLOPT_HEADERDATA, &transfer);
  if (!transfer.request.unwanted) return;
  curl.set(handle, CURLOPT_NOPROGRESS, 0L);
  curl.set(handle, CURLOPT_XFERINFOFUNCTION, askWhetherWanted);
  curl.set(handle, CURLOPT_XFERINFODATA, &transfer);
}

using List = std::unique_ptr<curl_slist, decltype(&::curl_slist_free_all)>;

List headersFor(const HttpRequest &request, const CurlLibrary &curl) {
  List headers(nullptr, curl.freeList);
  for (const auto &[name, value] : request.headers)
    headers.reset(curl.append(headers.release(), (name + ": " + value).c_str()));
  if (!request.bodyFile.empty())
    headers.reset(curl.append(headers.release(), "Expect:")); // no second's pause
  return headers;
}

void setTarget(const Transfer &transfer) {
  const CurlLibrary &curl = transfer.curl;
  const HttpRequest &request = transfer.request;
  curl.set(transfer.handle, CURLOPT_URL, request.url.c_str());
  curl.set(transfer.handle, CURLOPT_NOSIGNAL, 1L);
  curl.set(transfer.handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl.set(transfer.handle, CURLOPT_PROTOCOLS_STR, "http,https");
  if (!request.authorities.empty()) curl.set(transfer.handle, CURLOPT_CAINFO, request.authorities.c_str());
  if (isLoopback(request.url)) curl.set(transfer.handle, CURLOPT_PROXY, ""); // never ask one for ourselves
}

using Handle = std::unique_ptr<CURL, decltype(&::curl_easy_cleanup)>;

/// A handle without any settings: the thread's own, which keeps its connections, or a new one.
CURL *handleFor(const HttpRequest &request, const CurlLibrary &curl, Handle &fresh) {
  thread_local Handle kept(nullptr, curl.freeHandle);
  if (!request.keepConnection) {
    fresh.reset(curl.makeHandle());
    return fresh.get();
  }
  if (!kept) kept.reset(curl.makeHandle());
  curl.resetHandle(kept.get());
  return kept.get();
}

class RealHttp final : public Http {
public:
  llvm::Expected<HttpResponse> send(const HttpRequest &request) override {
    llvm::Expected<const CurlLibrary &> library = curlLibrary();
    if (!library) return library.takeError();
    const CurlLibrary &curl = *library;
    Handle fresh(nullptr, curl.freeHandle);
    Transfer transfer(curl, request);
    transfer.handle = handleFor(request, curl, fresh);
    const List headers = headersFor(request, curl);
    char message[CURL_ERROR_SIZE] = "";
    curl.set(transfer.handle, CURLOPT_ERRORBUFFER, message);
    curl.set(transfer.handle, CURLOPT_HTTPHEADER, headers.get());
    setTarget(transfer);
    setTimes(transfer);
    setAnswer(transfer);
    if (llvm::Error error = setBody(transfer)) return error;
    const CURLcode code = curl.perform(transfer.handle);
    curl.set(transfer.handle, CURLOPT_ERRORBUFFER, nullptr);
    if (code == CURLE_OK) return finished(transfer);
    const std::string why = !transfer.problem.empty() ? transfer.problem
                            : message[0] != '\0'      ? std::string(message)
                                                      : curl.textOf(code);
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s: %s", request.url.c_str(),
                                   why.c_str());
  }

private:
  /// An empty body has made no file.
  static llvm::Expected<HttpResponse> finished(Transfer &transfer) {
    long status = 0;
    transfer.curl.info(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    if (!transfer.request.into.empty() && status == 200 && transfer.target < 0)
      transfer.target = ::open(transfer.request.into.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return std::move(transfer.response);
  }
};

} // namespace

Http &realHttp() {
  static RealHttp http;
  return http;
}

} // namespace pipelang::host
