// JUnit's XML, as pytest, surefire, googletest, jest and many more write it. Test cases are counted:
// the numbers in the headers of suites disagree with the content in some tools, and suites nest. A
// report of no test at all tells `total` only, so that `failed == 0` is not evaluated instead of passed.
#include "runtime/gates/reader_list.h"
#include "runtime/gates/xml.h"

namespace pipelang::gates {
namespace {

class Junit : public XmlHandler {
public:
  void start(llvm::StringRef name, const XmlAttributes &attributes, unsigned depth) override {
    if (depth == 0 && name != "testsuites" && name != "testsuite")
      return fail("the root is `" + name.take_front(40) +
                  "`, not `testsuites` or `testsuite`: no JUnit report");
    if (name == "testcase") return startCase(attributes);
    // Outside a test case: a suite that could not be set up.
    bool &failed = inCase_ ? caseFailed_ : suiteFailed_;
    bool &broken = inCase_ ? caseBroken_ : suiteFailed_;
    if (name == "failure") failed = true;
    if (name == "error") broken = true;
    if (name == "skipped" && inCase_) caseSkipped_ = true;
  }
  void end(llvm::StringRef name, unsigned) override {
    if (name == "testcase") endCase();
    if (name == "testsuite" && suiteFailed_) {
      suiteFailed_ = false;
      ++total_, ++failed_, ++errors_;
    }
  }
  Reading reading() const {
    Reading reading;
    reading["total"] = plan::Value{total_};
    if (total_ == 0) return reading;
    reading["passed"] = plan::Value{total_ - failed_ - skipped_};
    reading["failed"] = plan::Value{failed_};
    reading["errors"] = plan::Value{errors_};
    reading["skipped"] = plan::Value{skipped_};
    if (timed_) reading["duration"] = plan::Value{Duration{milliseconds_}};
    return reading;
  }

private:
  void startCase(const XmlAttributes &attributes) {
    inCase_ = true;
    // googletest says so of disabled tests, without an element.
    caseSkipped_ = attributes.get("status").value_or("") == "notrun" ||
                   attributes.get("result").value_or("") == "suppressed";
    caseFailed_ = caseBroken_ = false;
    auto time = attributes.get("time");
    if (!time || time->empty()) return;
    auto duration = durationFromSeconds(*time);
    if (!duration) return fail("the `time` of a test case must be seconds");
    timed_ = true;
    milliseconds_ = sumOf(milliseconds_, duration->milliseconds);
  }
  void endCase() {
    inCase_ = false;
    ++total_;
    errors_ += caseBroken_;
    if (caseFailed_ || caseBroken_)
      ++failed_;
    else
      skipped_ += caseSkipped_;
  }

  std::int64_t total_ = 0, failed_ = 0, errors_ = 0, skipped_ = 0, milliseconds_ = 0;
  bool timed_ = false, inCase_ = false;
  bool caseFailed_ = false, caseBroken_ = false, caseSkipped_ = false, suiteFailed_ = false;
};

} // namespace

llvm::Expected<Reading> readJunit(llvm::StringRef text) {
  Junit report;
  if (llvm::Error error = readXml(text, report)) return error;
  return report.reading();
}

} // namespace pipelang::gates
