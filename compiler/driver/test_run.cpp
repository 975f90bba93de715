#include "compiler/driver/test_run.h"
#include "compiler/backends/backend.h"
#include "compiler/backends/header.h"
#include "compiler/driver/module_files.h"
#include "compiler/driver/test_program.h"
#include "compiler/driver/write_files.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

namespace pipelang::driver {
namespace {

using plan::Simulated;

/// How the language writes it: texts in quotes.
std::string spelled(const plan::Value &value) {
  return value.type() == plan::ValueType::String ? "\"" + value.toText() + "\"" : value.toText();
}

/// Where two texts of several lines part.
std::string firstDifference(llvm::StringRef left, llvm::StringRef right) {
  for (std::size_t line = 1;; ++line) {
    auto [a, restA] = left.split('\n');
    auto [b, restB] = right.split('\n');
    if (a != b || left.empty() || right.empty())
      return fmt::format("line {}: `{}` on the left, `{}` on the right", line, a.str(), b.str());
    left = restA;
    right = restB;
  }
}

class FileRun {
public:
  FileRun(FileTests &tests, const TestOptions &options) : tests_(tests), options_(options) {}

  void run() {
    for (const Test &test : tests_.compilation.tests) {
      if (!llvm::StringRef(test.name).contains(options_.filter)) continue;
      tests_.results.push_back({test.name, test.span, {}, 0, 0});
      result_ = &tests_.results.back();
      for (const TestSection &section : test.sections)
        runSection(section);
      result_->failures.sort();
    }
  }

private:
  const plan::Plan &plan() const { return tests_.compilation.plan; }

  void runSection(const TestSection &section) {
    result_->expectations += section.expectations.size();
    for (const Expectation &expectation : section.expectations)
      if (expectation.errorCode)
        expectError(tests_.compilation, {options_.params}, *expectation.errorCode, expectation.program,
                    expectation.span, result_->failures);
    if (section.simulation && section.simulation->everyOutcome) return exploreAll(section);
    static const plan::Given nothing;
    const auto &simulation = section.simulation;
    Simulated facts = simulation
                          ? plan::simulate(plan(), plan().pipelines[simulation->pipeline], simulation->given)
                          : Simulated(plan(), nothing);
    attach(facts);
    for (const Expectation &expectation : section.expectations) {
      if (options_.update && expectation.snapshot) update(expectation, facts);
      holds(expectation, facts);
    }
  }

  /// Each expectation until its first counterexample.
  void exploreAll(const TestSection &section) {
    const Simulation &simulation = *section.simulation;
    std::vector<const Expectation *> open;
    plan::Exploration what{plan().pipelines[simulation.pipeline], simulation.given, simulation.of, {}};
    for (const Expectation &expectation : section.expectations)
      if (expectation.condition) {
        open.push_back(&expectation);
        what.conditions.push_back(*expectation.condition);
      }
    const bool all = plan::explore(plan(), what, [&](Simulated &facts) {
      attach(facts);
      ++result_->combinations;
      llvm::erase_if(open, [&](const Expectation *expectation) { return !holds(*expectation, facts); });
      return !open.empty();
    });
    if (!all)
      result_->failures.report(simulation.span, diag::TooManyOutcomes, static_cast<std::int64_t>(what.limit))
          .note("say whose outcomes matter: `for all outcomes of a, b`; what is not named succeeds");
  }

  /// False: `expectation` does not hold, which has been reported.
  bool holds(const Expectation &expectation, Simulated &facts) {
    if (!expectation.condition) return true;
    llvm::Expected<plan::Value> value =
        plan::evaluate(plan(), *expectation.condition, plan::Target::Local, facts);
    if (!value) {
      auto report = result_->failures.report(expectation.span, diag::ExpectationOpen, textOf(expectation),
                                             llvm::toString(value.takeError()));
      addTaken(report, facts);
      return false;
    }
    if (*value == plan::Value{true}) return true;
    auto report = result_->failures.report(expectation.span, diag::ExpectationFails, textOf(expectation));
    if (!addDifference(report, *expectation.condition, facts))
      for (const ShownPart &part : expectation.parts)
        addPart(report, part, facts);
    addTaken(report, facts);
    return false;
  }

  /// The condition as written, its first line if it has several.
  std::string textOf(const Expectation &expectation) const {
    const SourceFile &file = tests_.compilation.sources[expectation.span.file];
    const auto [first, rest] = file.text().slice(expectation.span.begin, expectation.span.end).split('\n');
    return first.trim().str() + (rest.empty() ? "" : " …");
  }

