#include "runtime/report/run_view.h"
#include "fmt/format.h"
#include "runtime/report/live_lines.h"
#include "runtime/report/log_tail.h"
#include "runtime/report/measured.h"

namespace pipelang::report {

using plan::Outcome;

std::string Paint::with(const char *code, const std::string &text) const {
  return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string printable(llvm::StringRef line) {
  line = line.rtrim("\r\n");
  if (const std::size_t back = line.rfind('\r'); back != llvm::StringRef::npos)
    line = line.drop_front(back + 1);
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte == 0x1b && i + 1 < line.size() && line[i + 1] == '[') { // to the letter that ends it
      i += 2;
      while (i < line.size() && !std::isalpha(static_cast<unsigned char>(line[i])))
        ++i;
    } else if (byte == '\t') {
      text += ' ';
    } else if (byte >= 32 && byte != 127) {
      text += line[i];
    }
  }
  return text;
}

NodeView &RunView::node(const std::string &name) {
  const auto [found, isNew] = indexes_.emplace(name, nodes_.size());
  if (isNew) {
    nodes_.emplace_back();
    nodes_.back().name = name;
    widest_ = std::max(widest_, columnsOf(name));
  }
  return nodes_[found->second];
}

const NodeView *RunView::find(const std::string &name) const {
  const auto found = indexes_.find(name);
  return found == indexes_.end() ? nullptr : &nodes_[found->second];
}

void RunView::take(const store::Event &event) {
  if (const auto *started = std::get_if<store::RunStarted>(&event.node)) {
    run_ = *started;
    started_ = event.at;
    nodes_.reserve(started->nodes.size()); // nearly always all there will be
    for (const std::string &name : started->nodes)
      node(name);
  } else if (const auto *begun = std::get_if<store::NodeStarted>(&event.node)) {
    NodeView &of = node(begun->node);
    of.running = true;
    of.started = event.at;
    of.outcome.reset(); // of a run that is resumed
    of.reason.clear();
    of.checks.clear();
  } else if (const auto *step = std::get_if<store::StepStarted>(&event.node)) {
    node(step->node).step =
        StepView{step->step, step->attempt, printable(step->name), event.at, "", std::nullopt};
  } else if (const auto *output = std::get_if<store::Output>(&event.node)) {
    NodeView &of = node(output->node);
    if (!of.step) of.step = StepView{-1, 1, "", event.at, "", std::nullopt};
    const llvm::StringRef text = llvm::StringRef(output->text).rtrim("\r\n");
    const std::string line = printable(text.rsplit('\n').second.empty() && !text.contains('\n')
                                           ? text
                                           : text.drop_front(text.rfind('\n') + 1));
    if (!line.empty()) of.step->lastLine = line;
  } else if (const auto *over = std::get_if<store::StepEnded>(&event.node)) {
    NodeView &of = node(over->node);
    if (of.step && of.step->index == over->step) of.step->outcome = over->outcome;
  } else if (const auto *cached = std::get_if<store::Cached>(&event.node)) {
    fromCache_ += cached->result == "hit";
  } else if (const auto *check = std::get_if<store::Checked>(&event.node)) {
    node(check->node).checks.push_back(*check);
  } else if (const auto *phase = std::get_if<store::PhaseEntered>(&event.node)) {
    node(phase->node).phase = phase->phase + (phase->message.empty() ? "" : ": " + printable(phase->message));
  } else if (const auto *measured = std::get_if<store::Measured>(&event.node)) {
    node(measured->node).measured = measured->values;
  } else if (const auto *ended = std::get_if<store::NodeEnded>(&event.node)) {
    NodeView &of = node(ended->node);
    of.running = false;
    of.outcome = ended->outcome;
    if (ended->outcome == Outcome::Success) of.step = {};
    of.reason = ended->reason;
    of.ended = event.at;
  }
}

