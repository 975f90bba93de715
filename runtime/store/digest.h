// SHA-256, as the store names contents by it.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace pipelang::store {

/// Of `text`: 64 hexadecimal digits, lower case.
std::string sha256(llvm::StringRef text);
/// Whether `text` may be one.
bool isDigest(llvm::StringRef text);
/// Of a file's content, read in pieces. Error: it cannot be read.
llvm::Expected<std::string> sha256OfFile(const std::string &path);
/// HMAC-SHA-256 of `text`, so that who sees it cannot try values without `key`.
std::string hmacSha256(llvm::StringRef key, llvm::StringRef text);

/// Copies a file's content to `to`, a new file, and returns the digest of what was written. The mode is 0644,
/// or 0755 where `executable`. Error: `to` is removed again.
llvm::Expected<std::string> copyAndDigest(const std::string &from, const std::string &to, bool executable);

} // namespace pipelang::store