  /// For texts of several lines; false: the condition compares no such.
  bool addDifference(Diagnostics::Builder &report, plan::ExprId condition, Simulated &facts) {
    const auto *compare = std::get_if<plan::Compare>(&plan().exprs[condition].node);
    if (!compare) return false;
    std::optional<plan::Value> sides[2];
    for (auto [side, id] : {std::pair(&sides[0], compare->left), std::pair(&sides[1], compare->right)}) {
      llvm::Expected<plan::Value> value = plan::evaluate(plan(), id, plan::Target::Local, facts);
      if (value)
        *side = std::move(*value);
      else
        llvm::consumeError(value.takeError());
    }
    if (!sides[0] || !sides[1]) return false;
    const auto *left = std::get_if<std::string>(&sides[0]->node),
               *right = std::get_if<std::string>(&sides[1]->node);
    if (!left || !right || (left->find('\n') == std::string::npos && right->find('\n') == std::string::npos))
      return false;
    report.note(firstDifference(*left, *right));
    return true;
  }

  void addPart(Diagnostics::Builder &report, const ShownPart &part, Simulated &facts) {
    if (const auto *known = std::get_if<std::string>(&part.value)) {
      report.note("`" + part.text + "` is " + *known);
      return;
    }
    const plan::ExprId id = std::get<plan::ExprId>(part.value);
    llvm::Expected<plan::Value> value = plan::evaluate(plan(), id, plan::Target::Local, facts);
    if (!value) return llvm::consumeError(value.takeError());
    const auto *outcome = std::get_if<plan::OutcomeOf>(&plan().exprs[id].node);
    if (!outcome) {
      report.note("`" + part.text + "` is " + spelled(*value));
      return;
    }
    const std::string reason = facts.reasonOf(outcome->node);
    report.note("`" + part.text + "` is " + value->toText() + (reason.empty() ? "" : ": " + reason));
  }

  /// The way an exploration went, so far as it matters.
  static void addTaken(Diagnostics::Builder &report, const Simulated &facts) {
    std::string notable;
    for (const plan::Taken &taken : facts.taken())
      if (taken.notable) notable += (notable.empty() ? "" : ", ") + taken.text;
    if (!notable.empty())
      report.note("so it is where " + notable + (", and all else succeeds"));
    else if (!facts.taken().empty())
      report.note("so it is where everything succeeds");
  }

  /// Writes the snapshot an expectation compares with.
  void update(const Expectation &expectation, Simulated &facts) {
    const auto &[path, other] = *expectation.snapshot;
    llvm::Expected<plan::Value> value = plan::evaluate(plan(), other, plan::Target::Local, facts);
    const auto *text = value ? std::get_if<std::string>(&value->node) : nullptr;
    if (!value) llvm::consumeError(value.takeError()); // the comparison says it
    llvm::Expected<std::string> old = readBelow(root(), path);
    const bool same = old && text && *old == *text;
    if (!old) llvm::consumeError(old.takeError());
    if (!text || same) return;
    llvm::StringRef name = path;
    const bool outside =
        llvm::sys::path::is_absolute(name) || name == ".." || name.startswith("../") || name.contains("/../");
    llvm::SmallString<256> file(root());
    llvm::sys::path::append(file, path);
    llvm::Error error =
        outside ? llvm::createStringError(llvm::inconvertibleErrorCode(), "lies outside the project")
                : writeAtomically(file, *text);
    if (error)
      result_->failures.report(expectation.span, diag::ExpectationOpen, textOf(expectation),
                               llvm::toString(std::move(error)));
    else
      tests_.updated.push_back(path);
  }

  std::string root() const {
    return tests_.compilation.projectRoot.empty() ? "." : tests_.compilation.projectRoot;
  }

  void attach(Simulated &facts) {
    facts.file = [this](llvm::StringRef key) -> llvm::Expected<std::string> {
      auto [kind, path] = key.split(':');
      if (kind == "emitted") return emitted(path);
      llvm::Expected<std::string> text = readBelow(root(), path);
      if (text) return text;
      return llvm::createStringError(llvm::inconvertibleErrorCode(), "cannot read " +
                                                                         llvm::toString(text.takeError()) +
                                                                         "; `pipec test --update` writes it");
    };
  }

  llvm::Expected<std::string> emitted(llvm::StringRef path) {
    if (!files_) {
      Diagnostics ignored; // what cannot be emitted is not there
      files_ = backends::emitAll(plan(), "", ignored);
    }
    if (auto found = files_->find(path.str()); found != files_->end())
      return backends::withoutHeader(found->second.content.text).str();
    std::vector<std::string> known;
    for (const auto &[name, file] : *files_)
      known.push_back(name);
    const std::string near = nearestName(path, known);
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "nothing is written to `" + path + "`" +
                                       (near.empty() ? "" : "; did you mean `" + near + "`?"));
  }

  FileTests &tests_;
  const TestOptions &options_;
  TestResult *result_ = nullptr;
  std::optional<FileSet> files_;
};

} // namespace

llvm::Expected<FileTests> runTests(llvm::StringRef path, const TestOptions &options) {
  CompileOptions compiling{options.params};
  compiling.tests = true;
  auto compilation = compile(path, compiling);
  if (!compilation) return compilation.takeError();
  FileTests result{std::move(*compilation), {}, {}};
  if (!result.compilation.diagnostics.hasErrors()) FileRun(result, options).run();
  return result;
}

} // namespace pipelang::driver
