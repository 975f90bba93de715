#include "compiler/backends/github/matrix.h"
#include "compiler/backends/github/jobs.h"
#include "compiler/backends/github/uses.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace pipelang::backends::github {

namespace {

using Path = std::vector<std::string>;
using Texts = std::vector<std::string>; ///< One for each cell.

/// Everything that must have succeeded before `node` runs.
std::set<plan::NodeId> requiredBy(const plan::Plan &plan, plan::NodeId node) {
  std::set<plan::NodeId> required;
  std::vector<plan::NodeId> open = {node};
  while (!open.empty()) {
    plan::NodeId next = open.back();
    open.pop_back();
    if (plan.nodes[next].asReaction()) continue; // runs whatever became of its subject
    for (plan::NodeId need : plan.nodes[next].needs)
      if (required.insert(need).second) open.push_back(need);
  }
  return required;
}

/// Whether a matrix may stand at `path` of a job. Not in scripts, ids, conditions and action names.
bool isOpen(const Path &path) {
  static const std::set<std::string> plain = {"name", "runs-on", "timeout-minutes"};
  static const std::set<std::string> deep = {"env", "services", "container", "environment"};
  static const std::set<std::string> ofStep = {"name", "working-directory", "timeout-minutes", "env", "with"};
  if (path.size() == 1) return plain.count(path[0]);
  if (path[0] != "steps") return deep.count(path[0]);
  return path.size() >= 3 && ofStep.count(path[2]);
}

std::string replaceAll(std::string text, const std::string &what, const std::string &by) {
  std::string result;
  std::size_t begin = 0;
  for (std::size_t found; (found = text.find(what, begin)) != std::string::npos; begin = found + what.size())
    result += text.substr(begin, found - begin) + by;
  return result + text.substr(begin);
}

class Merger {
public:
  explicit Merger(const plan::Matrix &matrix) {
    for (std::size_t i = 0; i < matrix.variables.size(); ++i) {
      Texts texts;
      for (const plan::Matrix::Cell &cell : matrix.cells)
        texts.push_back(cell.values[i].toText());
      variables_.push_back({idOf(matrix.variables[i]), texts});
    }
  }

  std::optional<Document> merge(const std::vector<const Document *> &cells, Path &path) {
    const Document &first = *cells.front();
    bool equal = llvm::all_of(cells, [&](const Document *cell) { return *cell == first; });
    if (equal) return first;
    bool sameKind =
        llvm::all_of(cells, [&](const Document *cell) { return cell->node.index() == first.node.index(); });
    if (!sameKind) return std::nullopt;
    if (first.asMap()) return mergeMaps(cells, path);
    if (first.asList()) return mergeLists(cells, path);
    return mergeScalars(cells, path);
  }

  /// `include:` with every variable, for each cell.
  Document include(std::size_t cells) const {
    Document list = Document::list();
    for (std::size_t i = 0; i < cells; ++i) {
      Document entry = Document::map();
      for (const auto &[name, texts] : variables_)
        entry.set(name, texts[i]);
      list.push(entry);
    }
    return list;
  }

private:
  std::optional<Document> mergeMaps(const std::vector<const Document *> &cells, Path &path) {
    const DocumentMap &first = *cells.front()->asMap();
    Document merged = Document::map();
    merged.origin = cells.front()->origin;
    merged.comment = cells.front()->comment;
    for (std::size_t i = 0; i < first.size(); ++i) {
      std::vector<const Document *> values;
      for (const Document *cell : cells) {
        const DocumentMap &map = *cell->asMap();
        if (map.size() != first.size() || map[i].first != first[i].first) return std::nullopt;
        values.push_back(&map[i].second);
      }
      path.push_back(first[i].first);
      auto value = merge(values, path);
      path.pop_back();
      if (!value) return std::nullopt;
      merged.set(first[i].first, std::move(*value));
    }
    return merged;
  }

