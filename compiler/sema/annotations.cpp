// `@deprecated("why", use = other)`: what is said where the thing is used, and what to use instead. Doc
// comments in messages.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

/// `siblings`: the names one of which may take over.
void Checker::checkAnnotations(const std::vector<ast::Annotation> &annotations,
                               const std::vector<std::string> &siblings) {
  for (const ast::Annotation &annotation : annotations) {
    if (annotation.name.text == "deprecated") {
      checkDeprecation(annotation, siblings);
      continue;
    }
    if (annotation.name.text.empty()) continue;
    const Suggestion near = suggest(annotation.name.text, {"deprecated"});
    offer(diagnostics_.report(annotation.span, diag::UnknownWord, "annotation", annotation.name.text,
                              near.text, "`deprecated`"),
          annotation.name.span, near);
  }
}

static const std::string *plainText(const ast::Module &tree, ast::ExprId id) {
  const auto *string =
      tree.expressions.contains(id) ? std::get_if<ast::StringExpr>(&tree.expressions[id].node) : nullptr;
  if (!string || string->parts.size() != 1) return nullptr;
  return std::get_if<std::string>(&string->parts.front().node);
}

static const std::string *plainName(const ast::Module &tree, ast::ExprId id) {
  const auto *name =
      tree.expressions.contains(id) ? std::get_if<ast::NameExpr>(&tree.expressions[id].node) : nullptr;
  return name ? &name->name : nullptr;
}

void Checker::checkDeprecation(const ast::Annotation &annotation, const std::vector<std::string> &siblings) {
  bool wrong = false;
  for (const ast::Argument &argument : annotation.arguments) {
    const bool use = argument.name && argument.name->text == "use";
    const std::string *name = use ? plainName(tree(), argument.value) : nullptr;
    wrong |= (argument.name && !use) || (use && !name) || (!use && !plainText(tree(), argument.value));
    if (!name || std::find(siblings.begin(), siblings.end(), *name) != siblings.end()) continue;
    const Suggestion near = suggest(*name, siblings);
    offer(diagnostics_.report(expr(argument.value).span, diag::UnknownName, *name, near.text),
          expr(argument.value).span, near);
  }
  if (wrong) diagnostics_.report(annotation.span, diag::BadAnnotation);
}

/// Warns where something deprecated is used, unless the library uses it.
void Checker::noteDeprecated(const std::vector<ast::Annotation> &annotations, const std::string &what,
                             Span use) {
  if (annotations.empty() || program_.modules[place_.module].isLibrary) return;
  for (const ast::Annotation &annotation : annotations) {
    if (annotation.name.text != "deprecated") continue;
    const ast::Module *from = nullptr;
    for (const Module &module : program_.modules)
      if (module.tree->file == annotation.span.file) from = module.tree.get();
    std::string why, instead;
    for (const ast::Argument &argument : annotation.arguments) {
      if (const std::string *text = plainText(*from, argument.value)) why = *text;
      if (const std::string *name = plainName(*from, argument.value)) instead = *name;
    }
    const std::string advice = instead.empty() ? "" : "; use `" + instead + "`";
    auto builder = diagnostics_.report(use, diag::Deprecated, what, (why.empty() ? "" : ": " + why) + advice);
    if (!instead.empty()) builder.fix(use, instead, "use `" + instead + "`");
  }
}

/// The same for a declaration, by the expression that names it.
void Checker::noteDeprecated(SymbolId symbol, ast::ExprId use) {
  const Symbol &declared = program_.symbols[symbol];
  const bool top =
      !declared.owner.valid() && !declared.statement.valid() && declared.kind != SymbolKind::Module;
  if (!top || !declared.module.valid() || declared.declaration >= treeOf(declared).declarations.size())
    return;
  const auto *member = std::get_if<ast::MemberExpr>(&expr(use).node);
  noteDeprecated(declOf(declared).annotations, described(symbol),
                 member ? member->member.span : expr(use).span);
}

/// What the missing fields or parameters of `owner` are for.
void Checker::explainMissing(Diagnostics::Builder &builder, SymbolId owner,
                             const std::vector<std::string> &names) {
  if (!owner.valid()) return;
  for (SymbolId member : program_.symbols[owner].members) {
    const std::string &name = program_.symbols[member].name;
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    const llvm::StringRef doc = llvm::StringRef(docOf(program_, member)).split('\n').first;
    if (!doc.empty()) builder.note("`" + name + "`: " + doc.str());
  }
  labelDeclared(builder, owner, "declared here");
}

} // namespace pipelang::sema
