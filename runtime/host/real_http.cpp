#include "runtime/host/ports.h"
#include <curl/curl.h>
#include <memory>

namespace pipelang::host {
namespace {

constexpr std::size_t longestBody = 16u << 20;

std::size_t takeBody(char *data, std::size_t, std::size_t size, void *into) {
  std::string &body = *static_cast<std::string *>(into);
  if (body.size() + size > longestBody) return 0; // ends the transfer with CURLE_WRITE_ERROR
  body.append(data, size);
  return size;
}

std::size_t takeHeader(char *data, std::size_t, std::size_t size, void *into) {
  auto &headers = *static_cast<std::map<std::string, std::string> *>(into);
  const llvm::StringRef line(data, size);
  if (line.startswith("HTTP/")) headers.clear(); // those of a 100 Continue
  auto [name, value] = line.split(':');
  if (!value.empty()) headers[name.trim().lower()] = value.trim().str();
  return size;
}

bool isLoopback(llvm::StringRef url) {
  return url.startswith("http://127.") || url.startswith("http://localhost") ||
         url.startswith("http://[::1]");
}

struct FreeList {
  void operator()(curl_slist *list) const { curl_slist_free_all(list); }
};

class RealHttp final : public Http {
public:
  RealHttp() { curl_global_init(CURL_GLOBAL_DEFAULT); }

  llvm::Expected<HttpResponse> send(const HttpRequest &request) override {
    const std::unique_ptr<CURL, void (*)(CURL *)> handle(curl_easy_init(), curl_easy_cleanup);
    CURL *curl = handle.get();
    HttpResponse response;
    std::unique_ptr<curl_slist, FreeList> headers;
    for (const auto &[name, value] : request.headers)
      headers.reset(curl_slist_append(headers.release(), (name + ": " + value).c_str()));
    char message[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.milliseconds));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, takeBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, takeHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &response.headers);
    if (isLoopback(request.url)) curl_easy_setopt(curl, CURLOPT_PROXY, ""); // never ask a proxy for ourselves
    if (request.method == "HEAD")
      curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    else if (request.method != "GET" || !request.body.empty()) {
      curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
      return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s: %s", request.url.c_str(),
                                     message[0] != '\0' ? message : curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
  }
};

} // namespace

Http &realHttp() {
  static RealHttp http;
  return http;
}

} // namespace pipelang::host
