// libcurl, opened when something is first sent: the libraries it needs itself are most of what a start would
// cost, and few runs send anything.
#pragma once

#include "llvm/Support/Error.h"
#include <curl/curl.h>

namespace pipelang::host {

/// What of libcurl is called, under names of ours.
struct CurlLibrary {
  decltype(&::curl_easy_init) makeHandle = nullptr;
  decltype(&::curl_easy_reset) resetHandle = nullptr;
  decltype(&::curl_easy_cleanup) freeHandle = nullptr;
  decltype(&::curl_easy_setopt) set = nullptr;
  decltype(&::curl_easy_perform) perform = nullptr;
  decltype(&::curl_easy_getinfo) info = nullptr;
  decltype(&::curl_easy_strerror) textOf = nullptr;
  decltype(&::curl_slist_append) append = nullptr;
  decltype(&::curl_slist_free_all) freeList = nullptr;
  decltype(&::curl_multi_init) makeMulti = nullptr;
  decltype(&::curl_multi_cleanup) freeMulti = nullptr;
  decltype(&::curl_multi_setopt) setMulti = nullptr;
  decltype(&::curl_multi_add_handle) addHandle = nullptr;
  decltype(&::curl_multi_remove_handle) removeHandle = nullptr;
  decltype(&::curl_multi_perform) performMulti = nullptr;
  decltype(&::curl_multi_poll) poll = nullptr;
  decltype(&::curl_multi_info_read) nextMessage = nullptr;
};

/// Initialised, and open until the program ends. Safe from several threads. Error: it is not installed.
llvm::Expected<const CurlLibrary &> curlLibrary();

} // namespace pipelang::host
