#include "compiler/driver/import_pins.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/module_files.h"
#include "compiler/driver/session.h"
#include "compiler/driver/write_files.h"
#include "compiler/support/bounded_json.h"
#include "fmt/format.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

namespace pipelang::driver {

namespace {

std::string digestOf(llvm::StringRef text) {
  llvm::SHA256 hash;
  hash.update(text);
  return "sha256:" + llvm::toHex(hash.final(), /*LowerCase=*/true);
}

/// `path` from folder `root`, with `..` where it is outside of it; both as they were given.
std::string pathFrom(llvm::StringRef root, llvm::StringRef path) {
  llvm::SmallString<256> from, to;
  if (llvm::sys::fs::real_path(root.empty() ? "." : root, from) || llvm::sys::fs::real_path(path, to))
    return path.str();
  auto left = llvm::sys::path::begin(from), leftEnd = llvm::sys::path::end(from);
  auto right = llvm::sys::path::begin(to), rightEnd = llvm::sys::path::end(to);
  while (left != leftEnd && right != rightEnd && *left == *right)
    ++left, ++right;
  std::string result;
  for (; left != leftEnd; ++left)
    result += "../";
  for (; right != rightEnd; ++right)
    result += (result.empty() || result.back() == '/' ? "" : "/") + right->str();
  return result;
}

/// Calls `visit(path, source, where)` for every imported file of the project, once for each import of it.
template <typename Visit> void forEachImport(const Compilation &compilation, Visit visit) {
  for (const sema::Module &module : compilation.program.modules) {
    if (module.isLibrary) continue;
    for (const auto &entry : module.scope) {
      const sema::Symbol &symbol = compilation.program.symbols[entry.second];
      if (symbol.kind != sema::SymbolKind::Module || !symbol.module.valid()) continue;
      const sema::Module &imported = compilation.program.module(symbol.module);
      if (imported.isLibrary) continue;
      const SourceFile &source = compilation.sources[imported.tree->file];
      const ast::Decl &import = module.tree->declarations[symbol.declaration];
      visit(pathFrom(compilation.projectRoot, source.name()), source, import.span);
    }
  }
}

std::string lockPath(const Compilation &compilation) {
  llvm::SmallString<256> path(compilation.projectRoot);
  llvm::sys::path::append(path, "pipe.lock");
  return path.str().str();
}

/// The text of pipe.lock with these imports, all else as it was. Error: it is no JSON object.
llvm::Expected<std::string> withImports(llvm::StringRef text,
                                        const std::map<std::string, std::string> &digests) {
  auto json = parseBoundedJson(text);
  if (!json) return json.takeError();
  llvm::json::Object *root = json->getAsObject();
  if (!root) return llvm::createStringError(llvm::inconvertibleErrorCode(), "expected an object");
  llvm::json::Object section;
  for (const auto &[path, digest] : digests)
    section[path] = digest;
  (*root)["imports"] = std::move(section);
  std::string result;
  llvm::raw_string_ostream stream(result);
  stream << llvm::formatv("{0:2}", *json) << "\n";
  return stream.str();
}

} // namespace

std::map<std::string, std::string> importDigests(const Compilation &compilation) {
  std::map<std::string, std::string> digests;
  forEachImport(compilation, [&](const std::string &path, const SourceFile &source, Span) {
    if (!digests.count(path)) digests[path] = digestOf(source.text());
  });
  return digests;
}

void checkImportPins(const Compilation &compilation, const std::map<std::string, std::string> &pins,
                     Diagnostics &diagnostics) {
  const std::map<std::string, std::string> digests = importDigests(compilation);
  forEachImport(compilation, [&](const std::string &path, const SourceFile &, Span where) {
    const auto pinned = pins.find(path);
    const std::string way = "read what changed; if it is meant, `pipec lock` writes `\"" + path + "\": \"" +
                            digests.at(path) + "\"` into pipe.lock";
    if (pinned == pins.end())
      diagnostics.report(where, diag::ImportNotPinned, path).note(way);
    else if (pinned->second != digests.at(path))
      diagnostics.report(where, diag::ImportChanged, path).note(way);
  });
}

int lockCommand(const cli::Parsed &parsed) {
  auto options = compileOptions(parsed);
  if (!options) {
    printError(llvm::toString(options.takeError()));
    return 2;
  }
  options->ignoreImportPins = true;
  auto compilation = compile(parsed.arguments[0], *options);
  if (!compilation) {
    printError("cannot read " + llvm::toString(compilation.takeError()));
    return 1;
  }
  const std::string path = lockPath(*compilation);
  std::string old = "{}";
  if (llvm::sys::fs::exists(path)) {
    auto text = readSource(path);
    if (!text) {
      printError("cannot read " + llvm::toString(text.takeError()));
      return 1;
    }
    old = std::move(*text);
  }
  auto text = withImports(old, importDigests(*compilation));
  if (!text) {
    printError(path + ": " + llvm::toString(text.takeError()));
    return 1;
  }
  report(parsed, compilation->diagnostics, compilation->sources);
  if (compilation->diagnostics.hasErrors()) return 1;
  if (*text == old) return 0;
  if (parsed.has("--check")) {
    printError(path + " is not up to date: run `pipec lock`");
    return 1;
  }
  if (llvm::Error error = writeAtomically(compilation->projectRoot.empty() ? "./" + path : path, *text)) {
    printError(llvm::toString(std::move(error)));
    return 1;
  }
  return 0;
}

} // namespace pipelang::driver
