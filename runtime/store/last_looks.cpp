#include "runtime/store/last_looks.h"
#include "runtime/host/host.h"
#include "runtime/store/digest.h"
#include "runtime/store/kept_file.h"

namespace pipelang::store {

/// A line for each: its key, `failed` or `done`, its name.
LastLooks::Looks LastLooks::read(const std::string &path) {
  Looks looks;
  const std::optional<std::string> text = readKept(path);
  llvm::StringRef rest = text ? llvm::StringRef(*text) : "";
  while (!rest.empty()) {
    llvm::StringRef line;
    std::tie(line, rest) = rest.split('\n');
    const auto [key, more] = line.split(' ');
    const auto [how, job] = more.split(' ');
    if (isDigest(key)) looks[job.str()] = {key.str(), how == "failed"};
  }
  return looks;
}

LastLook LastLooks::of(const std::string &job) {
  const std::lock_guard lock(mutex_);
  if (!isRead_) known_ = read(path_);
  isRead_ = true;
  const auto found = known_.find(job);
  return found == known_.end() ? LastLook{} : found->second;
}

void LastLooks::set(const std::string &job, const LastLook &look) {
  const std::lock_guard lock(mutex_);
  LastLook &known = known_[job];
  if (known == look) return;
  known = new_[job] = look;
}

llvm::Error LastLooks::save() {
  const std::lock_guard lock(mutex_);
  if (new_.empty()) return llvm::Error::success();
  Looks looks = read(path_);
  for (const auto &[job, look] : new_)
    looks[job] = look;
  std::string text;
  for (const auto &[job, look] : looks)
    text += look.key + (look.failed ? " failed " : " done ") + job + "\n";
  host::Files &files = host::realHost().files;
  llvm::Error error = files.write(path_, text);
  if (!error) return error;
  llvm::consumeError(std::move(error));
  llvm::consumeError(files.removeTree(path_)); // a folder in its place, say
  return files.write(path_, text);
}

} // namespace pipelang::store
