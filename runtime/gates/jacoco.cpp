// JaCoCo's XML. Lines of source files are counted; a report of classes without line numbers has only
// counters, then those of the root count.
#include "runtime/gates/coverage.h"
#include "runtime/gates/xml.h"

namespace pipelang::gates {
namespace {

class Jacoco : public XmlHandler {
public:
  void start(llvm::StringRef name, const XmlAttributes &attributes, unsigned depth) override {
    if (depth == 0 && name != "report")
      return fail("the root is `" + name.take_front(40) + "`, not `report`: no JaCoCo report");
    if (name == "group") groups_ += attributes.get("name").value_or("").str() + "/";
    if (name == "package") package_ = attributes.get("name").value_or("").str();
    if (name == "sourcefile") file_ = groups_ + package_ + "/" + attributes.get("name").value_or("").str();
    if (name == "line") line(attributes);
    if (name == "counter" && depth == 1) counter(attributes);
  }
  Reading reading() const {
    if (!lines_.empty()) return lines_.reading();
    return coverageReading(covered_["LINE"], covered_["LINE"] + missed_["LINE"], covered_["BRANCH"],
                           covered_["BRANCH"] + missed_["BRANCH"]);
  }

private:
  std::int64_t number(const XmlAttributes &attributes, llvm::StringRef name) {
    auto value = countFromText(attributes.get(name).value_or(""));
    if (!value || *value > INT32_MAX) fail("`" + name + "` must be a number");
    return value && *value <= INT32_MAX ? *value : 0;
  }
  void line(const XmlAttributes &attributes) {
    std::int64_t at = number(attributes, "nr"), ran = number(attributes, "ci");
    std::int64_t taken = number(attributes, "cb");
    lines_.line(file_, at, ran > 0);
    lines_.branches(file_, at, taken, taken + number(attributes, "mb"));
  }
  void counter(const XmlAttributes &attributes) {
    std::string type = attributes.get("type").value_or("").str();
    missed_[type] = number(attributes, "missed");
    covered_[type] = number(attributes, "covered");
  }

  CoverageCount lines_;
  mutable std::map<std::string, std::int64_t> missed_, covered_;
  std::string groups_, package_, file_;
};

} // namespace

llvm::Expected<Reading> readJacoco(llvm::StringRef text) {
  Jacoco report;
  if (llvm::Error error = readXml(text, report)) return error;
  return report.reading();
}

} // namespace pipelang::gates
