#include "runtime/store/machine.h"
#include "fmt/format.h"
#include "runtime/store/digest.h"
#include <filesystem>
#include <set>
#include <sys/stat.h>

namespace pipelang::store {
namespace {

namespace fs = std::filesystem;

/// Full names of what is in `folder`, sorted; none where it cannot be read.
std::set<std::string> entriesOf(const std::string &folder) {
  std::set<std::string> entries;
  std::error_code error;
  for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error))
    entries.insert(each->path().string());
  return entries;
}

/// A line for a file: what changes when another is put into its place. Contents would be the better answer,
/// and seconds of reading on a machine with large tools.
std::string lineOf(const std::string &path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return path + " leads nowhere\n";
  return fmt::format("{} {} {}.{}\n", path, s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
}

/// Files of the folder itself. Folders have times of their own that running programs change.
std::string filesIn(const std::string &folder) {
  std::string lines;
  std::error_code error;
  for (const std::string &path : entriesOf(folder))
    if (!fs::is_directory(path, error)) lines += lineOf(path);
  return lines;
}

/// What pip installed: each package has a folder `NAME-VERSION.dist-info`, made anew when it is installed.
std::string pythonPackages(const std::string &lib) {
  std::string lines;
  for (const std::string &python : entriesOf(lib)) {
    if (!llvm::StringRef(python).rsplit('/').second.startswith("python")) continue;
    for (const char *folder : {"/dist-packages", "/site-packages"}) {
      lines += filesIn(python + folder);
      for (const std::string &package : entriesOf(python + folder))
        if (llvm::StringRef(package).endswith("-info")) lines += lineOf(package);
    }
  }
  return lines;
}

/// What npm installed globally, `@owner/name` too.
std::string nodePackages(const std::string &modules) {
  std::string lines;
  for (const std::string &package : entriesOf(modules)) {
    if (llvm::StringRef(package).rsplit('/').second.startswith("@"))
      lines += nodePackages(package);
    else
      lines += lineOf(package + "/package.json");
  }
  return lines;
}

} // namespace

std::map<std::string, std::string> machineDigests(FileDigests &digests, const std::string &root) {
  std::map<std::string, std::string> machine;
  for (const auto &[name, path] : {std::pair{"this machine's system", "/etc/os-release"},
                                   {"the packages of this machine", "/var/lib/dpkg/status"}}) {
    llvm::Expected<std::string> digest = digests.of(root + path);
    if (digest)
      machine[name] = std::move(*digest);
    else
      llvm::consumeError(digest.takeError());
  }
  const std::string local = root + "/usr/local";
  const std::string lines = filesIn(local + "/bin") + filesIn(local + "/sbin") + filesIn(local + "/lib") +
                            pythonPackages(local + "/lib") + nodePackages(local + "/lib/node_modules");
  if (!lines.empty()) machine["what is installed in /usr/local"] = sha256(lines);
  return machine;
}

} // namespace pipelang::store
