// Cobertura: coverage.py, gcovr, istanbul, coverlet and many more. The totals in the root are not
// believed (some tools leave them out, and 1 of 0 lines is written as 1.0): lines are counted. Lines
// stand both below a class and below its methods, and a file may have several classes: each line of a
// file counts once.
#include "runtime/gates/coverage.h"
#include "runtime/gates/xml.h"

namespace pipelang::gates {
namespace {

class Cobertura : public XmlHandler {
public:
  void start(llvm::StringRef name, const XmlAttributes &attributes, unsigned depth) override {
    if (depth == 0 && name != "coverage")
      return fail("the root is `" + name.take_front(40) + "`, not `coverage`: no Cobertura report");
    if (name == "class") file_ = attributes.get("filename").value_or("").str();
    if (name == "line") line(attributes);
  }
  void end(llvm::StringRef name, unsigned) override {
    if (name == "class") file_.clear();
  }
  CoverageCount count;

private:
  void line(const XmlAttributes &attributes) {
    auto number = countFromText(attributes.get("number").value_or(""));
    llvm::StringRef hits = attributes.get("hits").value_or("");
    bool negative = hits.consume_front("-"); // overflowed counters of old tools
    auto hit = countFromText(hits);
    if (!number || !hit) return fail("a `line` needs `number` and `hits`: no Cobertura report");
    count.line(file_, *number, *hit > 0 && !negative);
    if (auto condition = attributes.get("condition-coverage")) branches(*number, *condition);
  }
  /// `50% (1/2)`
  void branches(std::int64_t number, llvm::StringRef condition) {
    auto [taken, all] = condition.split('(').second.split(')').first.split('/');
    auto takenCount = countFromText(taken.trim()), allCount = countFromText(all.trim());
    if (!takenCount || !allCount || *takenCount > *allCount)
      return fail("`condition-coverage` must be like `50% (1/2)`");
    count.branches(file_, number, *takenCount, *allCount);
  }

  std::string file_;
};

} // namespace

llvm::Expected<Reading> readCobertura(llvm::StringRef text) {
  Cobertura report;
  if (llvm::Error error = readXml(text, report)) return error;
  return report.count.reading();
}

} // namespace pipelang::gates
