// Variables that a shell script reads and nothing sets, with the name of one of our values: `$level` where
// `#{level}` is meant would be empty, in silence.
#include "compiler/lower/lowering.h"
#include "compiler/lower/script_span.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {
namespace {

/// Commands that set variables they are told the names of.
constexpr llvm::StringLiteral setters[] = {"read",    "for",    "select",   "mapfile", "readarray",
                                           "getopts", "let",    "export",   "local",   "declare",
                                           "typeset", "printf", "readonly", "wait",    "coproc"};
/// What they run may set any.
constexpr llvm::StringLiteral runners[] = {"eval", "source"};

constexpr std::size_t mostReported = 20; ///< Of one script: each is looked for in its source.

bool isNameByte(char byte) {
  return llvm::isAlnum(byte) || byte == '_';
}

/// The names that `text` may set: where in doubt, it does.
void addSet(llvm::StringRef text, bool hasSetter, std::set<std::string> &names) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const llvm::StringRef name = text.substr(at).take_while(isNameByte);
    if (name.empty()) continue;
    const llvm::StringRef before = text.take_front(at), behind = text.drop_front(at + name.size());
    at += name.size();
    const bool begins = before.empty() || llvm::StringRef(" \t\n;&|(){}`\"'").contains(before.back());
    if (!begins || before.endswith("${")) continue;
    const bool assigned = behind.startswith("=") || behind.startswith("+=") || behind.startswith("[");
    if (hasSetter || assigned) names.insert(name.str());
  }
}

bool runsOthers(llvm::StringRef text) {
  for (std::size_t at = text.find(". "); at != llvm::StringRef::npos; at = text.find(". ", at + 1)) {
    const llvm::StringRef before = text.take_front(at).rtrim(" \t");
    if (before.empty() || llvm::StringRef("\n;&|(){}").contains(before.back())) return true;
  }
  return false;
}

bool isValue(sema::SymbolKind kind) {
  switch (kind) {
  case sema::SymbolKind::Let:
  case sema::SymbolKind::Secret:
  case sema::SymbolKind::Param:
  case sema::SymbolKind::Parameter:
  case sema::SymbolKind::LocalLet:
  case sema::SymbolKind::LoopVariable: return true;
  default: return false;
  }
}

} // namespace

/// Names of values of `module`, less those that an `env` of it has too.
const std::set<std::string> &Lowering::namesUnknownToShells(sema::ModuleId module) {
  auto [known, isNew] = unknownToShells_.try_emplace(module.index());
  if (!isNew) return known->second;
  for (const sema::Symbol &symbol : program_.symbols)
    if (symbol.module == module && isValue(symbol.kind)) known->second.insert(symbol.name);
  for (const ast::Stmt &statement : program_.module(module).tree->statements)
    if (const auto *env = std::get_if<ast::EnvStmt>(&statement.node)) known->second.erase(env->name.text);
  return known->second;
}

void Lowering::reportUnset(const std::set<ShellRead> &reads, const std::vector<std::string> &texts,
                           const Place &place, const ast::StringExpr &text) {
  if (reads.empty() || !options_.sources || program_.module(place.module).isLibrary) return;
  const std::set<std::string> &ours = namesUnknownToShells(place.module);
  std::set<std::string> words;
  bool anyone = false;
  for (const std::string &part : texts) {
    for (std::string &word : wordsOf(part))
      words.insert(std::move(word));
    anyone |= runsOthers(part);
  }
  const auto has = [&](llvm::StringRef word) { return words.count(word.str()) > 0; };
  if (anyone || llvm::any_of(runners, has)) return;
  const bool hasSetter = llvm::any_of(setters, has);
  std::set<std::string> set;
  for (const std::string &part : texts)
    addSet(part, hasSetter, set);
  const Span whole = evaluator_.exprAt(place).span;
  const SourceFile &source = (*options_.sources)[whole.file];
  std::size_t reported = 0;
  for (const ShellRead &read : reads) {
    if (!ours.count(read.name) || set.count(read.name)) continue;
    if (++reported > mostReported) break;
    const Span first = scriptSpan(source, text, read.offset, whole);
    const Span at{first.file, first.begin, static_cast<std::uint32_t>(first.begin + read.size)};
    const llvm::StringRef written = source.text().slice(at.begin, at.end);
    const bool exact = written == "$" + read.name || written == "${" + read.name + "}";
    auto builder = reporter_.report(exact ? at : first, diag::UnsetVariable, read.name);
    if (exact && source.text().substr(whole.begin).startswith("\""))
      builder.fix(at, "#{" + read.name + "}", "write `#{" + read.name + "}`");
  }
}

} // namespace pipelang::lowering
