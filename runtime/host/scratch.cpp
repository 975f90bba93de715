#include "runtime/host/scratch.h"
#include "fmt/format.h"
#include "runtime/host/host.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA1.h"
#include <cerrno>
#include <filesystem>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::host {
namespace {

/// The first of the usual places that the user of services may pass; else the first.
std::string temporaryFolder() {
  std::error_code error;
  const std::string first = std::filesystem::temp_directory_path(error).string();
  const std::optional<uid_t> user = unprivilegedUser();
  if (!user) return error ? "/tmp" : first;
  for (const std::string &folder : {first, std::string("/tmp"), std::string("/var/tmp")})
    if (!folder.empty() && mayPass(folder, *user)) return folder;
  return first;
}

} // namespace

bool mayPass(llvm::StringRef path, uid_t user) {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::canonical(path.str(), error);
  if (error) return false;
  const passwd *entry = ::getpwuid(user);
  const gid_t group = entry ? entry->pw_gid : static_cast<gid_t>(user);
  for (;; folder = folder.parent_path()) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return false;
    const mode_t bit = status.st_uid == user ? S_IXUSR : status.st_gid == group ? S_IXGRP : S_IXOTH;
    if ((status.st_mode & bit) == 0) return false;
    if (folder == folder.parent_path()) return true;
  }
}

llvm::Expected<std::string> scratchRoot(llvm::StringRef projectRoot) {
  const auto digest = llvm::SHA1::hash(llvm::arrayRefFromStringRef(projectRoot));
  const std::string root =
      fmt::format("{}/piperun-{}-{}", temporaryFolder(), ::geteuid(), llvm::toHex(digest, true).substr(0, 8));
  struct stat status {};
  if (::mkdir(root.c_str(), 0711) != 0 && errno != EEXIST)
    return llvm::createStringError(std::error_code(errno, std::generic_category()), "cannot make `%s`",
                                   root.c_str());
  if (::lstat(root.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != ::geteuid())
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "`%s` belongs to somebody else",
                                   root.c_str());
  ::chmod(root.c_str(), 0711);
  return root;
}

} // namespace pipelang::host
