// Loading: the root and all it imports, each file once.
#include "compiler/sema/checker.h"
#include <algorithm>

namespace pipelang::sema {

static ast::ImportDecl preludeImport() {
  ast::ImportDecl import;
  import.path = {{"std", {}}, { "prelude", {} }};
  return import;
}

static std::string dotted(const ast::ImportDecl &import) {
  if (import.file) return *import.file;
  std::string text;
  for (const ast::Name &name : import.path)
    text += (text.empty() ? "" : ".") + name.text;
  return text;
}

void Checker::load(std::unique_ptr<ast::Module> root) {
  const Id<SourceFile> rootFile = root->file;
  addModule("", std::move(root), false);
  if (loader_.load) {
    if (auto loaded = loader_.load(preludeImport(), rootFile)) {
      if (loaded->tree) {
        prelude_ = addModule("std.prelude", std::move(loaded->tree), true);
        loadImports(prelude_);
      }
    }
  }
  loadImports(ModuleId(std::size_t(0)));
}

ModuleId Checker::addModule(std::string name, std::unique_ptr<ast::Module> tree, bool isLibrary) {
  const ModuleId id(program_.modules.size());
  modulesByFile_[tree->file] = id;
  Module module;
  module.name = std::move(name);
  module.expressions.resize(tree->expressions.size());
  module.types.resize(tree->types.size());
  module.statementSymbols.resize(tree->statements.size());
  module.isLibrary = isLibrary;
  module.tree = std::move(tree);
  program_.modules.push_back(std::move(module));
  return id;
}

/// Loads what `id` imports, depth first, and notes for each import which module it is: the symbol is made
/// later, by declareImport, from `imports`.
void Checker::loadImports(ModuleId id) {
  loading_.push_back(id);
  // Loading adds modules: the tree is reached anew each time.
  for (std::size_t i = 0; i < program_.modules[id.index()].tree->declarations.size(); ++i) {
    const ast::Decl &decl = program_.modules[id.index()].tree->declarations[i];
    if (const auto *import = std::get_if<ast::ImportDecl>(&decl.node))
      imports_[{id, i}] = loadOne(id, *import, decl.span);
  }
  loading_.pop_back();
  order_.push_back(id);
}

ModuleId Checker::loadOne(ModuleId importer, const ast::ImportDecl &import, Span span) {
  const std::string name = dotted(import);
  const Module &from = program_.modules[importer.index()];
  const bool isLibrary = from.isLibrary || !import.file;
  if (import.file && (llvm::StringRef(*import.file).startswith("/") || import.file->empty())) {
    diagnostics_.report(span, diag::ImportPath, name,
                        name.empty()
                            ? "it names no file"
                            : "an absolute path is another file elsewhere; write it relative to this file");
    return {};
  }
  auto loaded = loader_.load ? loader_.load(import, from.tree->file) : std::nullopt;
  if (!loaded) {
    if (!name.empty()) {
      const bool offers = !import.file && loader_.libraryNames;
      const Suggestion near = offers ? suggest(name, loader_.libraryNames()) : Suggestion{};
      const Span place =
          import.path.empty() ? span : pipelang::join(import.path.front().span, import.path.back().span);
      offer(diagnostics_.report(place, diag::UnknownModule, name, near.text), place, near);
      const llvm::StringRef meant = near.name; // what it would bind is no mistake of its own
      if (meant.startswith("std."))
        unimported_.insert({static_cast<std::uint32_t>(importer.index()), meant.substr(4).str()});
    }
    return {};
  }
  if (!loaded->refused.empty()) {
    diagnostics_.report(span, diag::ImportPath, name, loaded->refused);
    return {};
  }
  auto known = modulesByFile_.find(loaded->file);
  if (known == modulesByFile_.end() && loaded->tree && loading_.size() < 200) {
    const ModuleId added = addModule(name, std::move(loaded->tree), isLibrary);
    loadImports(added);
    return added;
  }
  if (known == modulesByFile_.end()) return {};
  if (std::find(loading_.begin(), loading_.end(), known->second) == loading_.end()) return known->second;
  reportImportCycle(known->second, span);
  return {};
}

void Checker::reportImportCycle(ModuleId again, Span span) {
  const auto nameOf = [&](ModuleId id) {
    return id.index() == 0 ? std::string("this file") : "`" + program_.modules[id.index()].name + "`";
  };
  std::string circle;
  bool inside = false;
  for (ModuleId id : loading_) {
    inside |= id == again;
    if (inside) circle += nameOf(id) + " -> ";
  }
  diagnostics_.report(span, diag::ImportCycle, circle + nameOf(again));
}

} // namespace pipelang::sema
