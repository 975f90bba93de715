#include "runtime/store/runs.h"
#include "fmt/format.h"
#include "runtime/host/host.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::store {

std::string folderName(llvm::StringRef node) {
  std::string name;
  for (const char c : node)
    name += (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 32) ? '_' : c;
  if (name == "." || name == "..") name += "_";
  return name.substr(0, 200);
}

std::string RunFolder::log(llvm::StringRef node, int step, int attempt) const {
  const std::string name = step < 0 ? "node" : std::to_string(step);
  return path + "/logs/" + folderName(node) + "/" + name +
         (attempt > 1 ? ".attempt-" + std::to_string(attempt) : "") + ".log";
}

std::string RunFolder::artifacts(llvm::StringRef node) const {
  return path + "/artifacts/" + folderName(node);
}

std::string RunFolder::artifact(llvm::StringRef node, llvm::StringRef output) const {
  return artifacts(node) + "/" + folderName(output);
}

RunFolder folderOf(llvm::StringRef state, llvm::StringRef run) {
  return {(state + "/runs/" + run).str()};
}

/// Git ignores what lies in `state`, without a line in the project's own .gitignore.
static llvm::Error keepFromGit(llvm::StringRef state) {
  const std::string path = (state + "/.gitignore").str();
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) return llvm::Error::success();
  return host::realHost().files.write(path, "*\n");
}

RunHold::~RunHold() {
  if (file_ >= 0) ::close(file_);
}

std::optional<RunHold> holdRun(const RunFolder &folder) {
  const int file = ::open((folder.path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  RunHold hold(file);
  if (file < 0 || ::flock(file, LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return std::optional<RunHold>(std::move(hold));
}

constexpr const char *stampShape = "20261122-214507"; // of UTC

/// The latest time in the name of a run that there is; empty without any.
static std::string latestStamp(llvm::StringRef state) {
  std::string latest;
  for (const std::string &run : host::realHost().files.list((state + "/runs").str())) {
    const std::string stamp = run.substr(0, std::strlen(stampShape));
    const auto fits = [](char c, char shape) { return shape == '-' ? c == '-' : llvm::isDigit(c); };
    if (std::equal(stamp.begin(), stamp.end(), stampShape, stampShape + std::strlen(stampShape), fits))
      latest = std::max(latest, stamp);
  }
  return latest;
}

llvm::Expected<std::string> createRun(llvm::StringRef state, std::int64_t wallMilliseconds) {
  if (llvm::Error error = host::realHost().files.makeDirectory((state + "/runs").str())) return error;
  if (llvm::Error error = keepFromGit(state)) return error;
  const std::time_t seconds = wallMilliseconds / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char now[32];
  std::strftime(now, sizeof now, "%Y%m%d-%H%M%S", &utc);
  const std::string stamp = std::max(latestStamp(state), std::string(now)); // clocks are set back, too
  for (int number = 1;; ++number) {
    const std::string run = fmt::format("{}-{}", stamp, number);
    const std::string path = folderOf(state, run).path;
    if (::mkdir(path.c_str(), 0755) == 0) return run;
    if (errno != EEXIST)
      return llvm::createStringError(std::error_code(errno, std::generic_category()),
                                     "cannot make the folder `%s`: %s", path.c_str(), std::strerror(errno));
  }
}

std::vector<std::string> listRuns(llvm::StringRef state) {
  std::vector<std::string> runs = host::realHost().files.list((state + "/runs").str());
  llvm::sort(runs, [](llvm::StringRef one, llvm::StringRef other) { // the tenth of a second after its ninth
    return one.compare_numeric(other) < 0;
  });
  return runs;
}

llvm::Expected<std::string> findRun(llvm::StringRef state, llvm::StringRef name) {
  const std::vector<std::string> runs = listRuns(state);
  std::vector<std::string> matching;
  for (const std::string &run : runs) {
    if (run == name) return run;
    if (llvm::StringRef(run).startswith(name) || llvm::StringRef(run).endswith(name)) matching.push_back(run);
  }
  if (runs.empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "there are no runs in `%s` yet",
                                   state.str().c_str());
  if (name.empty()) return runs.back();
  if (matching.size() == 1) return matching.front();
  if (matching.empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "there is no run `%s`; the last is `%s` (all of them: piperun history)",
                                   name.str().c_str(), runs.back().c_str());
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "`%s` may be %s", name.str().c_str(),
                                 fmt::format("`{}`", fmt::join(matching, "`, `")).c_str());
}

namespace {

/// Nodes by name while a summary is made.
class Nodes {
public:
  explicit Nodes(std::vector<NodeSummary> &nodes) : nodes_(nodes) {}
  NodeSummary &operator[](const std::string &name) {
    const auto [found, isNew] = indexes_.emplace(name, nodes_.size());
    if (isNew) nodes_.push_back({name, std::nullopt, "", 0, 0});
    return nodes_[found->second];
  }

private:
  std::vector<NodeSummary> &nodes_;
  std::map<std::string, std::size_t> indexes_;
};

} // namespace

RunSummary summarize(const std::vector<Event> &events) {
  RunSummary summary;
  Nodes nodes(summary.nodes);
  for (const Event &event : events) {
    if (const auto *started = std::get_if<RunStarted>(&event.node)) {
      summary.run = started->run;
      summary.plan = started->plan;
      summary.pipeline = started->pipeline;
      summary.commit = started->commit;
      summary.branch = started->branch;
      summary.started = event.at;
      for (const std::string &name : started->nodes)
        nodes[name];
    } else if (const auto *node = std::get_if<NodeStarted>(&event.node)) {
      nodes[node->node].started = event.at;
    } else if (const auto *ended = std::get_if<NodeEnded>(&event.node)) {
      NodeSummary &entry = nodes[ended->node];
      entry.outcome = ended->outcome;
      entry.reason = ended->reason;
      entry.ended = event.at;
    } else if (const auto *over = std::get_if<RunEnded>(&event.node)) {
      summary.outcome = over->outcome;
      summary.ended = event.at;
    }
  }
  return summary;
}

} // namespace pipelang::store
