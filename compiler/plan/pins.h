// What the Plan holds of pipe.lock: programs and actions pinned by digest.
#pragma once

#include <string>

namespace pipelang::plan {

/// A pinned program from pipe.lock that emitted jobs fetch: `piperun`.
struct ToolPin {
  std::string name;
  std::string version;
  std::string url;
  std::string sha256;
};

/// A pinned action from pipe.lock. Backends add actions no task names (`actions/upload-artifact`) by it.
struct ActionPin {
  std::string name;    ///< `actions/upload-artifact`
  std::string version; ///< `v4.6.2`
  std::string digest;  ///< 40 hexadecimal digits.
};

} // namespace pipelang::plan
