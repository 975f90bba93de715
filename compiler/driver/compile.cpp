#include "compiler/driver/compile.h"
#include "compiler/driver/lock_file.h"
#include "compiler/driver/module_files.h"
#include "compiler/lower/lower.h"
#include "compiler/parse/parse.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

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

/// Pins from `pipe.lock` beside the root file; none where there is no such file.
void readLock(Compilation &result, LowerOptions &lowering) {
  llvm::SmallString<256> path(result.projectRoot);
  llvm::sys::path::append(path, "pipe.lock");
  if (!llvm::sys::fs::exists(path)) return;
  auto text = readSource(path);
  auto lock = text ? readLockFile(*text) : llvm::Expected<LockFile>(text.takeError());
  if (!lock) {
    Span root{result.sources.idAt(0), 0, 0};
    result.diagnostics.report(root, diag::LockFileUnreadable, path, llvm::toString(lock.takeError()));
    return;
  }
  lowering.lock = std::move(lock->entries);
  lowering.tools = std::move(lock->tools);
}

} // namespace

llvm::Expected<Compilation> compile(llvm::StringRef path, const CompileOptions &options) {
  auto text = readSource(path);
  if (!text) return text.takeError();
  Compilation result;
  result.projectRoot = llvm::sys::path::parent_path(path).str();
  Id<SourceFile> file =
      result.sources.add(SourceFile(path.str(), std::move(*text), SourceFile::Origin::User));
  auto tree = std::make_unique<ast::Module>(parse(file, result.sources[file], result.diagnostics));
  sema::ModuleLoader loader = makeLoader(result.sources, result.diagnostics);
  result.program = sema::check(std::move(tree), loader, result.diagnostics);
  LowerOptions lowering = lowerOptions(path, result, options);
  readLock(result, lowering);
  result.plan = lower(result.program, lowering, result.diagnostics);
  result.diagnostics.sort();
  return result;
}

} // namespace pipelang::driver
