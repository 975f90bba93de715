#include "compiler/driver/compile.h"
#include "compiler/driver/embedded_texts.h"
#include "compiler/driver/import_pins.h"
#include "compiler/driver/lock_file.h"
#include "compiler/driver/module_files.h"
#include "compiler/driver/one_cause.h"
#include "compiler/driver/other_systems.h"
#include "compiler/lower/lower.h"
#include "compiler/parse/parse.h"
#include "compiler/plan/json.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>

namespace pipelang::driver {
namespace {

/// The source's name as the Plan keeps it: the same wherever the compiler was started.
std::string planName(const SourceFile &source, llvm::StringRef root) {
  llvm::StringRef name = source.name();
  if (source.origin() == SourceFile::Origin::User && name.consume_front(root)) name.consume_front("/");
  return name.str();
}

LowerOptions lowerOptions(llvm::StringRef path, const Compilation &result, const CompileOptions &options) {
  LowerOptions lowering;
  lowering.name = llvm::sys::path::stem(path).str();
  for (const SourceFile &source : result.sources)
    lowering.files.push_back(planName(source, result.projectRoot));
  lowering.params = options.params;
  lowering.read = [root = result.projectRoot](llvm::StringRef file) {
    return readBelow(root.empty() ? "." : root, file);
  };
  return lowering;
}

/// What the library's own actions are pinned to, for those that the project's pipe.lock does not name.
void addLibraryPins(LowerOptions &lowering) {
  auto text = llvm::find_if(embeddedTexts(),
                            [](const EmbeddedText &each) { return each.name == "stdlib/pipe.lock"; });
  assert(text != embeddedTexts().end() && "the library brings its pins along");
  LockFile library = llvm::cantFail(readLockFile(text->text));
  for (LockEntry &entry : library.entries)
    if (llvm::none_of(lowering.lock, [&](const LockEntry &own) { return own.name == entry.name; }))
      lowering.lock.push_back(std::move(entry));
}

/// Pins from `pipe.lock` beside the root file, and the library's.
void readLock(Compilation &result, LowerOptions &lowering, const CompileOptions &options) {
  llvm::SmallString<256> path(result.projectRoot);
  llvm::sys::path::append(path, "pipe.lock");
  if (!llvm::sys::fs::exists(path)) return addLibraryPins(lowering);
  auto text = readSource(path);
  auto lock = text ? readLockFile(*text) : llvm::Expected<LockFile>(text.takeError());
  if (!lock) {
    Span root{result.sources.idAt(0), 0, 0};
    result.diagnostics.report(root, diag::LockFileUnreadable, path, llvm::toString(lock.takeError()));
    return;
  }
  if (lock->imports && !options.ignoreImportPins) checkImportPins(result, *lock->imports, result.diagnostics);
  lowering.lock = std::move(lock->entries);
  lowering.tools = std::move(lock->tools);
  addLibraryPins(lowering);
}

} // namespace

llvm::Expected<Compilation> compile(llvm::StringRef path, const CompileOptions &options) {
  auto text = readSource(path);
  if (!text) return text.takeError();
  return compileText(path, std::move(*text), options);
}

Compilation compileText(llvm::StringRef path, std::string text, const CompileOptions &options) {
  Compilation result;
  result.projectRoot = llvm::sys::path::parent_path(path).str();
  Id<SourceFile> file = result.sources.add(SourceFile(path.str(), std::move(text), SourceFile::Origin::User));
  auto tree = std::make_unique<ast::Module>(parse(file, result.sources[file], result.diagnostics));
  sema::ModuleLoader loader = makeLoader(result.sources, result.diagnostics);
  Diagnostics checked;
  result.program = sema::check(std::move(tree), loader, checked);
  result.diagnostics = causesOf(result.diagnostics, result.sources);
  addIndependent(checked, result.sources, result.diagnostics);
  LowerOptions lowering = lowerOptions(path, result, options);
  if (options.notes) lowering.notes = &result.notes;
  readLock(result, lowering, options);
  Diagnostics lowered;
  lowering.sources = &result.sources;
  const bool tests = options.tests && !result.diagnostics.hasErrors();
  result.plan = lower(result.program, lowering, lowered, tests ? &result.tests : nullptr);
  addIndependent(lowered, result.sources, result.diagnostics);
  result.diagnostics.sort();
  result.diagnostics = inOurWords(result.diagnostics, result.sources);
  result.diagnostics = withoutConsequences(result.diagnostics, result.sources);
  if (!result.diagnostics.hasErrors() && result.tests.empty())
    if (llvm::Error broken = plan::validate(result.plan))
      result.internalError = llvm::toString(std::move(broken));
  return result;
}

} // namespace pipelang::driver
