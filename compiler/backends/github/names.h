// What the Plan's nodes and outputs are called on GitHub. Read next: scope.h.
#pragma once

#include "compiler/plan/plan.h"
#include <map>
#include <string>

namespace pipelang::backends::github {

/// `text` as an id: letters, digits, `_` and `-`; a letter or one `_` first; never empty.
std::string idOf(llvm::StringRef text);

/// The names of one pipeline's jobs, outputs and artifacts: unique, whatever the nodes are called.
class Names {
public:
  Names(const plan::Plan &plan, const plan::Pipeline &pipeline);

  /// The id of the job that `node` is (a part of, once `mergeCells` was called for its matrix).
  const std::string &jobOf(plan::NodeId node) const { return jobs_.at(node); }
  /// The name of a job's output: with the cell's values for a cell of a matrix, since the cells of a
  /// matrix share the names of their outputs and the last one would win.
  std::string outputOf(plan::OutputId output) const;
  std::string artifactOf(plan::OutputId output) const;
  /// Makes the cells of `matrix` one job, and returns its id.
  const std::string &mergeCells(const plan::Matrix &matrix);

private:
  std::string unique(std::string name);

  const plan::Plan &plan_;
  std::map<plan::NodeId, std::string> jobs_;
  std::map<plan::NodeId, std::string> cells_; ///< Its values as an id: `3_11`; only for cells.
  std::map<std::string, int> taken_;
};

} // namespace pipelang::backends::github
