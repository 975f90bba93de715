// lcov's tracefile. `DA` records are the truth: the totals (`LF`, `LH`) are wrong in files that were
// merged or filtered. A source file may appear several times, once for each test.
#include "runtime/gates/coverage.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::gates {
namespace {

class Lcov {
public:
  llvm::Expected<Reading> read(llvm::StringRef text) {
    text.consume_front("\xEF\xBB\xBF");
    for (unsigned number = 1; !text.empty(); ++number) {
      auto [line, rest] = text.split('\n');
      text = rest;
      if (llvm::Error error = record(line.rtrim("\r\t ")))
        return unreadable("line " + llvm::Twine(number) + ": " + llvm::toString(std::move(error)));
    }
    if (!seen_) return unreadable("no `SF:` record: no lcov tracefile");
    if (inside_) return unreadable("the last record has no `end_of_record`: the file was cut off");
    return reading();
  }

private:
  llvm::Error record(llvm::StringRef line) {
    if (line.empty() || line.front() == '#') return llvm::Error::success();
    if (line == "end_of_record") {
      inside_ = false;
      return llvm::Error::success();
    }
    auto [key, value] = line.split(':');
    if (key.size() == line.size() || key.size() > 8 || !llvm::all_of(key, llvm::isAlpha))
      return unreadable("no record of an lcov tracefile");
    if (key == "SF") {
      inside_ = seen_ = true;
      file_ = value.str();
    }
    if (key == "DA") return dataOf(value);
    if (key == "BRDA") return branch(value);
    return llvm::Error::success();
  }
  /// `DA:line,count[,checksum]`
  llvm::Error dataOf(llvm::StringRef value) {
    auto [line, rest] = value.split(',');
    llvm::StringRef count = rest.split(',').first;
    bool negative = count.consume_front("-"); // gcov's overflowed counters
    auto number = countFromText(line), hits = countFromText(count);
    if (!inside_ || !number || !hits) return unreadable("`DA:` must be `line,count` below an `SF:`");
    count_.line(file_, *number, *hits > 0 && !negative);
    return llvm::Error::success();
  }
  /// `BRDA:line,block,branch,taken`; taken is `-` where the line never ran.
  llvm::Error branch(llvm::StringRef value) {
    auto [place, taken] = value.rsplit(',');
    if (!inside_ || place.count(',') < 2 || (taken != "-" && !countFromText(taken)))
      return unreadable("`BRDA:` must be `line,block,branch,taken` below an `SF:`");
    bool &known = branches_[file_][place.str()];
    known |= taken != "-" && *countFromText(taken) > 0;
    return llvm::Error::success();
  }
  Reading reading() const {
    std::int64_t taken = 0, all = 0;
    for (const auto &[file, places] : branches_)
      for (const auto &[place, gone] : places) {
        ++all;
        taken += gone;
      }
    Reading reading = count_.reading();
    if (auto share = shareOf(taken, all)) reading["branches"] = plan::Value{*share};
    return reading;
  }

  CoverageCount count_;
  std::map<std::string, std::map<std::string, bool>> branches_;
  std::string file_;
  bool inside_ = false;
  bool seen_ = false;
};

} // namespace

llvm::Expected<Reading> readLcov(llvm::StringRef text) {
  return Lcov().read(text);
}

} // namespace pipelang::gates
