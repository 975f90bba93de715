// The whole front end as one call, for pipec, piperun and tests.
#pragma once

#include "compiler/eval/notes.h"
#include "compiler/lower/tests.h"
#include "compiler/plan/plan.h"
#include "compiler/sema/program.h"
#include "compiler/support/diagnostics.h"

namespace pipelang::driver {

struct CompileOptions {
  std::map<std::string, std::string> params; ///< `--param name=value`
  bool notes = false;                        ///< Fill in Compilation::notes.
  bool ignoreImportPins = false;             ///< For the one who is about to write them.
  bool tests = false; ///< Lower the file's tests, too. Their expressions are in the plan then: run it, show
                      ///< it to nobody.
};

/// A plan, what was wrong, and the sources that the spans of both point into. Use the plan only if
/// `diagnostics.hasErrors()` is false.
struct Compilation {
  Sources sources;
  Diagnostics diagnostics;
  sema::Program program;
  plan::Plan plan;
  eval::Notes notes;       ///< For `--show`.
  std::vector<Test> tests; ///< Where they were asked for and nothing was wrong.
  std::string
      internalError;       ///< Our own mistake: the plan breaks its own rules (plan::validate). Empty: none.
  std::string projectRoot; ///< The folder of the root file; what paths in the plan are relative to.
};

/// Reads and compiles the file at `path` and all it imports; `pipe.lock` beside it is read where present.
/// Error: the file itself cannot be read.
llvm::Expected<Compilation> compile(llvm::StringRef path, const CompileOptions &options);

/// The same for `text`, as if it stood in the file at `path`.
Compilation compileText(llvm::StringRef path, std::string text, const CompileOptions &options);

} // namespace pipelang::driver
