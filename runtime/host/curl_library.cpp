#include "runtime/host/curl_library.h"
#include <dlfcn.h>
#include <string>

namespace pipelang::host {
namespace {

struct Opened {
  CurlLibrary library;
  std::string problem; ///< Why it cannot be used; else empty.
};

template <typename Function> void find(void *file, const char *name, Function &into, Opened &opened) {
  into = reinterpret_cast<Function>(::dlsym(file, name));
  if (!into && opened.problem.empty()) opened.problem = std::string("libcurl has no `") + name + "`";
}

Opened open() {
  Opened opened;
  void *file = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL); // the name it has had since 2006
  if (!file) {
    opened.problem = std::string("libcurl is needed for HTTP (apt-get install libcurl4): ") + ::dlerror();
    return opened;
  }
  CurlLibrary &curl = opened.library;
  decltype(&::curl_global_init) initialise = nullptr;
  find(file, "curl_global_init", initialise, opened);
  find(file, "curl_easy_init", curl.makeHandle, opened);
  find(file, "curl_easy_reset", curl.resetHandle, opened);
  find(file, "curl_easy_cleanup", curl.freeHandle, opened);
  find(file, "curl_easy_setopt", curl.set, opened);
  find(file, "curl_easy_perform", curl.perform, opened);
  find(file, "curl_easy_getinfo", curl.info, opened);
  find(file, "curl_easy_strerror", curl.textOf, opened);
  find(file, "curl_slist_append", curl.append, opened);
  find(file, "curl_slist_free_all", curl.freeList, opened);
  find(file, "curl_multi_init", curl.makeMulti, opened);
  find(file, "curl_multi_cleanup", curl.freeMulti, opened);
  find(file, "curl_multi_setopt", curl.setMulti, opened);
  find(file, "curl_multi_add_handle", curl.addHandle, opened);
  find(file, "curl_multi_remove_handle", curl.removeHandle, opened);
  find(file, "curl_multi_perform", curl.performMulti, opened);
  find(file, "curl_multi_poll", curl.poll, opened);
  find(file, "curl_multi_info_read", curl.nextMessage, opened);
  if (opened.problem.empty() && initialise(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    opened.problem = "libcurl cannot be initialised";
  return opened;
}

} // namespace

llvm::Expected<const CurlLibrary &> curlLibrary() {
  static const Opened opened = open();
  if (opened.problem.empty()) return opened.library;
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s", opened.problem.c_str());
}

} // namespace pipelang::host
