#include "runtime/gates/csv.h"
#include "runtime/gates/reader_list.h"

namespace pipelang::gates {

/// The quoted field whose opening quote is already taken.
static llvm::Expected<std::string> takeQuoted(llvm::StringRef &text) {
  std::string field;
  while (true) {
    std::size_t quote = text.find('"');
    if (quote == std::string::npos) return unreadable("a quote is never closed: the file was cut off");
    field += text.take_front(quote);
    text = text.drop_front(quote + 1);
    if (!text.consume_front("\"")) return field;
    field += '"';
  }
}

llvm::Expected<std::optional<std::vector<std::string>>> takeCsvRow(llvm::StringRef &text) {
  using Row = std::vector<std::string>;
  while (text.consume_front("\n") || text.consume_front("\r")) {
  }
  if (text.empty()) return std::optional<Row>();
  Row row;
  do {
    if (text.consume_front("\"")) {
      llvm::Expected<std::string> field = takeQuoted(text);
      if (!field) return field.takeError();
      row.push_back(std::move(*field));
    } else {
      llvm::StringRef field = text.take_until([](char c) { return c == ',' || c == '\n' || c == '\r'; });
      row.push_back(field.str());
      text = text.drop_front(field.size());
    }
  } while (text.consume_front(","));
  if (!text.empty() && text.front() != '\n' && text.front() != '\r')
    return unreadable("something stands after a closing quote");
  return std::optional<Row>(std::move(row));
}

} // namespace pipelang::gates
