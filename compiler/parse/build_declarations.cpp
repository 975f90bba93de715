// Declarations and types.
#include "compiler/parse/build.h"
#include <algorithm>

namespace pipelang::parser {

using namespace ast;

const Lexeme &Builder::tokenOf(antlr4::Token *token) const {
  return static_cast<StreamToken *>(token)->token();
}

Span Builder::span(antlr4::Token *token) const {
  if (!token) return source_.span(0, 0);
  return source_.span(tokenOf(token));
}

Span Builder::span(antlr4::ParserRuleContext *context) const {
  if (!context || !context->start) return source_.span(0, 0);
  Span first = span(context->start);
  if (!context->stop || context->stop->getTokenIndex() < context->start->getTokenIndex()) return first;
  return join(first, span(context->stop));
}

/// Up to the body's brace or the `=` of a declaration.
Span Builder::headerOf(antlr4::ParserRuleContext *context) const {
  Span whole = span(context);
  if (!context || !context->start) return whole;
  std::size_t first = context->start->getTokenIndex();
  for (std::size_t at = first; at < list_.tokens.size() && list_.tokens[at].begin < whole.end; ++at) {
    std::uint32_t kind = list_.tokens[at].kind;
    if ((kind == K::LBRACE || kind == K::ASSIGN) && at > first) {
      whole.end = list_.tokens[at - 1].end;
      break;
    }
    if (list_.partners[at] > at) at = list_.partners[at];
  }
  return whole;
}

std::string Builder::doc(antlr4::ParserRuleContext *context) const {
  if (!context || !context->start) return {};
  return docAt(tokenOf(context->start).begin);
}

/// The doc comment in front of the token that begins at `at`.
std::string Builder::docAt(std::uint32_t at) const {
  auto found = std::lower_bound(list_.docs.begin(), list_.docs.end(), at,
                                [](const Doc &doc, std::uint32_t place) { return doc.at < place; });
  return found != list_.docs.end() && found->at == at ? found->text : std::string();
}

llvm::StringRef Builder::text(antlr4::Token *token) const {
  return source_.textOf(tokenOf(token));
}

Name Builder::name(K::NameContext *context) const {
  if (!context || context->children.empty()) return {{}, span(context)};
  return name(context->start);
}

Name Builder::name(antlr4::Token *token) const {
  if (!token) return {{}, source_.span(0, 0)};
  return {text(token).str(), span(token)};
}

std::vector<Name> Builder::names(const std::vector<K::NameContext *> &contexts) const {
  std::vector<Name> all;
  for (auto *context : contexts)
    all.push_back(name(context));
  return all;
}

void Builder::file(K::FileContext *context) {
  module_.doc = list_.moduleDoc;
  for (auto *declared : context->declaration())
    declaration(declared);
}

void Builder::declaration(K::DeclarationContext *context) {
  bool native = context->NATIVE() != nullptr;
  Decl node = declarationNode(context, native);
  node.span = span(context);
  node.header = headerOf(context);
  node.doc = doc(context);
  if (auto after = context->annotation(); node.doc.empty() && !after.empty() && after.back()->stop)
    node.doc = docAt(list_.tokens[after.back()->stop->getTokenIndex() + 1].begin);
  node.annotations = annotations(context->annotation());
  node.isPrivate = context->PRIVATE() != nullptr;
  bool mayBeNative =
      std::holds_alternative<LetDecl>(node.node) || std::holds_alternative<FnDecl>(node.node) ||
      std::holds_alternative<TaskDecl>(node.node) || std::holds_alternative<ErrorDecl>(node.node);
  if (native && !mayBeNative)
    source_.diagnostics.report(span(context->NATIVE()->getSymbol()), diag::Syntax,
                               "only `let`, `fn` and `task` can be `native`");
  module_.declarations.push_back(std::move(node));
}

Decl Builder::declarationNode(K::DeclarationContext *context, bool native) {
  Decl decl;
  antlr4::ParserRuleContext *inner = nullptr;
  for (auto *child : context->children)
    if (auto *rule = dynamic_cast<antlr4::ParserRuleContext *>(child)) inner = rule;
  if (!inner) return decl;
  switch (inner->getRuleIndex()) {
  case K::RuleImportDeclaration:
    decl.node = importDeclaration(static_cast<K::ImportDeclarationContext *>(inner));
    break;
  case K::RuleLetDeclaration:
    decl.node = letDeclaration(static_cast<K::LetDeclarationContext *>(inner), native);
    break;
  case K::RuleFnDeclaration:
    decl.node = fnDeclaration(static_cast<K::FnDeclarationContext *>(inner), native);
    break;
  case K::RuleRecordDeclaration:
    decl.node = recordDeclaration(static_cast<K::RecordDeclarationContext *>(inner));
    break;
  case K::RuleEnumDeclaration:
    decl.node = enumDeclaration(static_cast<K::EnumDeclarationContext *>(inner));
    break;
  case K::RuleUnionDeclaration:
    decl.node = unionDeclaration(static_cast<K::UnionDeclarationContext *>(inner));
    break;
  case K::RuleTypeDeclaration: {
    auto *declared = static_cast<K::TypeDeclarationContext *>(inner);
    decl.node = TypeDecl{name(declared->id), type(declared->typed), declared->OPAQUE() != nullptr};
    break;
  }
  case K::RuleEnvironmentDeclaration:
    decl.node = environmentDeclaration(static_cast<K::EnvironmentDeclarationContext *>(inner));
    break;
  case K::RuleSecretDeclaration: {
    auto *secret = static_cast<K::SecretDeclarationContext *>(inner);
    decl.node = SecretDecl{name(secret->id), names(secret->names)};
    break;
  }
  case K::RuleParamDeclaration: {
    auto *param = static_cast<K::ParamDeclarationContext *>(inner);
    decl.node = ParamDecl{name(param->id), type(param->typed), optional(param->value)};
    break;
  }
  case K::RuleTaskDeclaration:
    decl.node = taskDeclaration(static_cast<K::TaskDeclarationContext *>(inner), native);
    break;
  case K::RuleServiceDeclaration: {
    auto *service = static_cast<K::ServiceDeclarationContext *>(inner);
    decl.node = ServiceDecl{name(service->id), parameters(service->takes), optionalType(service->typed),
                            body(service->body)};
    break;
  }
  case K::RuleReaderDeclaration: {
    auto *reader = static_cast<K::ReaderDeclarationContext *>(inner);
    decl.node = ReaderDecl{name(reader->id), parameters(reader->takes), type(reader->typed)};
    break;
  }
  case K::RulePipelineDeclaration: {
    auto *pipeline = static_cast<K::PipelineDeclarationContext *>(inner);
    decl.node = PipelineDecl{name(pipeline->id), body(pipeline->body, true)};
    break;
  }
  case K::RuleEmitDeclaration:
    decl.node = emitDeclaration(static_cast<K::EmitDeclarationContext *>(inner));
    break;
  case K::RuleTestDeclaration: {
    auto *test = static_cast<K::TestDeclarationContext *>(inner);
    decl.node = TestDecl{string(test->title), body(test->body)};
    break;
  }
  default: break;
  }
  return decl;
}

ImportDecl Builder::importDeclaration(K::ImportDeclarationContext *context) {
  ImportDecl decl;
  if (context->path) decl.path = names(context->path->names);
  if (context->quoted) {
    const auto *literal = std::get_if<StringExpr>(&module_.expressions[string(context->quoted)].node);
    bool plain =
        literal && literal->parts.size() == 1 && std::holds_alternative<std::string>(literal->parts[0].node);
    if (plain)
      decl.file = std::get<std::string>(literal->parts[0].node);
    else
      source_.diagnostics.report(span(context->quoted), diag::Syntax,
                                 "an import's path is plain text, as `\"./lib.pipe\"`");
  }
  if (context->alias) decl.alias = name(context->alias);
  return decl;
}

LetDecl Builder::letDeclaration(K::LetDeclarationContext *context, bool native) {
  LetDecl decl{name(context->id), optionalType(context->typed), optional(context->value), native};
  if (!native && !decl.value && !context->exception)
    source_.diagnostics.report(span(context), diag::MissingPart, "let", "value", "= value");
  if (native && decl.value)
    source_.diagnostics.report(span(context->value), diag::Syntax, "a `native let` has no value here");
  return decl;
}

FnDecl Builder::fnDeclaration(K::FnDeclarationContext *context, bool native) {
  FnDecl decl{name(context->id),          typeParameters(context->generics),
              parameters(context->takes), optionalType(context->typed),
              optional(context->value),   native};
  if (!native && !decl.body && !context->exception)
    source_.diagnostics.report(span(context), diag::MissingPart, "fn", "body", "= expression");
  if (native && decl.body)
    source_.diagnostics.report(span(context->value), diag::Syntax, "a `native fn` has no body here");
  return decl;
}

EnumDecl Builder::enumDeclaration(K::EnumDeclarationContext *context) {
  EnumDecl decl{name(context->id), {}, {}};
  if (!context->body) return decl;
  decl.values = names(context->body->names);
  for (auto *value : context->body->names)
    decl.docs.push_back(doc(value));
  return decl;
}

UnionDecl Builder::unionDeclaration(K::UnionDeclarationContext *context) {
  UnionDecl decl{name(context->id), typeParameters(context->generics), {}};
  if (!context->body) return decl;
  for (auto *one : context->body->cases)
    decl.cases.push_back({name(one->id), parameters(one->takes), doc(one), span(one)});
  return decl;
}

RecordDecl Builder::recordDeclaration(K::RecordDeclarationContext *context) {
  RecordDecl decl{name(context->id), typeParameters(context->generics), fields(context->body), {}};
  for (auto *one : context->refinement())
    decl.refinements.push_back(refinement(one));
  return decl;
}

Refinement Builder::refinement(K::RefinementContext *context) {
  Refinement made{expression(context->condition), {}};
  if (context->message) made.message = string(context->message);
  return made;
}

std::vector<Name> Builder::typeParameters(K::TypeParametersContext *context) {
  return context ? names(context->names) : std::vector<Name>();
}

std::vector<Annotation> Builder::annotations(const std::vector<K::AnnotationContext *> &contexts) {
  std::vector<Annotation> all;
  for (auto *context : contexts) {
    Annotation made{name(context->id), {}, join(span(context->start), span(context->id))};
    for (auto *one : context->arguments)
      made.arguments.push_back(argument(one));
    all.push_back(std::move(made));
  }
  return all;
}

EnvironmentDecl Builder::environmentDeclaration(K::EnvironmentDeclarationContext *context) {
  EnvironmentDecl decl{name(context->id), {}, optionalType(context->typed), {}};
  if (context->base) decl.base = name(context->base);
  decl.body = body(context->body);
  return decl;
}

TaskDecl Builder::taskDeclaration(K::TaskDeclarationContext *context, bool native) {
  TaskDecl decl{name(context->id), parameters(context->takes), optionalType(context->typed),
                body(context->body), native};
  if (!native && !context->body && !context->exception)
    source_.diagnostics.report(span(context), diag::MissingPart, "task", "body", "{ … }");
  if (native && context->body)
    source_.diagnostics.report(span(context->body), diag::Syntax, "a `native task` has no body here");
  return decl;
}

EmitDecl Builder::emitDeclaration(K::EmitDeclarationContext *context) {
  return {name(context->id), optional(context->what), optional(context->value), body(context->body)};
}

std::vector<FieldDecl> Builder::fields(K::RecordBodyContext *context) {
  std::vector<FieldDecl> all;
  if (!context) return all;
  for (auto *field : context->fields)
    all.push_back({name(field->id), type(field->typed), optional(field->value), field->OPEN() != nullptr,
                   doc(field), span(field), annotations(field->annotation())});
  return all;
}

std::vector<Parameter> Builder::parameters(K::ParametersContext *context) {
  std::vector<Parameter> all;
  if (!context) return all;
  for (auto *parameter : context->list_)
    all.push_back({name(parameter->id), type(parameter->typed), optional(parameter->value), doc(parameter),
                   annotations(parameter->annotation())});
  return all;
}

TypeId Builder::add(TypeExpr type) {
  return module_.types.add(std::move(type));
}

std::optional<TypeId> Builder::optionalType(K::TypeContext *context) {
  if (!context) return std::nullopt;
  return type(context);
}

std::optional<TypeId> Builder::optionalType(K::PlainTypeContext *context) {
  if (!context) return std::nullopt;
  return type(context);
}

TypeId Builder::type(K::TypeContext *context) {
  if (!context) return add({source_.span(0, 0), ErrorType{}});
  TypeId plain = type(context->plain);
  if (!context->refined) return plain;
  return add({span(context), RefinedType{plain, refinement(context->refined)}});
}

TypeId Builder::type(K::PlainTypeContext *context) {
  if (!context || context->children.empty()) return add({span(context), ErrorType{}});
  if (typeDepth_ >= nestingLimit) {
    if (!tooDeep_)
      source_.diagnostics.report(span(context), diag::TooDeep, static_cast<std::int64_t>(nestingLimit));
    tooDeep_ = true;
    return add({span(context), ErrorType{}});
  }
  ++typeDepth_;
  TypeId made = plainType(context);
  --typeDepth_;
  return made;
}

TypeId Builder::plainType(K::PlainTypeContext *context) {
  std::vector<TypeId> arguments;
  for (auto *argument : context->arguments)
    arguments.push_back(type(argument));
  if (context->FN()) {
    TypeId result = type(context->result);
    return add({span(context), FnType{std::move(arguments), result}});
  }
  Span whole = span(context);
  if (!context->optionals.empty()) whole.end = tokenOf(context->optionals.front()).begin;
  TypeId made = context->inner  ? type(context->inner)
                : context->path ? add({whole, NamedType{names(context->path->names), std::move(arguments)}})
                                : add({whole, ErrorType{}});
  if (!context->optionals.empty()) made = add({span(context), OptionalType{made}});
  if (context->optionals.size() > 1)
    source_.diagnostics.report(span(context->optionals[1]), diag::Syntax, "one `?` is enough");
  return made;
}

} // namespace pipelang::parser
