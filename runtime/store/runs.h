// Where runs are kept: `.piperun/runs/RUN/` beside the project, with `journal`, `logs/NODE/STEP.log` and
// `artifacts/NODE/OUTPUT`. Everything that finds a path below it asks here.
#pragma once

#include "runtime/store/events.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <utility>
#include <vector>

namespace pipelang::store {

/// A folder name that is `node`'s alone: as it is, with what a file name cannot hold as `_`.
std::string folderName(llvm::StringRef node);

/// The folders of one run. Absolute paths.
struct RunFolder {
  std::string path;

  std::string journal() const { return path + "/journal"; }
  std::string log(llvm::StringRef node, int step, int attempt) const;
  /// Of all outputs of `node`: its files below the output's name, a value in `NAME.text`.
  std::string artifacts(llvm::StringRef node) const;
  std::string artifact(llvm::StringRef node, llvm::StringRef output) const;
};

/// `state` is the absolute path of `.piperun`.
RunFolder folderOf(llvm::StringRef state, llvm::StringRef run);

/// For as long as it lives, nobody else works on the run.
class RunHold {
public:
  explicit RunHold(int file) : file_(file) {}
  RunHold(RunHold &&other) noexcept : file_(std::exchange(other.file_, -1)) {}
  RunHold &operator=(RunHold &&) = delete;
  ~RunHold();

private:
  int file_;
};
/// None: somebody else does.
std::optional<RunHold> holdRun(const RunFolder &folder);

/// Makes the folder of a new run; its id tells `wallMilliseconds` (`20261122-214507-1`) and sorts after all
/// there are: where the clock was set back, it has the time of the last. Error: the disk said no.
llvm::Expected<std::string> createRun(llvm::StringRef state, std::int64_t wallMilliseconds);

/// Ids of all runs, oldest first.
std::vector<std::string> listRuns(llvm::StringRef state);

/// The run `name` means: an id, the unambiguous end or start of one, or the last where it is empty.
/// Error: none, or several (with them).
llvm::Expected<std::string> findRun(llvm::StringRef state, llvm::StringRef name);

/// A run told from its journal.
struct NodeSummary {
  std::string name;
  std::optional<plan::Outcome> outcome; ///< Empty: it never ended.
  std::string reason;
  std::int64_t started = 0; ///< Milliseconds since 1970; 0: never.
  std::int64_t ended = 0;
};
struct RunSummary {
  std::string run, plan, pipeline, commit, branch;
  std::int64_t started = 0, ended = 0; ///< `ended` 0: running, or its runner was killed.
  std::optional<plan::Outcome> outcome;
  std::vector<NodeSummary> nodes; ///< In the order of the run's graph.
};
RunSummary summarize(const std::vector<Event> &events);

} // namespace pipelang::store
