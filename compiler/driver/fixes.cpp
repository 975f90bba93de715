#include "compiler/driver/fixes.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::driver {

Fixed applyFixes(llvm::StringRef text, Id<SourceFile> file, const Diagnostics &diagnostics) {
  std::vector<const DiagnosticFix *> fixes;
  for (const Diagnostic &diagnostic : diagnostics.all()) {
    for (const DiagnosticFix &fix : diagnostic.fixes) {
      const bool same = fix.text == diagnostic.fixes.front().text;
      const bool within = fix.span.begin <= fix.span.end && fix.span.end <= text.size();
      if (same && within && fix.span.file == file) fixes.push_back(&fix);
    }
  }
  llvm::stable_sort(fixes, [](const DiagnosticFix *left, const DiagnosticFix *right) {
    return std::pair(left->span.begin, left->span.end) < std::pair(right->span.begin, right->span.end);
  });
  Fixed result;
  std::uint32_t done = 0; // how much of the text has been copied
  const DiagnosticFix *before = nullptr;
  for (const DiagnosticFix *fix : fixes) {
    const bool touches = before && (fix->span.begin < done || fix->span.begin == before->span.begin);
    if (touches) continue;
    result.text += text.slice(done, fix->span.begin);
    result.text += fix->replacement;
    done = fix->span.end;
    before = fix;
    ++result.count;
  }
  result.text += text.drop_front(done);
  return result;
}

} // namespace pipelang::driver
