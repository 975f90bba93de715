#include "runtime/deploy/identity.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <climits>
#include <dirent.h>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>

namespace pipelang::deploy {
namespace {

std::string readFile(const std::string &path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> entriesOf(const std::string &path) {
  std::vector<std::string> names;
  if (DIR *folder = ::opendir(path.c_str())) {
    while (const dirent *entry = ::readdir(folder))
      names.push_back(entry->d_name);
    ::closedir(folder);
  }
  return names;
}

/// Inodes of sockets that listen on `port`, as /proc/net/tcp writes them.
void addListeners(const std::string &table, int port, std::set<std::string> &inodes) {
  llvm::SmallVector<llvm::StringRef, 64> lines;
  const std::string text = readFile(table);
  llvm::StringRef(text).split(lines, '\n');
  for (llvm::StringRef line : lines) {
    llvm::SmallVector<llvm::StringRef, 16> fields;
    line.split(fields, ' ', -1, false);
    // sl local_address rem_address st … inode; state 0A listens.
    if (fields.size() < 10 || fields[3] != "0A") continue;
    int local = 0;
    if (!fields[1].rsplit(':').second.getAsInteger(16, local) && local == port)
      inodes.insert(fields[9].str());
  }
}

struct ProcessEntry {
  pid_t pid;
  pid_t parent;
  pid_t group;
};

std::vector<ProcessEntry> allProcesses() {
  std::vector<ProcessEntry> all;
  for (const auto &name : entriesOf("/proc")) {
    pid_t pid = 0;
    if (llvm::StringRef(name).getAsInteger(10, pid)) continue;
    // The program's name may hold spaces and parentheses: what follows starts after the last one.
    const std::string stat = readFile("/proc/" + name + "/stat");
    std::istringstream rest(stat.substr(std::min(stat.size(), stat.rfind(')') + 2)));
    char state = 0;
    ProcessEntry entry{pid, 0, 0};
    if (rest >> state >> entry.parent >> entry.group) all.push_back(entry);
  }
  return all;
}

bool holdsAny(pid_t pid, const std::set<std::string> &inodes) {
  const std::string folder = fmt::format("/proc/{}/fd", pid);
  for (const auto &name : entriesOf(folder)) {
    char target[PATH_MAX];
    const auto size = ::readlink((folder + "/" + name).c_str(), target, sizeof target);
    llvm::StringRef link(target, size > 0 ? static_cast<std::size_t>(size) : 0);
    if (link.consume_front("socket:[") && link.consume_back("]") && inodes.count(link.str())) return true;
  }
  return false;
}

std::vector<pid_t> descendantsIn(const std::vector<ProcessEntry> &all, pid_t root) {
  std::multimap<pid_t, pid_t> children;
  for (const auto &entry : all)
    children.emplace(entry.parent, entry.pid);
  std::vector<pid_t> found{root};
  for (std::size_t i = 0; i < found.size(); ++i)
    for (auto [child, end] = children.equal_range(found[i]); child != end; ++child)
      found.push_back(child->second);
  return found;
}

} // namespace

std::vector<pid_t> descendantsOf(pid_t root) {
  return descendantsIn(allProcesses(), root);
}

bool groupListensOn(pid_t group, int port) {
  std::set<std::string> inodes;
  addListeners("/proc/net/tcp", port, inodes);
  addListeners("/proc/net/tcp6", port, inodes);
  if (inodes.empty()) return false;
  const auto all = allProcesses();
  const auto below = descendantsIn(all, group);
  std::set<pid_t> candidates(below.begin(), below.end());
  for (const auto &entry : all)
    if (entry.group == group) candidates.insert(entry.pid);
  for (pid_t pid : candidates)
    if (holdsAny(pid, inodes)) return true;
  return false;
}

} // namespace pipelang::deploy