std::string elapsed(std::int64_t milliseconds) {
  if (milliseconds < 10'000) return fmt::format("{}.{}s", milliseconds / 1000, milliseconds % 1000 / 100);
  if (milliseconds < 60'000) return fmt::format("{}s", milliseconds / 1000);
  return fmt::format("{}min {:02}s", milliseconds / 60'000, milliseconds / 1000 % 60);
}

static std::string symbolOf(Outcome outcome, const Paint &paint) {
  switch (outcome) {
  case Outcome::Success: return paint.green("✓");
  case Outcome::Failure: return paint.red("✗");
  case Outcome::TimedOut: return paint.red("◷");
  case Outcome::Skipped: return paint.dim("–");
  case Outcome::Cancelled: return paint.yellow("⊘");
  }
  return "?";
}

std::string nodeLine(const NodeView &node, std::size_t width, const Paint &paint) {
  const Outcome outcome = node.outcome.value_or(Outcome::Cancelled);
  std::string line = fmt::format("{} {:<{}}", symbolOf(outcome, paint), node.name, width);
  if (node.started != 0) line += fmt::format("  {}", elapsed(node.ended - node.started));
  if (outcome == Outcome::Skipped)
    line += paint.dim("  skipped: " + node.reason);
  else if (!node.reason.empty())
    line += "  " + node.reason;
  return llvm::StringRef(line).rtrim().str();
}

std::string checkLine(const store::Checked &check, const Paint &paint) {
  const std::string symbol = check.verdict == "pass"   ? paint.green("✓")
                             : check.verdict == "warn" ? paint.yellow("!")
                                                       : paint.red("✗");
  if (!check.message.empty()) return fmt::format("    {} {}", symbol, check.message);
  return fmt::format("    {} {}: {}", symbol, check.requirement,
                     check.value.empty() ? check.verdict : check.value);
}

std::string measuredTable(const std::map<std::string, double> &values, const Paint &paint) {
  std::string table;
  for (const MeasuredRow &row : measuredRows(values))
    table += fmt::format("    {}  {:>12}\n", paint.dim(fmt::format("{:<32}", row.title)), row.value);
  return table;
}

std::string tailOf(const std::string &path, std::size_t lines) {
  const std::string text = readLogTail(path, 16 * 1024).text;
  const llvm::StringRef tail = llvm::StringRef(text).rtrim("\r\n");
  std::size_t begin = tail.size();
  for (std::size_t n = 0; n < lines && begin != llvm::StringRef::npos && begin > 0; ++n)
    begin = tail.take_front(begin).rfind('\n');
  return tail.drop_front(begin == llvm::StringRef::npos ? 0 : begin == 0 ? 0 : begin + 1).str();
}

/// The command that runs one node again. Names with brackets are quoted for the shell.
static std::string againCommand(const NodeView &node, const ReportOptions &options) {
  const bool plain = node.name.find_first_of("[]* ") == std::string::npos;
  return fmt::format("{} --job {}", options.again, plain ? node.name : "'" + node.name + "'");
}

std::string failures(const RunView &view, const ReportOptions &options, const Paint &paint) {
  std::string text;
  for (const NodeView &node : view.nodes()) {
    if (!node.failed()) continue;
    text += fmt::format("\n{} {}: {}\n", paint.red("✗"), paint.bold(node.name), node.reason);
    const std::string log = node.step ? options.folder.log(node.name, node.step->index, node.step->attempt)
                                      : options.folder.log(node.name, -1, 1);
    // The log of a step that succeeded says nothing about what failed after it.
    const std::string tail = node.step && node.step->outcome == Outcome::Success ? "" : tailOf(log, 20);
    llvm::SmallVector<llvm::StringRef> lines;
    llvm::StringRef(tail).split(lines, '\n');
    if (!tail.empty()) {
      text += paint.dim(fmt::format("  the end of {}:", log)) + "\n";
      for (const llvm::StringRef line : lines)
        text += "  │ " + printable(line) + "\n";
    }
    if (!options.again.empty()) text += fmt::format("  again: {}\n", againCommand(node, options));
  }
  return text;
}

std::string summaryLine(const RunView &view, Outcome outcome, std::int64_t endedAt, const Paint &paint) {
  std::map<Outcome, int> counts;
  for (const NodeView &node : view.nodes())
    if (node.outcome) ++counts[*node.outcome];
  std::vector<std::string> parts;
  for (const auto &[kind, word] : std::map<Outcome, const char *>{{Outcome::Success, "succeeded"},
                                                                  {Outcome::Failure, "failed"},
                                                                  {Outcome::Skipped, "skipped"},
                                                                  {Outcome::Cancelled, "cancelled"},
                                                                  {Outcome::TimedOut, "timed out"}})
    if (counts[kind] > 0) parts.push_back(fmt::format("{} {}", counts[kind], word));
  if (view.fromCache() > 0) parts.push_back(fmt::format("{} from the cache", view.fromCache()));
  const std::string verdict = outcome == Outcome::Success     ? paint.green("success")
                              : outcome == Outcome::Cancelled ? paint.yellow("interrupted")
                                                              : paint.red("failure");
  return fmt::format("{} after {}: {}", verdict, elapsed(endedAt - view.startedAt()), fmt::join(parts, ", "));
}

std::string headLine(const store::RunStarted &run, const Paint &paint) {
  std::string line = fmt::format("{} of {}", paint.bold(run.pipeline), run.plan);
  if (!run.branch.empty()) line += ", " + run.branch;
  if (!run.commit.empty()) line += (run.branch.empty() ? ", " : " at ") + run.commit.substr(0, 8);
  return line + paint.dim(" · run " + run.run);
}

} // namespace pipelang::report
