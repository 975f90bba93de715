#include "compiler/lower/code_scan.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {
namespace {

/// Walks the texts with a stack-free state: the quote that is open, if any.
class CodeScanner {
public:
  explicit CodeScanner(CodeLanguage language) : language_(language) {}

  void text(llvm::StringRef text) {
    for (std::size_t at = 0; at < text.size();)
      at += step(text.substr(at));
    if (!text.empty()) previous_ = text.back();
  }

  CodePlace place(llvm::StringRef after) const {
    if (inComment_) return CodePlace::Comment;
    if (!quote_.empty()) return CodePlace::String;
    auto joins = [](char c) { return llvm::isAlnum(c) || c == '_'; };
    if (joins(previous_) || previous_ == '.' || (!after.empty() && joins(after.front())))
      return CodePlace::Name;
    llvm::StringRef rest = after.ltrim(" \t");
    bool assigned = rest.startswith("=") && !rest.startswith("==");
    return assigned ? CodePlace::Assigned : CodePlace::Expression;
  }

private:
  /// Consumes the start of `rest`; how many bytes.
  std::size_t step(llvm::StringRef rest) {
    if (inComment_) return commentStep(rest);
    if (!quote_.empty()) return stringStep(rest);
    for (llvm::StringRef quote : {"\"\"\"", "'''", "\"", "'", "`"}) {
      bool known = language_ == CodeLanguage::Python ? quote != "`" : quote.size() == 1;
      if (!known || !rest.startswith(quote)) continue;
      quote_ = quote.str();
      return quote.size();
    }
    if (language_ == CodeLanguage::Python ? rest.startswith("#") : rest.startswith("//")) {
      inComment_ = true;
      commentEnd_ = "\n";
    } else if (language_ == CodeLanguage::JavaScript && rest.startswith("/*")) {
      inComment_ = true;
      commentEnd_ = "*/";
    }
    return 1;
  }
  std::size_t commentStep(llvm::StringRef rest) {
    if (!rest.startswith(commentEnd_)) return 1;
    inComment_ = false;
    return commentEnd_.size();
  }
  std::size_t stringStep(llvm::StringRef rest) {
    if (rest.front() == '\\') return std::min<std::size_t>(2, rest.size());
    if (!rest.startswith(quote_)) return 1;
    std::size_t size = quote_.size();
    quote_.clear();
    return size;
  }

  CodeLanguage language_;
  std::string quote_; ///< What closes the open string; empty: none is open.
  bool inComment_ = false;
  std::string commentEnd_;
  char previous_ = '\n';
};

} // namespace

std::vector<CodePlace> scanCode(const std::vector<std::string> &texts, CodeLanguage language) {
  std::vector<CodePlace> places;
  CodeScanner scanner(language);
  for (std::size_t i = 0; i + 1 < texts.size(); ++i) {
    scanner.text(texts[i]);
    places.push_back(scanner.place(texts[i + 1]));
  }
  return places;
}

std::string codeVariable(CodeLanguage language, const std::string &name) {
  // `__import__`: the script need not have imported `os`, and no line moves.
  if (language == CodeLanguage::Python) return "__import__(\"os\").environ[\"" + name + "\"]";
  return "process.env." + name;
}

} // namespace pipelang::lowering
