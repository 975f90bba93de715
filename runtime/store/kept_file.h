// Files of the cache, which others may have damaged in any way.
#pragma once

#include <optional>
#include <string>

namespace pipelang::store {

/// A whole small file (a record, a manifest, a text), and that it is used now: collection counts in days, so
/// that to say so once an hour is enough. None: it is not there, no file (a link, or a pipe that would never
/// end), or larger than anything we keep that way.
std::optional<std::string> readKept(const std::string &path);

} // namespace pipelang::store
