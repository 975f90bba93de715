// What of a machine the results of its programs depend on, as digests by names: its system, and what is
// installed on it.
#pragma once

#include "runtime/store/file_digests.h"

namespace pipelang::store {

/// Of the machine whose files lie below `root` (empty: this one). The system and Debian's packages count by
/// the files that tell of them; what was put into /usr/local beside them by names, sizes and times: programs,
/// libraries, packages of pip and npm. What is not there is left out.
std::map<std::string, std::string> machineDigests(FileDigests &digests, const std::string &root = "");

} // namespace pipelang::store
