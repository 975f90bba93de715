// Expressions: one visit each. What is wanted flows down, what was found comes back.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

/// Deeper than any parsed expression; together with deepestChain it bounds the stack.
static constexpr int deepestNesting = 9800;

TypeId Checker::check(ast::ExprId id, TypeId expected, Use use) {
  if (!has(id)) return error();
  if (depth_ > deepestNesting) {
    if (!reportedDepth_)
      diagnostics_.report(expr(id).span, diag::ChainTooLong, std::int64_t(running_.size()));
    reportedDepth_ = true;
    return info(id).type = error();
  }
  ++depth_;
  TypeId found = checkNode(id, expected, use);
  --depth_;
  if (!found.valid()) found = error();
  if (use == Use::Value) found = adapt(id, found, expected);
  return info(id).type = found;
}

TypeId Checker::checkNode(ast::ExprId id, TypeId expected, Use use) {
  using namespace ast;
  const Expr &written = expr(id);
  if (const auto *node = std::get_if<NumberExpr>(&written.node)) return checkNumber(written, *node, expected);
  if (const auto *node = std::get_if<StringExpr>(&written.node)) return checkString(written, *node, expected);
  if (std::get_if<BoolExpr>(&written.node)) return types_.of(TypeKind::Bool);
  if (std::get_if<NoneExpr>(&written.node)) return types_.of(TypeKind::None);
  if (const auto *node = std::get_if<NameExpr>(&written.node))
    return checkName(id, node->name, expected, use);
  if (const auto *node = std::get_if<MemberExpr>(&written.node)) return checkMember(id, *node, expected, use);
  if (const auto *node = std::get_if<IndexExpr>(&written.node)) return checkIndex(*node);
  if (const auto *node = std::get_if<CallExpr>(&written.node)) return checkCall(id, *node, expected);
  if (const auto *node = std::get_if<ListExpr>(&written.node)) return checkList(*node, expected);
  if (const auto *node = std::get_if<ListForExpr>(&written.node)) return checkListFor(*node, expected);
  if (const auto *node = std::get_if<RecordExpr>(&written.node)) return checkRecord(id, *node, expected);
  if (const auto *node = std::get_if<MapExpr>(&written.node)) return checkMap(*node, expected, written.span);
  if (const auto *node = std::get_if<MapForExpr>(&written.node)) return checkMapFor(*node, expected);
  if (const auto *node = std::get_if<AmendExpr>(&written.node)) return checkAmend(id, *node, expected);
  if (const auto *node = std::get_if<UnaryExpr>(&written.node)) return checkUnary(*node, expected);
  if (const auto *node = std::get_if<BinaryExpr>(&written.node)) return checkBinary(written, *node, expected);
  if (const auto *node = std::get_if<IsExpr>(&written.node)) return checkIs(*node);
  if (const auto *node = std::get_if<IfExpr>(&written.node)) return checkIf(*node, expected);
  if (const auto *node = std::get_if<MatchExpr>(&written.node)) return checkMatch(written, *node, expected);
  if (const auto *node = std::get_if<UsesExpr>(&written.node)) return checkUses(*node, written.span);
  if (const auto *node = std::get_if<ScriptExpr>(&written.node)) {
    check(node->text, types_.of(TypeKind::String));
    return types_.of(TypeKind::Command);
  }
  if (const auto *node = std::get_if<ExecExpr>(&written.node)) {
    checkArguments(node->arguments);
    return types_.of(TypeKind::Command);
  }
  return error();
}

/// Whether what was found may stand where `expected` is wanted; what has to be checked of the value is noted.
TypeId Checker::adapt(ast::ExprId id, TypeId found, TypeId expected) {
  if (!expected.valid()) return found;
  switch (fits(found, expected)) {
  case Agreement::Yes: return found;
  case Agreement::Checked: info(id).checkedAs = literalKeepsOptional(expected); return found;
  case Agreement::No: break;
  }
  reportMismatch(id, found, expected);
  return error();
}

