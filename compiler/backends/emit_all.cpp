#include "compiler/backends/backend.h"

namespace pipelang::backends {

namespace {

/// Calls the backend of one `emit`, where `target` wants it.
struct EmitOne {
  const plan::Plan &plan;
  llvm::StringRef target;
  Diagnostics &diagnostics;

  bool wanted(llvm::StringRef name) const { return target.empty() || target == name; }

#define BACKEND(NAME, EMIT, FUNCTION)                                                                        \
  FileSet operator()(const plan::EMIT &emit) const {                                                         \
    return wanted(#NAME) ? FUNCTION(plan, emit, diagnostics) : FileSet();                                    \
  }
#include "compiler/backends/backends.def"
#undef BACKEND
};

} // namespace

FileSet emitAll(const plan::Plan &plan, llvm::StringRef target, Diagnostics &diagnostics) {
  FileSet all;
  for (const plan::Emit &emit : plan.emits)
    for (auto &[path, file] : std::visit(EmitOne{plan, target, diagnostics}, emit.node)) {
      file.origin = emit.origin;
      auto [found, added] = all.emplace(path, file);
      // Two workflows of one file may bring the same plan along.
      if (!added && found->second.content.text != file.content.text)
        diagnostics.report(emit.origin, diag::EmitTwice, path)
            .label(found->second.origin, "also emitted here");
    }
  return all;
}

} // namespace pipelang::backends
