#include "compiler/backends/github/names.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::backends::github {

std::string idOf(llvm::StringRef text) {
  std::string id;
  for (char c : text) {
    bool allowed = llvm::isAlnum(c) || c == '_' || c == '-';
    if (allowed)
      id += c;
    else if (!id.empty() && id.back() != '_')
      id += '_';
  }
  while (!id.empty() && id.back() == '_')
    id.pop_back();
  if (id.empty() || !llvm::isAlpha(id.front())) id = "j" + id; // GitHub refuses `__`, digits and `-`
  return id;
}

Names::Names(const plan::Plan &plan, const plan::Pipeline &pipeline) : plan_(plan) {
  for (plan::NodeId id : pipeline.nodes)
    jobs_[id] = unique(idOf(plan.nodes[id].name));
  for (Id<plan::Matrix> matrix : pipeline.matrices)
    for (const plan::Matrix::Cell &cell : plan.matrices[matrix].cells) {
      std::string values;
      for (const plan::Value &value : cell.values)
        values += (values.empty() ? "" : "_") + value.toText();
      cells_[cell.node] = idOf("c" + values).substr(1);
    }
}

std::string Names::unique(std::string name) {
  int &uses = taken_[name];
  if (++uses == 1) return name;
  return unique(name + "_" + std::to_string(uses));
}

std::string Names::outputOf(plan::OutputId output) const {
  const plan::Output &found = plan_.outputs[output];
  auto cell = cells_.find(found.job);
  return idOf(found.name) + (cell == cells_.end() ? "" : "_" + cell->second);
}

std::string Names::artifactOf(plan::OutputId output) const {
  const plan::Output &found = plan_.outputs[output];
  std::string name = plan_.nodes[found.job].name + "-" + found.name;
  for (char &c : name) // what GitHub refuses in the name of an artifact, and brackets for looks
    if (llvm::StringRef("\":<>|*?\r\n\\/[], ").contains(c)) c = '-';
  std::string tidy;
  for (char c : name)
    if (c != '-' || tidy.empty() || tidy.back() != '-') tidy += c;
  return tidy;
}

const std::string &Names::mergeCells(const plan::Matrix &matrix) {
  std::string name = unique(idOf(matrix.name));
  for (const plan::Matrix::Cell &cell : matrix.cells)
    jobs_[cell.node] = name;
  return jobs_.at(matrix.cells.front().node);
}

} // namespace pipelang::backends::github
