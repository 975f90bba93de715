// Names: where they are declared, and what they may be used for.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

SymbolId Checker::lookup(llvm::StringRef name, bool &incomplete) const {
  const std::string key = name.str();
  for (const Frame *frame = place_.frame; frame; frame = frame->parent) {
    if (auto found = frame->names.find(key); found != frame->names.end()) return found->second;
    incomplete |= frame->incomplete;
  }
  const auto &scope = program_.modules[place_.module].scope;
  if (auto found = scope.find(key); found != scope.end()) return found->second;
  incomplete |= incompleteModules_[place_.module];
  if (prelude_.valid() && prelude_.index() != place_.module) {
    const auto &common = program_.module(prelude_).scope;
    auto found = common.find(key);
    if (found != common.end() && !program_.symbols[found->second].isPrivate) return found->second;
  }
  auto found = builtins_.find(key);
  return found == builtins_.end() ? SymbolId() : found->second;
}

std::vector<std::string> Checker::visibleNames() const {
  std::vector<std::string> names;
  const auto add = [&](const std::map<std::string, SymbolId> &scope) {
    for (const auto &[name, id] : scope)
      if (!program_.symbols[id].isPrivate || program_.symbols[id].module.index() == place_.module)
        names.push_back(name);
  };
  for (const Frame *frame = place_.frame; frame; frame = frame->parent)
    add(frame->names);
  add(program_.modules[place_.module].scope);
  if (prelude_.valid()) add(program_.module(prelude_).scope);
  add(builtins_);
  return names;
}

/// The value of the Enum `type` called `name`.
SymbolId Checker::enumValue(TypeId id, llvm::StringRef name) const {
  if (kindOf(id) != TypeKind::Enum) return {};
  for (SymbolId value : program_.symbols[type(id).symbol].members)
    if (program_.symbols[value].name == name) return value;
  return {};
}

TypeId Checker::checkName(ast::ExprId id, const std::string &name, TypeId expected, Use use) {
  if (name.empty()) return error();
  const TypeId target = aim(expected);
  const bool enumerated = kindOf(target) == TypeKind::Enum || kindOf(target) == TypeKind::Outcome;
  if (use == Use::Value && enumerated) {
    if (const SymbolId value = enumValue(target, name); value.valid()) {
      info(id).symbol = value;
      return target;
    }
    const std::vector<std::string> outcomes = caseNames(target);
    if (kindOf(target) == TypeKind::Outcome &&
        std::find(outcomes.begin(), outcomes.end(), name) != outcomes.end())
      return target;
  }
  if (use == Use::Value)
    if (const SymbolId one = caseNamed(target, name); one.valid())
      return makeCase(id, nullptr, one, expected);
  bool incomplete = false;
  const SymbolId symbol = lookup(name, incomplete);
  if (symbol.valid()) return useSymbol(id, symbol, use);
  if (use == Use::Value && reportUnknownCase(id, target)) return error();
  if (incomplete || (expected.valid() && isError(expected))) return error();
  const Span span = expr(id).span;
  if (use == Use::Value && enumerated) {
    const Suggestion near = suggest(name, caseNames(target));
    auto builder = diagnostics_.report(span, diag::UnknownMember, "`" + text(target) + "`", name, near.text);
    builder.note("its values are " + listed(caseNames(target)));
    offer(builder, span, near);
    return error();
  }
  if (use == Use::Qualifier && loader_.libraryNames && reportUnimported(name, span)) return error();
  // Looking for near names is the one thing here that is not linear: a flood of mistakes does without.
  Suggestion near;
  if (unknownNames_ < 1'000'000) { // how many have been compared
    const std::vector<std::string> names = visibleNames();
    unknownNames_ += static_cast<int>(names.size());
    near = suggest(name, names);
  }
  auto builder = diagnostics_.report(span, diag::UnknownName, name, near.text);
  offer(builder, span, near);
  return error();
}

