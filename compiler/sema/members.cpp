// Members and elements of values.
#include "compiler/sema/checker.h"
#include <algorithm>

namespace pipelang::sema {

TypeId Checker::memberOfType(ast::ExprId id, const ast::Name &member, TypeId object) {
  const Type known = type(object);
  switch (known.kind) {
  case TypeKind::Error: return error();
  case TypeKind::Record: return memberOfRecord(member, object, "record `" + text(object) + "`");
  case TypeKind::Environment:
    if (member.text == "name") return types_.of(TypeKind::String);
    return memberOfRecord(member, object, "an environment");
  case TypeKind::UsesResult: return types_.of(TypeKind::String);
  case TypeKind::Node: return memberOfNode(id, member, known.symbol);
  case TypeKind::List: {
    // `unit.all.coverage`: of every element. Only of what has members of its own.
    const TypeKind element = plainKind(known.element);
    if (element != TypeKind::Node && element != TypeKind::Record) break;
    const TypeId each = memberOfType(id, member, withoutRefinement(program_, known.element));
    return isError(each) ? each : types_.list(each);
  }
  case TypeKind::Service: {
    const TypeId result = typeOf(known.symbol, member.span);
    if (kindOf(result) == TypeKind::Record)
      return memberOfRecord(member, result, "service `" + program_.symbols[known.symbol].name + "`");
    break;
  }
  case TypeKind::NodeMap:
    if (member.text == "all") return types_.list(types_.named(TypeKind::Node, known.symbol));
    diagnostics_.report(member.span, diag::UnknownMember, described(known.symbol), member.text, "")
        .note("there is one `" + program_.symbols[known.symbol].name + "` for each `" + text(known.key) +
              "`: name it, as in `" + program_.symbols[known.symbol].name + "[…]." + member.text + "`");
    return error();
  default: break;
  }
  auto builder =
      diagnostics_.report(member.span, diag::UnknownMember, "a `" + text(object) + "`", member.text, "");
  if (known.kind == TypeKind::Opaque)
    builder.note("`" + text(object) + "` is opaque: only its own module sees what it is made of");
  if (known.kind == TypeKind::Union) builder.note("what a case holds is reached by `match`");
  return error();
}

TypeId Checker::memberOfRecord(const ast::Name &member, TypeId record, const std::string &what) {
  const SymbolId symbol = type(record).symbol;
  const ast::RecordDecl *declared = symbol.valid() ? recordOf(symbol) : nullptr;
  if (!declared) return error();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < declared->fields.size(); ++i) {
    if (declared->fields[i].name.text == member.text) {
      noteDeprecated(declared->fields[i].annotations, "field `" + member.text + "`", member.span);
      return fieldType(record, i);
    }
    names.push_back(declared->fields[i].name.text);
  }
  const Suggestion near = suggest(member.text, names);
  auto builder = diagnostics_.report(member.span, diag::UnknownField, what, member.text, near.text);
  offerOf(names, builder, member.span, near);
  labelDeclared(builder, symbol, "declared here");
  return error();
}

/// `outcome`, or an output of a job.
TypeId Checker::memberOfNode(ast::ExprId id, const ast::Name &member, SymbolId node) {
  if (member.text == "outcome") return types_.of(TypeKind::Outcome);
  if (!node.valid()) return error();
  std::vector<std::string> names{"outcome"};
  for (SymbolId output : program_.symbols[node].members) {
    if (program_.symbols[output].name == member.text) {
      info(id).symbol = output;
      return typeOf(output, expr(id).span);
    }
    names.push_back(program_.symbols[output].name);
  }
  if (bodyIsIncomplete(node)) return error();
  const Suggestion near = suggest(member.text, names);
  auto builder =
      diagnostics_.report(member.span, diag::UnknownMember, described(node), member.text, near.text);
  offer(builder, member.span, near);
  const bool isJob = program_.symbols[node].kind == SymbolKind::Job;
  if (isJob && near.name.empty())
    builder.note("what others may use of a job is declared in it: `out " + member.text + " = …`");
  return error();
}

/// A job with text that could not be read may have the output somebody asks for.
bool Checker::bodyIsIncomplete(SymbolId node) const {
  const Symbol &symbol = program_.symbols[node];
  if (!symbol.statement.valid()) return false;
  const ast::Module &from = treeOf(symbol);
  const auto *job = std::get_if<ast::JobStmt>(&from.statements[symbol.statement].node);
  if (!job) return false;
  return std::any_of(job->body.begin(), job->body.end(), [&](ast::StmtId id) {
    return from.statements.contains(id) && std::holds_alternative<ast::ErrorStmt>(from.statements[id].node);
  });
}

TypeId Checker::checkIndex(const ast::IndexExpr &index) {
  const TypeId object = bare(check(index.object));
  const Type known = type(object);
  const std::size_t wanted =
      known.kind == TypeKind::NodeMap ? std::max<std::size_t>(known.parameters.size(), 1) : 1;
  if (index.more.size() + 1 != wanted && !isError(object)) {
    check(index.index, error());
    for (ast::ExprId more : index.more)
      check(more, error());
    diagnostics_
        .report(expr(index.index).span, diag::IndexCount, text(object), std::int64_t(wanted),
                std::int64_t(index.more.size() + 1))
        .note(wanted > 1 ? "one value for each `for` of the job, in their order"
                         : "write one value in `[…]`");
    return error();
  }
  for (std::size_t i = 0; i < index.more.size(); ++i)
    check(index.more[i], i + 1 < known.parameters.size() ? known.parameters[i + 1] : error());
  switch (known.kind) {
  case TypeKind::List: check(index.index, types_.of(TypeKind::Int)); return known.element;
  case TypeKind::Map: check(index.index, known.key); return known.element;
  case TypeKind::NodeMap: check(index.index, known.key); return types_.named(TypeKind::Node, known.symbol);
  case TypeKind::Error: check(index.index, error()); return error();
  default: break;
  }
  check(index.index, error());
  auto builder = diagnostics_.report(expr(index.object).span, diag::NotIndexable, text(object));
  const bool single = known.kind == TypeKind::Node && known.symbol.valid();
  if (single) builder.note("the job has no `for`: there is only one of it");
  return error();
}

} // namespace pipelang::sema
