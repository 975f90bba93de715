// `raw github """…"""`: the target's own words. Read here, so that what is no YAML is an error at its place;
// merged by the backend.
#include "compiler/lower/lowering.h"
#include "compiler/support/document.h"

namespace pipelang::lowering {

/// Whether some script in `document` holds an expression of GitHub's.
static bool hasExpressionInScript(const Document &document) {
  if (const DocumentMap *map = document.asMap())
    return llvm::any_of(*map, [](const auto &entry) {
      const std::string *text = entry.second.asString();
      return (entry.first == "run" && text && llvm::StringRef(*text).contains("${{")) ||
             hasExpressionInScript(entry.second);
    });
  if (const DocumentList *list = document.asList()) return llvm::any_of(*list, hasExpressionInScript);
  return false;
}

void Lowering::lowerRaw(const ast::RawStmt &raw, Span at, std::vector<plan::Raw> &into) {
  Value text = evaluate(raw.text);
  Span span = spanOf(raw.text);
  refuseLate(text, span, "raw");
  if (!text.is<eval::Text>()) return;
  llvm::Expected<Document> document = readYaml(text.text());
  if (!document) {
    reporter_.report(span, diag::RawNoYaml, llvm::toString(document.takeError()));
    return;
  }
  if (!document->asMap()) {
    reporter_.report(span, diag::RawNoYaml, "keys and values are wanted, as `timeout-minutes: 5`");
    return;
  }
  if (hasExpressionInScript(*document)) {
    reporter_.report(span, diag::GithubExpressionInScript)
        .note("give the value to the script in `env:`, and write `\"$NAME\"` in the script");
    return;
  }
  into.push_back({plan::Target::Github, std::move(*document), origin(at)});
}

} // namespace pipelang::lowering
