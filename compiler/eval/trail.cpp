#include "compiler/eval/trail.h"

namespace pipelang::eval {

Reporter::Reporter(const sema::Program &program, Diagnostics &diagnostics) : diagnostics_(diagnostics) {
  for (const sema::Module &module : program.modules) {
    if (!module.tree || !module.tree->file.valid()) continue;
    std::size_t index = module.tree->file.index();
    if (libraryFiles_.size() <= index) libraryFiles_.resize(index + 1);
    libraryFiles_[index] = module.isLibrary;
  }
}

bool Reporter::isLibrary(Span span) const {
  return !span.valid() || (span.file.index() < libraryFiles_.size() && libraryFiles_[span.file.index()]);
}

Span Reporter::userPlace(Span span) const {
  if (!isLibrary(span)) return span;
  for (auto entry = trail_.rbegin(); entry != trail_.rend(); ++entry)
    if (!isLibrary(entry->place)) return entry->place;
  return span;
}

void Reporter::addTrail(Diagnostics::Builder &builder, Span span, Span shown) const {
  if (span.valid() && span != shown) builder.label(span, "the library does this with it");
  constexpr int most = 4; // a chain of lets is long and says little
  int count = 0;
  for (auto entry = trail_.rbegin(); entry != trail_.rend() && count < most; ++entry) {
    if (entry->place == shown || isLibrary(entry->place)) continue;
    builder.label(entry->place, entry->text);
    ++count;
  }
}

} // namespace pipelang::eval
