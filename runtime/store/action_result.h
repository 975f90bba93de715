// The message ActionResult of the Bazel Remote Execution API, version 2, as servers of such caches keep it:
// https://github.com/bazelbuild/remote-apis. The fields we use; others are passed over when reading.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pipelang::store {

struct OutputFile {
  std::string path;
  std::string digest;    ///< SHA-256 in hexadecimal.
  std::int64_t size = 0; ///< Bytes.
  bool executable = false;
  auto operator<=>(const OutputFile &) const = default;
};
struct OutputLink {
  std::string path, target;
  auto operator<=>(const OutputLink &) const = default;
};
struct ActionResult {
  std::vector<OutputFile> files;
  std::vector<OutputLink> links;
  std::int32_t exitCode = 0;
  std::string worker; ///< Of the execution's metadata: who made it.
  bool operator==(const ActionResult &) const = default;
};

/// The message on the wire; the same result, the same bytes.
std::string encode(const ActionResult &result);
/// None: that is no such message, or a text in it is not UTF-8. Linear, and no deeper than the message's
/// types.
std::optional<ActionResult> decodeActionResult(llvm::StringRef bytes);

} // namespace pipelang::store
