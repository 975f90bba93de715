// Clover's XML: OpenClover, PHPUnit, istanbul. Lines are counted; the code of tests is not.
#include "runtime/gates/coverage.h"
#include "runtime/gates/xml.h"

namespace pipelang::gates {
namespace {

class Clover : public XmlHandler {
public:
  void start(llvm::StringRef name, const XmlAttributes &attributes, unsigned depth) override {
    if (depth == 0 && name != "coverage")
      return fail("the root is `" + name.take_front(40) + "`, not `coverage`: no Clover report");
    if (name == "project") inProject_ = true;
    if (name == "testproject") inTests_ = true;
    if (name == "package") package_ = attributes.get("name").value_or("").str();
    if (name == "file")
      file_ =
          attributes.get("path").value_or(package_ + "/" + attributes.get("name").value_or("").str()).str();
    if (name == "line" && !inTests_) line(attributes);
  }
  void end(llvm::StringRef name, unsigned depth) override {
    if (name == "testproject") inTests_ = false;
    if (depth == 0 && !inProject_) fail("there is no `project`: no Clover report");
  }
  CoverageCount count;

private:
  void line(const XmlAttributes &attributes) {
    auto number = countFromText(attributes.get("num").value_or(""));
    auto whenTrue = countFromText(attributes.get("truecount").value_or("0"));
    auto whenFalse = countFromText(attributes.get("falsecount").value_or("0"));
    bool condition = attributes.get("type").value_or("") == "cond";
    auto ran = countFromText(attributes.get("count").value_or(condition ? "0" : ""));
    if (!number || !ran || !whenTrue || !whenFalse)
      return fail("a `line` needs `num` and `count`: no Clover report");
    count.line(file_, *number, *ran > 0 || *whenTrue > 0 || *whenFalse > 0);
    if (condition) count.branches(file_, *number, (*whenTrue > 0) + (*whenFalse > 0), 2);
  }

  std::string package_, file_;
  bool inProject_ = false;
  bool inTests_ = false;
};

} // namespace

llvm::Expected<Reading> readClover(llvm::StringRef text) {
  Clover report;
  if (llvm::Error error = readXml(text, report)) return error;
  return report.count.reading();
}

} // namespace pipelang::gates