/// `agree`, as this module sees opaque types: its own are what they are made of.
Agreement Checker::fits(TypeId found, TypeId expected) {
  const Agreement plain = agree(program_, found, expected);
  if (plain != Agreement::No) return plain;
  const TypeId want = kindOf(expected) == TypeKind::Optional ? type(expected).element : expected;
  const TypeId have = kindOf(expected) == TypeKind::Optional && kindOf(found) == TypeKind::Optional
                          ? type(found).element
                          : found;
  const bool opens = kindOf(bare(have)) != TypeKind::Opaque && kindOf(have) == TypeKind::Opaque;
  const bool closes = kindOf(bare(want)) != TypeKind::Opaque && kindOf(want) == TypeKind::Opaque;
  if (!opens && !closes) return Agreement::No;
  const Agreement inside =
      agree(program_, opens ? type(have).element : have, closes ? type(want).element : want);
  return inside == Agreement::Yes && closes ? Agreement::Checked : inside;
}

/// The type whose condition a value must meet: without the `?` around it.
TypeId Checker::literalKeepsOptional(TypeId expected) {
  while (kindOf(expected) == TypeKind::Optional)
    expected = type(expected).element;
  return expected;
}

void Checker::checkAll(const std::vector<ast::Argument> &arguments) {
  for (const ast::Argument &argument : arguments)
    check(argument.value, error());
}

/// The argument vector of `exec`: a list of texts, each element in its own spelling.
void Checker::checkArguments(ast::ExprId id) {
  const auto *list = has(id) ? std::get_if<ast::ListExpr>(&expr(id).node) : nullptr;
  const TypeId strings = types_.list(types_.of(TypeKind::String));
  if (!list) {
    check(id, strings);
    return;
  }
  for (ast::ExprId element : list->elements)
    requireText(element, check(element));
  info(id).type = strings;
}

TypeId Checker::checkUses(const ast::UsesExpr &uses, Span span) {
  check(uses.action, types_.of(TypeKind::String));
  if (place_.body != BodyKind::TaskGithub)
    diagnostics_.report(span, diag::WrongBody, "`uses`", describe(place_.body))
        .note("an action runs on GitHub alone: put it into `on github { … }` of a task, with another body "
              "for `local`");
  std::map<std::string, Span> seen;
  for (const ast::Argument &input : uses.inputs) {
    const TypeId found = check(input.value);
    requireText(input.value, kindOf(found) == TypeKind::Optional ? type(found).element : found);
    if (!input.name) continue;
    auto [first, isNew] = seen.try_emplace(input.name->text, input.name->span);
    if (!isNew)
      diagnostics_.report(input.name->span, diag::DuplicateArgument, input.name->text)
          .label(first->second, "first given here");
  }
  return types_.of(TypeKind::UsesResult);
}

std::vector<SymbolId> Checker::checkGenerator(const ast::Generator &generator) {
  const TypeId source = bare(check(generator.source));
  const Type over = type(source.valid() ? source : error());
  const std::size_t variables = generator.variables.size();
  std::vector<TypeId> found(variables, error());
  const bool isMap = over.kind == TypeKind::Map || over.kind == TypeKind::NodeMap;
  if (over.kind == TypeKind::List && variables == 1)
    found[0] = over.element;
  else if (over.kind == TypeKind::Map && variables == 2)
    found = {over.key, over.element};
  else if (over.kind == TypeKind::NodeMap && variables == 2 && over.parameters.empty())
    found = {over.key, types_.named(TypeKind::Node, over.symbol)};
  else if (over.kind != TypeKind::Error)
    diagnostics_.report(expr(generator.source).span, diag::NotIterable, text(source),
                        !over.parameters.empty()      ? ": go through its `.all`"
                        : isMap                       ? " with one name: write `for key, value in …`"
                        : over.kind == TypeKind::List ? " with two names"
                                                      : "");
  std::vector<SymbolId> symbols;
  for (std::size_t i = 0; i < variables; ++i) {
    const SymbolId variable = declareLocal(SymbolKind::LoopVariable, generator.variables[i], found[i]);
    program_.symbols[variable].index = static_cast<std::uint32_t>(i);
    symbols.push_back(variable);
  }
  if (has(generator.source)) info(generator.source).binds = symbols;
  if (generator.condition) check(*generator.condition, types_.of(TypeKind::Bool));
  return symbols;
}

} // namespace pipelang::sema