  std::optional<Document> mergeLists(const std::vector<const Document *> &cells, Path &path) {
    std::size_t size = cells.front()->asList()->size();
    Document merged = Document::list();
    merged.origin = cells.front()->origin;
    for (std::size_t i = 0; i < size; ++i) {
      std::vector<const Document *> elements;
      for (const Document *cell : cells) {
        if (cell->asList()->size() != size) return std::nullopt;
        elements.push_back(&(*cell->asList())[i]);
      }
      path.push_back(std::to_string(i));
      auto element = merge(elements, path);
      path.pop_back();
      if (!element) return std::nullopt;
      merged.push(std::move(*element));
    }
    return merged;
  }

  std::optional<Document> mergeScalars(const std::vector<const Document *> &cells, const Path &path) {
    if (!isOpen(path)) return std::nullopt;
    Texts texts;
    for (const Document *cell : cells) {
      if (const auto *number = std::get_if<std::int64_t>(&cell->node))
        texts.push_back(std::to_string(*number));
      else if (const std::string *text = cell->asString())
        texts.push_back(*text);
      else
        return std::nullopt;
      // The values of a matrix are no place for what is only known later.
      if (llvm::StringRef(texts.back()).contains("${{")) return std::nullopt;
    }
    Document merged(asTemplate(texts, path));
    merged.origin = cells.front()->origin;
    merged.comment = cells.front()->comment;
    return merged;
  }

  /// `texts` with a variable for what differs: one the author named if that is all, else one of ours.
  std::string asTemplate(const Texts &texts, const Path &path) {
    for (const auto &[name, values] : variables_) {
      std::string by = "${{ matrix." + name + " }}";
      if (llvm::any_of(values, [](const std::string &value) { return value.empty(); })) continue;
      std::string first = replaceAll(texts[0], values[0], by);
      bool same = true;
      for (std::size_t i = 1; i < texts.size(); ++i)
        same &= replaceAll(texts[i], values[i], by) == first;
      if (same) return first;
    }
    std::string name = newName(path.back());
    variables_.push_back({name, texts});
    return "${{ matrix." + name + " }}";
  }

  std::string newName(llvm::StringRef key) const {
    std::string base = idOf(key.lower());
    std::replace(base.begin(), base.end(), '-', '_');
    std::string name = base;
    for (int i = 2; llvm::any_of(variables_, [&](const auto &known) { return known.first == name; }); ++i)
      name = base + "_" + std::to_string(i);
    return name;
  }

  std::vector<std::pair<std::string, Texts>> variables_;
};

} // namespace

bool mayMerge(const plan::Plan &plan, const plan::Pipeline &pipeline, const plan::Matrix &matrix) {
  std::set<plan::NodeId> cells;
  for (const plan::Matrix::Cell &cell : matrix.cells)
    cells.insert(cell.node);
  if (cells.size() < 2) return false; // one cell is a job as any other
  for (plan::NodeId id : pipeline.nodes) {
    const plan::Node &node = plan.nodes[id];
    if (const plan::Reaction *reaction = node.asReaction(); reaction && cells.count(reaction->subject))
      return false;
    for (plan::NodeId awaited : node.awaits) // one by one: a merged job has one outcome for all
      if (cells.count(awaited)) return false;
    Used used;
    if (node.when) used.add(plan, *node.when);
    for (plan::NodeId read : used.outcomes)
      if (cells.count(read)) return false;
    std::set<plan::NodeId> required = requiredBy(plan, id);
    auto count = llvm::count_if(cells, [&](plan::NodeId cell) { return required.count(cell); });
    if (count != 0 && static_cast<std::size_t>(count) != cells.size()) return false;
  }
  return true;
}

std::optional<Document> mergeCells(const plan::Matrix &matrix, const std::vector<Document> &cells) {
  std::vector<const Document *> pointers;
  for (const Document &cell : cells)
    pointers.push_back(&cell);
  Merger merger(matrix);
  Path path;
  auto merged = merger.merge(pointers, path);
  if (!merged) return std::nullopt;
  Document strategy;
  strategy.from(matrix.origin);
  strategy.set("fail-fast", false); // each cell has an outcome of its own
  strategy.set("matrix", DocumentMap{{"include", merger.include(cells.size())}});
  insertBefore(*merged, "runs-on", "strategy", strategy);
  return merged;
}

} // namespace pipelang::backends::github
