#include "fmt/format.h"
#include "runtime/report/export.h"
#include "runtime/report/run_view.h"

namespace pipelang::report {
namespace {

using plan::Outcome;

constexpr std::size_t linesOfLog = 200;

/// What readers of JUnit count.
struct Counts {
  int tests = 0, failures = 0, errors = 0, skipped = 0;

  void add(const Counts &other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
  }
  std::string attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}")", tests, failures, errors,
                       skipped);
  }
};

/// One suite: the test cases of a node.
class Suite {
public:
  Suite(const RunRecord &run, const NodeRecord &node, const store::RunFolder &folder)
      : run_(run), node_(node), folder_(folder) {}

  std::string write() {
    const std::vector<const StepRecord *> steps = lastAttempt(node_);
    for (const StepRecord *step : steps)
      add(*step);
    for (const store::Checked &check : node_.checks)
      add(check);
    if (tellsOfItself()) itself();
    return fmt::format("  <testsuite name=\"{}\" {} time=\"{}\" timestamp=\"{}\">\n{}{}  </testsuite>\n",
                       escaped(node_.name), counts.attributes(), seconds(node_.started, node_.ended),
                       utcTime(node_.ran() ? node_.started : run_.started), cases_, notes());
  }

  Counts counts;

private:
  static std::string seconds(std::int64_t from, std::int64_t to) {
    return fmt::format("{:.3f}", from == 0 ? 0.0 : static_cast<double>(to - from) / 1000);
  }

  /// `inside` is markup; empty: it passed.
  void testCase(llvm::StringRef name, const std::string &time, const std::string &inside) {
    ++counts.tests;
    const std::string head = fmt::format(R"(    <testcase classname="{}" name="{}" time="{}")",
                                         escaped(run_.run.pipeline + "." + node_.name), escaped(name), time);
    cases_ += inside.empty() ? head + "/>\n" : fmt::format("{}>\n      {}\n    </testcase>\n", head, inside);
  }

  static std::string failure(llvm::StringRef element, llvm::StringRef type, llvm::StringRef message,
                             const std::string &log) {
    return fmt::format(R"(<{0} type="{1}" message="{2}">{3}</{0}>)", element.str(), type.str(),
                       escaped(message), escaped(log));
  }
  std::string skip(llvm::StringRef why) {
    ++counts.skipped;
    return fmt::format(R"(<skipped message="{}"/>)", escaped(why));
  }

  /// For what did not succeed.
  std::string verdict(std::optional<Outcome> outcome, llvm::StringRef reason, const std::string &log) {
    if (!outcome) {
      ++counts.errors;
      return failure("error", "unfinished", "it did not end: its runner was killed, or runs still", log);
    }
    switch (*outcome) {
    case Outcome::Success: return {};
    case Outcome::Failure: ++counts.failures; return failure("failure", "failure", reason, log);
    case Outcome::TimedOut: ++counts.failures; return failure("failure", "timeout", reason, log);
    case Outcome::Skipped: return skip(reason);
    case Outcome::Cancelled: return skip(reason.empty() ? "cancelled" : reason);
    }
    return {};
  }

  void add(const StepRecord &step) {
    const bool wantsLog =
        !step.outcome || step.outcome == Outcome::Failure || step.outcome == Outcome::TimedOut;
    const std::string log =
        wantsLog ? tailOf(folder_.log(node_.name, step.index, step.attempt), linesOfLog) : "";
    testCase(step.name, seconds(step.started, step.ended), verdict(step.outcome, step.reason, log));
  }

  void add(const store::Checked &check) {
    std::string inside;
    if (check.verdict == "warn") {
      inside = fmt::format("<system-out>{}</system-out>", escaped(check.message));
    } else if (check.verdict == "fail") {
      ++counts.failures;
      inside = failure("failure", check.verdict, check.message, "");
    } else if (check.verdict != "pass") { // not `skipped`: that would count as harmless
      ++counts.errors;
      inside = failure("error", check.verdict, check.message, "");
    }
    testCase(check.requirement, "0.000", inside);
  }

  /// A node whose end no step and no requirement tells: it never began, or failed by itself.
  bool tellsOfItself() const {
    if (counts.tests == 0 || node_.kind == "deployment") return true;
    return node_.outcome != Outcome::Success && counts.failures == 0 && counts.errors == 0 &&
           counts.skipped == 0;
  }
  void itself() {
    const std::string log = node_.failed() && node_.steps.empty()
                                ? tailOf(folder_.log(node_.name, -1, node_.attempts), linesOfLog)
                                : "";
    testCase(node_.name, seconds(node_.started, node_.ended), verdict(node_.outcome, node_.reason, log));
  }

  std::string notes() const {
    if (node_.notes.empty()) return {};
    return fmt::format("    <system-out>{}</system-out>\n",
                       escaped(fmt::format("{}", fmt::join(node_.notes, "\n"))));
  }

  const RunRecord &run_;
  const NodeRecord &node_;
  const store::RunFolder &folder_;
  std::string cases_;
};

} // namespace

std::string junitReport(const RunRecord &record, const store::RunFolder &folder) {
  Counts all;
  std::string suites;
  for (const NodeRecord &node : record.nodes) {
    Suite suite(record, node, folder);
    suites += suite.write();
    all.add(suite.counts);
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<testsuites name=\"{}\" {} time=\"{:.3f}\">\n{}</testsuites>\n",
                     escaped(record.run.plan + " " + record.run.pipeline), all.attributes(),
                     static_cast<double>(record.ended - record.started) / 1000, suites);
}

} // namespace pipelang::report
