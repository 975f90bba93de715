#include "compiler/driver/compile.h"
#include "compiler/driver/embedded_texts.h"
#include "compiler/driver/import_pins.h"
#include "compiler/driver/lock_file.h"
#include "compiler/driver/module_files.h"
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

bool overlap(Span left, Span right) {
  return left.valid() && left.file == right.file && left.begin < right.end && right.begin < left.end;
}

bool sameLine(const Sources &sources, Span left, Span right) {
  if (!left.valid() || left.file != right.file) return false;
  const SourceFile &file = sources[left.file];
  return file.position(left.begin).line == file.position(right.begin).line;
}

/// Adds to `known` what a later phase found where no error is known yet: one cause, one message. What could
/// not be read spoils its whole line, other errors the text they point at.
void addIndependent(const Diagnostics &later, const Sources &sources, Diagnostics &known) {
  known.addOmitted(later);
  std::vector<Diagnostic> wrong;
  for (const Diagnostic &diagnostic : known.all())
    if (diagnostic.severity == Severity::Error) wrong.push_back(diagnostic);
  for (const Diagnostic &found : later.all()) {
    auto explains = [&](const Diagnostic &error) {
      const bool syntax = llvm::StringRef(error.code).startswith("P00");
      return overlap(error.span, found.span) || (syntax && sameLine(sources, error.span, found.span));
    };
    if (std::any_of(wrong.begin(), wrong.end(), explains)) continue;
    const DiagnosticKind<diag::Text> kind{found.name.c_str(), found.code.c_str(), found.severity, "{0}"};
    Diagnostics::Builder builder = known.report(found.span, kind, found.message);
    for (const DiagnosticLabel &label : found.labels)
      builder.label(label.span, label.text);
    for (const std::string &note : found.notes)
      builder.note(note);
    for (const DiagnosticFix &fix : found.fixes)
      builder.fix(fix.span, fix.replacement, fix.text);
  }
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
  if (!result.diagnostics.hasErrors() && result.tests.empty())
    if (llvm::Error broken = plan::validate(result.plan))
      result.internalError = llvm::toString(std::move(broken));
  return result;
}

} // namespace pipelang::driver