/// `git.…` where `std.git` is not imported; once for each module of the library. False: it is none.
bool Checker::reportUnimported(const std::string &name, Span span) {
  const std::string import = libraryModule(name);
  if (import.empty()) return false;
  if (!unimported_.insert({place_.module, name}).second) return true;
  Span place{span.file, 0, 0};
  for (const ast::Decl &decl : tree().declarations)
    if (std::holds_alternative<ast::ImportDecl>(decl.node)) {
      place.begin = place.end = decl.span.begin;
      break;
    }
  diagnostics_.report(span, diag::UnknownName, name, "; it is a module of the library")
      .fix(place, "import " + import + "\n", "import it: `import " + import + "`");
  return true;
}

/// `std.git` for `git`, if the library has it.
std::string Checker::libraryModule(const std::string &name) const {
  for (const std::string &known : loader_.libraryNames())
    if (known == "std." + name) return known;
  return {};
}

std::string Checker::described(SymbolId id) const {
  const Symbol &symbol = program_.symbols[id];
  const std::string quoted = "`" + symbol.name + "`";
  switch (symbol.kind) {
  case SymbolKind::Module: return "module " + quoted;
  case SymbolKind::Record: return "record " + quoted;
  case SymbolKind::Enum: return "enum " + quoted;
  case SymbolKind::Union: return "union " + quoted;
  case SymbolKind::UnionCase: return "case " + quoted;
  case SymbolKind::Field: return "field " + quoted;
  case SymbolKind::TypeParameter: return "type parameter " + quoted;
  case SymbolKind::TypeAlias: return "type " + quoted;
  case SymbolKind::Task: return "task " + quoted;
  case SymbolKind::Service: return "service " + quoted;
  case SymbolKind::Reader: return "reader " + quoted;
  case SymbolKind::Pipeline: return "pipeline " + quoted;
  case SymbolKind::Builtin: return "function " + quoted;
  case SymbolKind::Job: return "job " + quoted;
  case SymbolKind::Gate: return "gate " + quoted;
  case SymbolKind::Deployment: return "deployment " + quoted;
  case SymbolKind::Environment: return "environment " + quoted;
  default: return quoted;
  }
}

TypeId Checker::useSymbol(ast::ExprId id, SymbolId symbol, Use use) {
  info(id).symbol = symbol;
  const Span span = expr(id).span;
  noteDeprecated(symbol, id);
  switch (program_.symbols[symbol].kind) {
  case SymbolKind::Module:
  case SymbolKind::Record:
  case SymbolKind::Enum:
  case SymbolKind::Union:
  case SymbolKind::TypeParameter:
  case SymbolKind::TypeAlias:
  case SymbolKind::Pipeline:
  case SymbolKind::Test:
    if (use != Use::Value) return types_.of(TypeKind::Void);
    break;
  case SymbolKind::Task:
  case SymbolKind::Service:
  case SymbolKind::Reader:
  case SymbolKind::Builtin:
    if (use != Use::Value) return types_.of(TypeKind::Void);
    if (program_.symbols[symbol].name == "nothing") return types_.of(TypeKind::Void);
    break;
  case SymbolKind::Fn:
    if (use != Use::Value || program_.symbols[symbol].typeParameters.empty()) return typeOf(symbol, span);
    diagnostics_.report(span, diag::GenericValue, program_.symbols[symbol].name)
        .note("put the types down in a function of your own, and pass that one");
    return error();
  default: return typeOf(symbol, span);
  }
  auto builder = diagnostics_.report(span, diag::NotAValue, described(symbol));
  const SymbolKind kind = program_.symbols[symbol].kind;
  const std::string &name = program_.symbols[symbol].name;
  if (kind == SymbolKind::Module) builder.note("name something of it: `" + name + ".…`");
  if (kind == SymbolKind::Record) builder.note("make one: `" + name + " { … }`");
  const bool callable = kind == SymbolKind::Task || kind == SymbolKind::Builtin || kind == SymbolKind::Reader;
  if (callable)
    builder.note("call it: `" + name + "(…)`").fix({span.file, span.end, span.end}, "()", "call it");
  return error();
}

