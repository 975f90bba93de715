#include "runtime/report/console.h"
#include "runtime/report/report.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace pipelang::report {
namespace {

class NdjsonReport final : public Report {
public:
  void take(const store::Event &event) override { console_.write(jsonLine(event)); }

private:
  Console console_{STDOUT_FILENO};
};

class SilentReport final : public Report {
public:
  void take(const store::Event &) override {}
};

/// A report, and beside it a file of events.
class WithEvents final : public Report {
public:
  WithEvents(std::unique_ptr<Report> report, int file)
      : report_(std::move(report)), file_(file), out_(file) {}
  ~WithEvents() override { ::close(file_); }

  void take(const store::Event &event) override {
    out_.write(jsonLine(event));
    report_->take(event);
  }
  void tick() override { report_->tick(); }

private:
  std::unique_ptr<Report> report_;
  int file_;
  Console out_;
};

} // namespace

std::string jsonLine(const store::Event &event) {
  return store::toJson(event) + "\n";
}

std::unique_ptr<Report> ndjsonReport() {
  return std::make_unique<NdjsonReport>();
}

std::unique_ptr<Report> silentReport() {
  return std::make_unique<SilentReport>();
}

llvm::Expected<std::unique_ptr<Report>> withEvents(std::unique_ptr<Report> report, const std::string &path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0)
    return llvm::createStringError(std::error_code(errno, std::generic_category()), "cannot write `%s`: %s",
                                   path.c_str(), std::strerror(errno));
  return std::make_unique<WithEvents>(std::move(report), file);
}

} // namespace pipelang::report
