#include "runtime/report/report.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::report {
namespace {

class NdjsonReport final : public Report {
public:
  void take(const store::Event &event) override {
    llvm::outs() << store::toJson(event) << '\n';
    llvm::outs().flush(); // whoever reads wants to see it now
  }
};

} // namespace

std::unique_ptr<Report> ndjsonReport() {
  return std::make_unique<NdjsonReport>();
}

} // namespace pipelang::report
