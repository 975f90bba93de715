// `match`: what its patterns name, and whether they take every value. Read next: patterns.h.
#include "compiler/sema/patterns.h"
#include "compiler/ast/spelling.h"
#include "compiler/sema/checker.h"

namespace pipelang::sema {

static std::string spelling(const ast::Expr &pattern) {
  if (const auto *name = std::get_if<ast::NameExpr>(&pattern.node)) return name->name;
  if (const auto *number = std::get_if<ast::NumberExpr>(&pattern.node))
    return number->numeral + ast::spelling(number->unit);
  if (const auto *boolean = std::get_if<ast::BoolExpr>(&pattern.node))
    return boolean->value ? "true" : "false";
  if (std::holds_alternative<ast::NoneExpr>(pattern.node)) return "none";
  if (const auto *member = std::get_if<ast::MemberExpr>(&pattern.node)) return member->member.text;
  const auto *string = std::get_if<ast::StringExpr>(&pattern.node);
  if (string && string->parts.empty()) return "\"\"";
  if (string && string->parts.size() == 1)
    if (const auto *part = std::get_if<std::string>(&string->parts.front().node)) return "\"" + *part + "\"";
  return {};
}

/// What is in the midst of being defined is left to who does it.
void Checker::defineQuietly(SymbolId symbol) {
  if (states_[symbol.index()] == State::Unchecked) define(symbol, program_.symbols[symbol].span);
}

/// The ways to be of a type; none: there are too many.
std::vector<Constructor> Checker::constructorsOf(TypeId id) {
  const TypeId plain = bare(id);
  if (kindOf(plain) == TypeKind::Optional) return {{"none", {}}, {"", {type(plain).element}}};
  std::vector<Constructor> all;
  if (kindOf(plain) == TypeKind::Record) {
    Constructor record{program_.symbols[type(plain).symbol].name, {}, true};
    defineQuietly(type(plain).symbol);
    for (std::size_t i = 0; i < program_.symbols[type(plain).symbol].members.size(); ++i)
      record.parts.push_back(fieldType(plain, i));
    return {record};
  }
  if (kindOf(plain) != TypeKind::Union) {
    for (const std::string &name : caseNames(plain))
      all.push_back({name, {}});
    return all;
  }
  for (SymbolId one : program_.symbols[type(plain).symbol].members)
    all.push_back({program_.symbols[one].name, caseFields(one, plain)});
  return all;
}

/// The types of what the case `one` of `subject` holds.
std::vector<TypeId> Checker::caseFields(SymbolId one, TypeId subject) {
  defineQuietly(program_.symbols[one].owner);
  const Bound bound = boundBy(subject, program_.symbols[one].owner);
  std::vector<TypeId> fields;
  for (SymbolId field : program_.symbols[one].members) {
    const TypeId held = program_.symbols[field].type;
    fields.push_back(held.valid() ? instantiate(held, bound) : error());
  }
  return fields;
}

TypeId Checker::checkMatch(const ast::Expr &written, const ast::MatchExpr &match, TypeId expected) {
  TypeId subject = check(match.subject);
  if (kindOf(subject) == TypeKind::Node) subject = types_.of(TypeKind::Outcome);
  MatchSoFar soFar;
  TypeId result;
  for (const ast::MatchArm &arm : match.arms) {
    Frame frame;
    frame.parent = place_.frame;
    Restore<Frame *> inside(place_.frame, &frame);
    checkArm(arm, subject, soFar);
    if (expected.valid())
      check(arm.value, expected);
    else
      result = checkElement(arm.value, result);
  }
  if (!soFar.unknown && !isError(subject)) reportMissing(written.span, subject, soFar);
  return expected.valid() ? expected : result.valid() ? result : error();
}

/// The patterns of an arm; what they bind is bound in the current frame.
void Checker::checkArm(const ast::MatchArm &arm, TypeId subject, MatchSoFar &soFar) {
  for (ast::ExprId id : arm.patterns) {
    std::optional<MatchPattern> pattern = readPattern(id, subject, arm.patterns.size() == 1);
    if (!pattern) {
      soFar.unknown = true; // a misspelt case is no missing case
      continue;
    }
    const std::string name = topName(id);
    const auto first = soFar.names.find(name);
    const auto constructors = [this](TypeId wanted) { return constructorsOf(wanted); };
    PatternMatrix matrix(constructors);
    constexpr std::size_t mostCompared = 100; // of more arms, only those are told that say the same again
    const bool isPlain = pattern->parts.empty() && pattern->kind != MatchPattern::Kind::Any;
    const bool adds = soFar.rows.size() < mostCompared ? matrix.adds(soFar.rows, {*pattern}, {subject})
                                                       : !isPlain || first == soFar.names.end();
    if (!soFar.unknown && !adds) {
      if (!name.empty() && first != soFar.names.end() && name != "_")
        diagnostics_.report(expr(id).span, diag::DuplicateCase, name)
            .label(first->second, "first handled here");
      else
        diagnostics_.report(arm.span, diag::NeverReached).fix(arm.span, "", "take it out");
    }
    soFar.names.try_emplace(name, expr(id).span);
    soFar.rows.push_back({std::move(*pattern)});
  }
}

/// The name a pattern begins with: of a case, a value, or `_`.
std::string Checker::topName(ast::ExprId id) {
  const auto *call = std::get_if<ast::CallExpr>(&expr(id).node);
  return spelling(expr(call && has(call->callee) ? call->callee : id));
}

/// The values that no arm takes: whole cases first, then one that no arm takes as it is.
void Checker::reportMissing(Span span, TypeId subject, const MatchSoFar &soFar) {
  const auto constructors = [this](TypeId wanted) { return constructorsOf(wanted); };
  PatternMatrix matrix(constructors);
  const auto missing = matrix.missing(soFar.rows, {subject});
  const Span header{span.file, span.begin, std::min<std::uint32_t>(span.end, span.begin + 5)};
  if (matrix.tooMuch()) {
    diagnostics_.report(header, diag::MatchTooLarge)
        .note("match one part first, and the rest inside of its arm");
    return;
  }
  if (!missing) return;
  bool namesAll = true;
  for (const std::string &name : caseNames(subject))
    namesAll &= soFar.names.count(name) > 0;
  const std::string &witness = missing->front();
  const bool isInside = namesAll && witness != "_";
  if (!isInside) {
    Seen seen = soFar.names;
    return checkExhaustive(span, subject, seen);
  }
  auto builder = diagnostics_.report(header, diag::MatchNotExhaustive, "`" + witness + "` is missing");
  builder.note("add `" + witness + " => …`, or end with `_ => …`");
  const TypeId target = aim(subject);
  if (kindOf(target) == TypeKind::Union) labelDeclared(builder, type(target).symbol, "declared here");
}

/// Checks a pattern and all in it; empty: something in it is wrong, which has been reported.
std::optional<MatchPattern> Checker::readPattern(ast::ExprId id, TypeId subject, bool mayBind) {
  bool binds = false;
  Frame names; // of a pattern that may have none
  names.parent = place_.frame;
  Restore<Frame *> inside(place_.frame, mayBind ? place_.frame : &names);
  std::optional<MatchPattern> pattern = readPart(id, subject, false, binds);
  if (!binds || mayBind) return pattern;
  const SymbolId one = info(id).symbol;
  const std::string name = one.valid() ? program_.symbols[one].name : topName(id);
  diagnostics_.report(expr(id).span, diag::BindsInAlternatives)
      .note("write `" + name + "` alone: it matches whatever it holds, and so does a `_` in its place");
  return pattern;
}

/// `inside`: of a case or a record, where names are given to what is there.
std::optional<MatchPattern> Checker::readPart(ast::ExprId id, TypeId subject, bool inside, bool &binds) {
  if (!has(id)) return std::nullopt;
  const auto *name = std::get_if<ast::NameExpr>(&expr(id).node);
  const TypeId target = aim(subject);
  if (name && name->name == "_") {
    info(id).type = subject;
    return MatchPattern{};
  }
  const bool isNone = std::holds_alternative<ast::NoneExpr>(expr(id).node);
  const bool isCall = std::holds_alternative<ast::CallExpr>(expr(id).node);
  const std::vector<std::string> names = caseNames(target);
  const bool isCaseName = name && std::find(names.begin(), names.end(), name->name) != names.end();
  if (inside && name && !isCaseName) {
    binds = true;
    const SymbolId bound = declareLocal(SymbolKind::Binding, {name->name, expr(id).span}, subject);
    info(id).symbol = bound;
    info(id).type = subject;
    return MatchPattern{};
  }
  std::optional<MatchPattern> pattern;
  if (isError(subject) && isCall) { // of what nothing is known of: its names are bound all the same
    std::vector<MatchPattern> parts;
    info(id).type = error();
    readParts(id, std::get<ast::CallExpr>(expr(id).node), {}, {}, parts, binds);
    return std::nullopt;
  }
  if (kindOf(target) == TypeKind::Union && !isNone)
    pattern = readCase(id, target, binds);
  else if (kindOf(target) == TypeKind::Record && isCall)
    pattern = readRecord(id, target, binds);
  else
    return readValue(id, subject, inside);
  if (pattern && kindOf(bare(subject)) == TypeKind::Optional)
    return MatchPattern{MatchPattern::Kind::Choice, 1, {std::move(*pattern)}, {}};
  return pattern;
}

/// A literal, an enum's value, `none`.
std::optional<MatchPattern> Checker::readValue(ast::ExprId id, TypeId subject, bool inside) {
  const TypeId target = aim(subject);
  const bool named = kindOf(target) == TypeKind::Enum || kindOf(target) == TypeKind::Outcome;
  const bool isMember = std::holds_alternative<ast::MemberExpr>(expr(id).node);
  const std::string text = isMember && !named ? "" : spelling(expr(id));
  const bool written = !text.empty() || std::holds_alternative<ast::UnaryExpr>(expr(id).node);
  if (inside && !written && !isError(subject)) {
    diagnostics_.report(expr(id).span, diag::NotABinding)
        .note("compare inside the arm: `if name == … then … else …`");
    return std::nullopt;
  }
  const TypeId found = check(id, subject);
  if (!found.valid() || isError(found)) return std::nullopt;
  MatchPattern pattern{MatchPattern::Kind::Literal, 0, {}, text};
  if (text.empty()) pattern.literal = "#" + std::to_string(id.index()); // computed: like no other
  const bool isOptional = kindOf(bare(subject)) == TypeKind::Optional;
  if (isOptional && text == "none") return MatchPattern{MatchPattern::Kind::Choice, 0, {}, {}};
  const std::vector<std::string> names = caseNames(target);
  const auto value = std::find(names.begin(), names.end(), text);
  if (value != names.end())
    pattern = {MatchPattern::Kind::Choice, static_cast<std::size_t>(value - names.begin()), {}, {}};
  if (isOptional) return MatchPattern{MatchPattern::Kind::Choice, 1, {std::move(pattern)}, {}};
  return pattern;
}

/// `git`, `git(url, ref)`, `git(ref = "main")`
std::optional<MatchPattern> Checker::readCase(ast::ExprId id, TypeId subject, bool &binds) {
  const auto *call = std::get_if<ast::CallExpr>(&expr(id).node);
  const ast::ExprId callee = call ? call->callee : id;
  const SymbolId one = has(callee) ? casePattern(callee, subject) : SymbolId();
  info(id).symbol = one;
  info(id).type = one.valid() ? subject : error();
  MatchPattern pattern{MatchPattern::Kind::Choice, one.valid() ? program_.symbols[one].index : 0, {}, {}};
  const bool good =
      !call || readParts(id, *call, one, one.valid() ? caseFields(one, subject) : std::vector<TypeId>(),
                         pattern.parts, binds);
  if (!one.valid() || !good) return std::nullopt;
  return pattern;
}

/// `Point(x = 0)`
std::optional<MatchPattern> Checker::readRecord(ast::ExprId id, TypeId subject, bool &binds) {
  const auto &call = std::get<ast::CallExpr>(expr(id).node);
  check(call.callee, {}, Use::Qualifier);
  const SymbolId named = has(call.callee) ? info(call.callee).symbol : SymbolId();
  const SymbolId record = type(subject).symbol;
  const bool same = named == record;
  info(id).type = same ? subject : error();
  if (!same && named.valid())
    diagnostics_.report(expr(call.callee).span, diag::NoPattern, described(named), text(subject));
  MatchPattern pattern{MatchPattern::Kind::Choice, 0, {}, {}};
  info(id).symbol = same ? record : SymbolId();
  const std::vector<TypeId> fields = same ? constructorsOf(subject).front().parts : std::vector<TypeId>();
  if (!readParts(id, call, same ? record : SymbolId(), fields, pattern.parts, binds) || !same)
    return std::nullopt;
  return pattern;
}

/// What stands in the parentheses of a pattern of `owner`, a case or a record: all parts in their order, or
/// some by name. False: something in it is wrong.
bool Checker::readParts(ast::ExprId id, const ast::CallExpr &call, SymbolId owner,
                        const std::vector<TypeId> &types, std::vector<MatchPattern> &parts, bool &binds) {
  std::vector<std::string> names;
  for (SymbolId field : owner.valid() ? program_.symbols[owner].members : std::vector<SymbolId>())
    names.push_back(program_.symbols[field].name);
  std::vector<ast::ExprId> placed(names.size());
  parts.resize(names.size());
  std::size_t position = 0;
  bool named = false, good = owner.valid();
  for (const ast::Argument &argument : call.arguments) {
    std::size_t field = argument.name ? names.size() : position++;
    named |= argument.name.has_value();
    if (argument.name) {
      field = std::find(names.begin(), names.end(), argument.name->text) - names.begin();
      const Suggestion near = suggest(argument.name->text, names);
      if (owner.valid() && field == names.size() && !argument.name->text.empty())
        offer(diagnostics_.report(argument.name->span, diag::UnknownField, described(owner),
                                  argument.name->text, near.text),
              argument.name->span, near);
    }
    const bool known = field < names.size();
    std::optional<MatchPattern> part = readPart(argument.value, known ? types[field] : error(), true, binds);
    good &= known && part.has_value();
    if (!known) continue;
    placed[field] = argument.value;
    if (part) parts[field] = std::move(*part);
  }
  info(id).arguments = std::move(placed);
  if (!owner.valid() || named || position == names.size()) return good;
  const std::string &name = program_.symbols[owner].name;
  diagnostics_
      .report(expr(id).span, diag::CaseFields, name, std::int64_t(names.size()), std::int64_t(position))
      .note("write `" + caseText(owner) + "`, or name those you need: `" + name + "(field = name)`");
  return false;
}

} // namespace pipelang::sema
