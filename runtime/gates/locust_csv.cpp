// Locust's `*_stats.csv`, its row `Aggregated`. `p50` is the column `50%`: `Median Response Time` is another
// number in some versions. Before version 1 there were no such columns; then they are not told.
#include "runtime/gates/csv.h"
#include "runtime/gates/reader_list.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::gates {
namespace {

using Row = std::vector<std::string>;

struct Table {
  Row header;
  Row total; ///< The row of all requests.

  /// The field of the first of `names` that there is, or empty.
  llvm::StringRef at(std::initializer_list<llvm::StringRef> names) const {
    for (llvm::StringRef name : names) {
      auto found = llvm::find(header, name.str());
      std::size_t index = static_cast<std::size_t>(found - header.begin());
      if (found != header.end() && index < total.size()) return total[index];
    }
    return "";
  }
};

llvm::Expected<Table> readTable(llvm::StringRef text) {
  Table table;
  while (true) {
    llvm::Expected<std::optional<Row>> row = takeCsvRow(text);
    if (!row) return row.takeError();
    if (!*row) break;
    if (table.header.empty()) {
      table.header = std::move(**row);
      if (table.header[0] == "Timestamp")
        return unreadable("this is Locust's history over time; the file to read ends in `_stats.csv`");
      if (!llvm::is_contained(table.header, "Name"))
        return unreadable("there is no column `Name`: no `_stats.csv` of Locust");
      continue;
    }
    table.total = std::move(**row); // Locust writes the totals last
    if (table.total.size() != table.header.size())
      return unreadable("a row has not as many fields as the header");
  }
  llvm::StringRef name = table.at({"Name"});
  if (name != "Aggregated" && name != "Total")
    return unreadable("the last row is not `Aggregated`: the file was cut off");
  return table;
}

} // namespace

llvm::Expected<Reading> readLocustCsv(llvm::StringRef text) {
  text.consume_front("\xEF\xBB\xBF");
  if (!text.endswith("\n")) return unreadable("the last line does not end: the file was cut off");
  llvm::Expected<Table> table = readTable(text);
  if (!table) return table.takeError();
  auto requests = countFromText(table->at({"Request Count", "# requests"}));
  auto failures = countFromText(table->at({"Failure Count", "# failures"}));
  if (!requests || !failures) return unreadable("the counts of requests and failures are no numbers");
  Reading reading;
  reading["requests"] = plan::Value{*requests};
  if (auto rate = shareOf(*failures, *requests)) reading["error_rate"] = plan::Value{*rate};
  if (*requests == 0) return reading; // its times are 0 then, which nobody measured
  auto time = [&](const char *field, llvm::StringRef milliseconds) {
    double value = 0;
    if (milliseconds.getAsDouble(value)) return; // `N/A`
    if (auto duration = durationFromMilliseconds(value)) reading[field] = plan::Value{*duration};
  };
  time("average", table->at({"Average Response Time", "Average response time"}));
  time("p50", table->at({"50%"}));
  time("p95", table->at({"95%"}));
  time("p99", table->at({"99%"}));
  return reading;
}

} // namespace pipelang::gates
