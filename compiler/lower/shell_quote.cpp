// How a variable is written where a hole stood.
#include "compiler/lower/shell_scan.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include <set>

namespace pipelang::lowering {

bool allows(ShellPlace place, Quoting quoting, ShellDialect dialect) {
  enum : unsigned { W = 1, D = 2, S = 4, B = 8, H = 16, N = 32 };
  enum class For { Any, Bash };
  struct Row {
    For dialect;
    unsigned quotings;
  };
  static constexpr Row rows[] = {
#define SHELL_PLACE(name, dialect, quotings) {For::dialect, quotings},
#include "compiler/lower/shell_places.def"
  };
  const Row &row = rows[static_cast<std::size_t>(place)];
  bool bash = dialect == ShellDialect::Bash;
  if (row.dialect == For::Bash && !bash) return false;
  switch (quoting) {
  case Quoting::Word: return row.quotings & W;
  case Quoting::DoubleQuotes: return row.quotings & D;
  case Quoting::SingleQuotes: return row.quotings & S;
  case Quoting::DollarQuotes: return (row.quotings & B) && bash;
  case Quoting::HereDocument: return row.quotings & H;
  case Quoting::Arithmetic:
  case Quoting::Subscript: return row.quotings & N;
  case Quoting::Comment: return true;
  }
  llvm_unreachable("all quotings are handled");
}

std::string quotedVariable(const HoleSite &site, llvm::StringRef name) {
  std::string plain = ("${" + name + "}").str();
  switch (site.quoting) {
  case Quoting::Word: return "\"" + plain + "\"";
  case Quoting::DoubleQuotes:
  case Quoting::HereDocument:
  case Quoting::Subscript: return plain;
  case Quoting::SingleQuotes: return "'\"" + plain + "\"'";
  case Quoting::DollarQuotes: return "'\"" + plain + "\"$'";
  case Quoting::Arithmetic: return "(" + plain + ")";
  case Quoting::Comment: return name.str();
  }
  llvm_unreachable("all quotings are handled");
}

std::vector<std::string> wordsOf(llvm::StringRef text) {
  std::set<std::string> words;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && (llvm::isAlnum(text[end]) || text[end] == '_'))
      ++end;
    if (end > at) words.insert(text.slice(at, end).str());
    at = end + 1;
  }
  return {words.begin(), words.end()};
}

} // namespace pipelang::lowering