TypeId Checker::checkMember(ast::ExprId id, const ast::MemberExpr &member, TypeId expected, Use use) {
  const TypeId object = check(member.object, {}, Use::Qualifier);
  const SymbolId owner = has(member.object) ? info(member.object).symbol : SymbolId();
  if (kindOf(object) == TypeKind::Void && owner.valid())
    return memberOfSymbol(id, member, owner, expected, use);
  if (member.member.text.empty() || isError(object)) return error();
  const TypeId plain = bare(object);
  const bool mayBeNone = kindOf(plain) == TypeKind::Optional;
  if (member.optional && !mayBeNone) {
    const Span span{member.member.span.file, expr(member.object).span.end, member.member.span.begin};
    diagnostics_.report(span, diag::NotOptional, "?.", text(plain)).fix(span, ".", "write `.`");
    return memberOfType(id, member.member, plain);
  }
  if (!member.optional && mayBeNone) {
    const Span span{member.member.span.file, expr(member.object).span.end, member.member.span.begin};
    diagnostics_.report(expr(member.object).span, diag::IsOptional, text(plain))
        .note("`?.` gives `none` where it is `none`")
        .fix(span, "?.", "write `?.`");
    return error();
  }
  if (!mayBeNone) return memberOfType(id, member.member, plain);
  const TypeId found = memberOfType(id, member.member, bare(type(plain).element));
  return types_.optional(found);
}

/// A member of what is no value: a module's declaration, an enum's value, a union's case.
TypeId Checker::memberOfSymbol(ast::ExprId id, const ast::MemberExpr &member, SymbolId owner, TypeId expected,
                               Use use) {
  const ast::Name &name = member.member;
  if (name.text.empty()) return error();
  const SymbolKind kind = program_.symbols[owner].kind;
  if (kind == SymbolKind::Module) return memberOfModule(id, name, owner, use);
  if (kind != SymbolKind::Enum && kind != SymbolKind::Union) {
    diagnostics_.report(expr(member.object).span, diag::NotAValue, described(owner));
    return error();
  }
  const TypeId enumeration = program_.symbols[owner].type;
  const SymbolId value = enumValue(enumeration, name.text);
  if (const SymbolId one = caseNamed(enumeration, name.text); one.valid()) {
    info(id).symbol = one;
    return use == Use::Callee ? types_.of(TypeKind::Void) : makeCase(id, nullptr, one, expected);
  }
  if (value.valid()) {
    info(id).symbol = value;
    return enumeration;
  }
  const std::vector<std::string> cases = caseNames(enumeration);
  const Suggestion near = suggest(name.text, cases);
  offerOf(cases, diagnostics_.report(name.span, diag::UnknownMember, described(owner), name.text, near.text),
          name.span, near);
  return error();
}

TypeId Checker::memberOfModule(ast::ExprId id, const ast::Name &member, SymbolId owner, Use use) {
  const ModuleId module = program_.symbols[owner].module;
  if (!module.valid()) return error();
  const auto &scope = program_.module(module).scope;
  auto found = scope.find(member.text);
  const bool exists = found != scope.end() && program_.symbols[found->second].kind != SymbolKind::Module;
  if (exists && program_.symbols[found->second].isPrivate && module.index() != place_.module) {
    auto builder =
        diagnostics_.report(member.span, diag::PrivateName, member.text, program_.module(module).name);
    labelDeclared(builder, found->second, "declared here");
    return error();
  }
  if (exists) return useSymbol(id, found->second, use);
  if (incompleteModules_[module.index()]) return error();
  std::vector<std::string> candidates;
  for (const auto &[name, symbol] : scope)
    if (!program_.symbols[symbol].isPrivate && program_.symbols[symbol].kind != SymbolKind::Module)
      candidates.push_back(name);
  const Suggestion near = suggest(member.text, candidates);
  offerOf(candidates,
          diagnostics_.report(member.span, diag::UnknownMember, described(owner), member.text, near.text),
          member.span, near);
  return error();
}

} // namespace pipelang::sema
