// Expressions: precedence is applied here, on the flat chains that the grammar reads.
#include "compiler/parse/build.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

namespace pipelang::parser {

using namespace ast;

namespace {

struct Operator {
  int binding;
  BinaryOp op;
};

/// From loose to tight: 1 or, 2 and, (3 not), 4 comparisons and `is`, 5 ??, 6 + -, 7 * /.
constexpr int notOperand = 4;
constexpr int comparison = 4;
constexpr int coalesce = 5;

Operator operatorOf(std::uint32_t kind) {
  switch (kind) {
  case K::OR: return {1, BinaryOp::Or};
  case K::AND: return {2, BinaryOp::And};
  case K::EQUAL: return {comparison, BinaryOp::Equal};
  case K::NOT_EQUAL: return {comparison, BinaryOp::NotEqual};
  case K::LESS: return {comparison, BinaryOp::Less};
  case K::LESS_EQUAL: return {comparison, BinaryOp::LessEqual};
  case K::GREATER: return {comparison, BinaryOp::Greater};
  case K::GREATER_EQUAL: return {comparison, BinaryOp::GreaterEqual};
  case K::COALESCE: return {coalesce, BinaryOp::Coalesce};
  case K::PLUS: return {6, BinaryOp::Add};
  case K::MINUS: return {6, BinaryOp::Subtract};
  case K::STAR: return {7, BinaryOp::Multiply};
  case K::SLASH: return {7, BinaryOp::Divide};
  default: return {comparison, BinaryOp::Equal}; // `is`; the caller looks at the token
  }
}

bool isOperand(size_t rule) {
  return rule == K::RuleOperand || rule == K::RuleHeadOperand;
}

} // namespace

/// `a + not b * c` as it was read: operands with their prefixes, and what stands between.
struct Builder::Chain {
  std::vector<antlr4::ParserRuleContext *> operands;
  std::vector<antlr4::Token *> operators;
  std::size_t at = 0;     ///< The operand to be read next.
  std::size_t prefix = 0; ///< How many of its prefixes are done.
};

ExprId Builder::expression(K::ExpressionContext *context) {
  if (!context) return error(source_.span(0, 0));
  auto *choice = context->conditional();
  if (!choice) return chain(context);
  ExprId condition = expression(choice->condition);
  ExprId yes = expression(choice->yes);
  ExprId no = expression(choice->no);
  return add({span(choice), IfExpr{condition, yes, no}});
}

ExprId Builder::expression(K::HeadExpressionContext *context) {
  if (!context) return error(source_.span(0, 0));
  auto *choice = context->headConditional();
  if (!choice) return chain(context);
  ExprId condition = expression(choice->condition);
  ExprId yes = expression(choice->yes);
  ExprId no = expression(choice->no);
  return add({span(choice), IfExpr{condition, yes, no}});
}

std::optional<ExprId> Builder::optional(K::ExpressionContext *context) {
  if (!context) return std::nullopt;
  return expression(context);
}

std::optional<ExprId> Builder::optional(K::HeadExpressionContext *context) {
  if (!context) return std::nullopt;
  return expression(context);
}

/// Reads the operands and operators that `context` begins with.
ExprId Builder::chain(antlr4::ParserRuleContext *context) {
  Chain chain;
  for (auto *child : context->children) {
    auto *rule = dynamic_cast<antlr4::ParserRuleContext *>(child);
    if (rule && isOperand(rule->getRuleIndex()))
      chain.operands.push_back(rule);
    else if (rule && rule->getRuleIndex() == K::RuleBinary)
      chain.operators.push_back(rule->start);
    else
      break;
  }
  if (chain.operands.empty()) return error(span(context));
  if (chain.operands.size() > chainLimit) {
    source_.diagnostics.report(span(chain.operands[chainLimit]), diag::TooLong,
                               static_cast<std::int64_t>(chainLimit));
    return error(span(context));
  }
  return chainFrom(chain, 0);
}

ExprId Builder::chainFrom(Chain &chain, int binding) {
  ExprId left = prefixed(chain);
  bool compared = false;
  while (chain.at <= chain.operators.size() && chain.at > 0) {
    antlr4::Token *token = chain.operators.size() >= chain.at ? chain.operators[chain.at - 1] : nullptr;
    if (!token || chain.at >= chain.operands.size()) break;
    std::uint32_t kind = tokenOf(token).kind;
    Operator next = operatorOf(kind);
    if (next.binding < binding) break;
    bool chained = next.binding == comparison && compared;
    if (chained)
      source_.diagnostics.report(span(token), diag::ComparisonChain)
          .note("join two comparisons with `and`, or use parentheses");
    compared = next.binding == comparison;
    bool negated = false;
    if (kind == K::IS && chain.prefix == 0) {
      auto *pattern = dynamic_cast<antlr4::ParserRuleContext *>(
          chain.operands[chain.at]->children.empty() ? nullptr : chain.operands[chain.at]->children.front());
      negated = pattern && pattern->getRuleIndex() == K::RulePrefix && tokenOf(pattern->start).kind == K::NOT;
      chain.prefix = negated ? 1 : 0;
    }
    ExprId right = chainFrom(chain, next.binding == coalesce ? coalesce : next.binding + 1);
    Span whole = join(module_.expressions[left].span, module_.expressions[right].span);
    left = chained         ? error(whole)
           : kind == K::IS ? add({whole, IsExpr{left, right, negated}})
                           : add({whole, BinaryExpr{next.op, left, right, span(token)}});
  }
  return left;
}

/// The next operand with its `not` and `-`.
ExprId Builder::prefixed(Chain &chain) {
  auto *operand = chain.operands[chain.at];
  std::vector<antlr4::ParserRuleContext *> prefixes;
  for (auto *child : operand->children) {
    auto *rule = dynamic_cast<antlr4::ParserRuleContext *>(child);
    if (!rule || rule->getRuleIndex() != K::RulePrefix) break;
    prefixes.push_back(rule);
  }
  if (prefixes.size() - chain.prefix > nestingLimit) {
    source_.diagnostics.report(span(prefixes.back()), diag::TooDeep, static_cast<std::int64_t>(nestingLimit));
    chain.prefix = prefixes.size();
  }
  if (chain.prefix >= prefixes.size()) {
    std::size_t base = prefixes.size();
    chain.prefix = 0;
    ++chain.at;
    return operandBase(operand, base);
  }
  antlr4::Token *token = prefixes[chain.prefix++]->start;
  bool negation = tokenOf(token).kind == K::NOT;
  ExprId inner = negation ? chainFrom(chain, notOperand) : prefixed(chain);
  Span whole = join(span(token), module_.expressions[inner].span);
  return add({whole, UnaryExpr{negation ? UnaryOp::Not : UnaryOp::Negate, inner}});
}

/// A lone operand, where no operators may stand (patterns).
ExprId Builder::operand(antlr4::ParserRuleContext *context) {
  if (!context) return error(source_.span(0, 0));
  Chain chain;
  chain.operands = {context};
  return chainFrom(chain, 0);
}

/// The operand without its prefixes: child `at` and the suffixes behind it.
ExprId Builder::operandBase(antlr4::ParserRuleContext *operand, std::size_t at) {
  auto &children = operand->children;
  if (at >= children.size()) return error(span(operand));
  if (children.size() - at > chainLimit) {
    source_.diagnostics.report(span(operand), diag::TooLong, static_cast<std::int64_t>(chainLimit));
    return error(span(operand));
  }
  auto *first = dynamic_cast<antlr4::ParserRuleContext *>(children[at]);
  ExprId made;
  if (!first) { // `uses "…" { … }`
    auto *keyword = dynamic_cast<antlr4::tree::TerminalNode *>(children[at]);
    auto *action =
        at + 1 < children.size() ? dynamic_cast<K::StringLiteralContext *>(children[at + 1]) : nullptr;
    auto *inputs = at + 2 < children.size() ? dynamic_cast<K::BracesContext *>(children[at + 2]) : nullptr;
    if (!action) return error(span(operand));
    Span whole = join(span(keyword->getSymbol()), inputs ? span(inputs) : span(action));
    ExprId text = string(action);
    made = add({whole, UsesExpr{text, fieldsOf(inputs)}});
    at += inputs ? 3 : 2;
  } else {
    made = first->getRuleIndex() == K::RuleBraces    ? braces(static_cast<K::BracesContext *>(first))
           : first->getRuleIndex() == K::RulePrimary ? primary(static_cast<K::PrimaryContext *>(first))
                                                     : error(span(operand));
    ++at;
  }
  for (; at < children.size(); ++at) {
    auto *rule = dynamic_cast<antlr4::ParserRuleContext *>(children[at]);
    if (!rule) continue;
    if (rule->getRuleIndex() == K::RuleSuffix) made = suffix(made, static_cast<K::SuffixContext *>(rule));
    if (rule->getRuleIndex() == K::RuleBraces) made = amend(made, static_cast<K::BracesContext *>(rule));
  }
  return made;
}

ExprId Builder::primary(K::PrimaryContext *context) {
  if (context->children.empty()) return error(span(context));
  Span whole = span(context);
  if (context->inner) return expression(context->inner);
  switch (tokenOf(context->start).kind) {
  case K::NUMBER: return number(context->start);
  case K::TRUE: return add({whole, BoolExpr{true}});
  case K::FALSE: return add({whole, BoolExpr{false}});
  case K::NONE: return add({whole, NoneExpr{}});
  case K::WORD: return add({whole, NameExpr{text(context->start).str()}});
  case K::LBRACKET: return list(context->list());
  case K::MATCH: return match(context);
  case K::SCRIPT: {
    if (!context->stringLiteral()) return error(whole);
    ExprId script = string(context->stringLiteral(), true);
    return add({whole, ScriptExpr{text(context->start).str(), script}});
  }
  case K::EXEC: {
    if (!context->list()) return error(whole);
    ExprId arguments = list(context->list());
    return add({whole, ExecExpr{arguments}});
  }
  default: return context->stringLiteral() ? string(context->stringLiteral()) : error(whole);
  }
}

ExprId Builder::number(antlr4::Token *token) {
  llvm::StringRef written = text(token);
  std::size_t digits = std::min(written.find_first_not_of("0123456789_."), written.size());
  std::optional<Unit> unit = unitFromText(written.substr(digits));
  if (!unit) return error(span(token)); // reported in spelling.cpp
  return add({span(token), NumberExpr{written.take_front(digits).str(), *unit}});
}

ExprId Builder::suffix(ExprId object, K::SuffixContext *context) {
  if (context->children.empty()) return object;
  Span whole = join(module_.expressions[object].span, span(context));
  switch (tokenOf(context->start).kind) {
  case K::DOT: return add({whole, MemberExpr{object, name(context->member), false}});
  case K::QUESTION_DOT: return add({whole, MemberExpr{object, name(context->member), true}});
  case K::LBRACKET: {
    IndexExpr made{object, {}, {}};
    for (std::size_t i = 0; i < context->indexes.size(); ++i) {
      ExprId index = expression(context->indexes[i]);
      if (i == 0)
        made.index = index;
      else
        made.more.push_back(index);
    }
    return add({whole, std::move(made)});
  }
  default: break;
  }
  CallExpr call{object, {}};
  for (auto *one : context->arguments)
    call.arguments.push_back(argument(one));
  return add({whole, std::move(call)});
}

Argument Builder::argument(K::ArgumentContext *context) {
  Argument made;
  if (context->id) made.name = name(context->id);
  made.value = expression(context->value);
  made.span = span(context);
  return made;
}

/// The `name = value` entries; keys in brackets are refused.
std::vector<Argument> Builder::fieldsOf(K::BracesContext *context) {
  std::vector<Argument> fields;
  if (!context) return fields;
  for (auto *entry : context->entries) {
    if (entry->id)
      fields.push_back({name(entry->id), expression(entry->value), span(entry)});
    else if (entry->key)
      source_.diagnostics.report(span(entry), diag::MixedBraces);
  }
  return fields;
}

ExprId Builder::amend(ExprId base, K::BracesContext *context) {
  Span whole = join(module_.expressions[base].span, span(context));
  return add({whole, AmendExpr{base, fieldsOf(context)}});
}

/// A record, a map, or a map comprehension: the first entry decides.
ExprId Builder::braces(K::BracesContext *context) {
  Span whole = span(context);
  if (context->entries.empty() || !context->entries.front()->key)
    return add({whole, RecordExpr{fieldsOf(context)}});
  MapExpr map;
  for (auto *entry : context->entries) {
    if (!entry->key) {
      source_.diagnostics.report(span(entry), diag::MixedBraces);
      continue;
    }
    ExprId key = expression(entry->key);
    ExprId value = expression(entry->value);
    MapEntry made{key, value, span(entry)};
    if (entry->generators.empty()) {
      map.entries.push_back(made);
      continue;
    }
    if (context->entries.size() > 1)
      source_.diagnostics.report(span(entry), diag::Syntax, "a map with `for` has this one entry only");
    return add({whole, MapForExpr{made, generators(entry->generators)}});
  }
  return add({whole, std::move(map)});
}

ExprId Builder::list(K::ListContext *context) {
  if (!context) return error(source_.span(0, 0));
  if (!context->generators.empty() && context->elements.size() == 1) {
    ExprId element = expression(context->elements.front());
    return add({span(context), ListForExpr{element, generators(context->generators)}});
  }
  ListExpr made;
  for (auto *element : context->elements)
    made.elements.push_back(expression(element));
  return add({span(context), std::move(made)});
}

ExprId Builder::match(K::PrimaryContext *context) {
  MatchExpr made{expression(context->subject), {}};
  if (context->arms)
    for (auto *arm : context->arms->arms) {
      MatchArm one;
      for (auto *pattern : arm->patterns)
        one.patterns.push_back(operand(pattern));
      one.value = expression(arm->value);
      one.span = span(arm);
      made.arms.push_back(std::move(one));
    }
  return add({span(context), std::move(made)});
}

} // namespace pipelang::parser
