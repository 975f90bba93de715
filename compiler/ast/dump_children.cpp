// The lines below each node's own.
#include "compiler/ast/dumper.h"

namespace pipelang::ast {

/// The lines below a node's own.
struct Dumper::Below {
  Dumper &d;

  void operator()(const ErrorType &) {}
  void operator()(const NamedType &type) {
    for (TypeId id : type.arguments)
      d.type(id);
  }
  void operator()(const OptionalType &type) { d.type(type.inner); }
  void operator()(const FnType &type) {
    for (TypeId id : type.parameters)
      d.type(id);
    d.type(type.result);
  }
  void operator()(const RefinedType &type) {
    d.type(type.inner);
    d.refinement(type.refinement);
  }

  void operator()(const ErrorExpr &) {}
  void operator()(const NumberExpr &) {}
  void operator()(const BoolExpr &) {}
  void operator()(const NoneExpr &) {}
  void operator()(const NameExpr &) {}
  void operator()(const StringExpr &string) {
    if (string.parts.size() == 1 && std::holds_alternative<std::string>(string.parts[0].node)) return;
    for (const StringPart &part : string.parts) {
      if (const auto *text = std::get_if<std::string>(&part.node)) {
        d.line() << "text ";
        d.quoted(*text);
        d.place(part.span);
      } else {
        d.labelled("hole", std::get<ExprId>(part.node));
      }
    }
  }
  void operator()(const MemberExpr &member) { d.expression(member.object); }
  void operator()(const IndexExpr &index) {
    d.expression(index.object), d.expression(index.index);
    for (ExprId more : index.more)
      d.expression(more);
  }
  void operator()(const CallExpr &call) { d.expression(call.callee), d.arguments(call.arguments); }
  void operator()(const ListExpr &list) {
    for (ExprId id : list.elements)
      d.expression(id);
  }
  void operator()(const ListForExpr &list) { d.expression(list.element), d.generators(list.generators); }
  void operator()(const RecordExpr &record) { d.arguments(record.fields); }
  void operator()(const MapExpr &map) {
    for (const MapEntry &entry : map.entries)
      d.entry(entry);
  }
  void operator()(const MapForExpr &map) { d.entry(map.entry), d.generators(map.generators); }
  void operator()(const AmendExpr &amend) { d.expression(amend.base), d.arguments(amend.fields); }
  void operator()(const UnaryExpr &unary) { d.expression(unary.operand); }
  void operator()(const BinaryExpr &binary) { d.expression(binary.left), d.expression(binary.right); }
  void operator()(const IsExpr &test) { d.expression(test.subject), d.expression(test.pattern); }
  void operator()(const IfExpr &choice) {
    d.expression(choice.condition);
    d.labelled("then", choice.thenValue);
    d.labelled("else", choice.elseValue);
  }
  void operator()(const MatchExpr &match) {
    d.expression(match.subject);
    for (const MatchArm &arm : match.arms) {
      d.line() << "case";
      d.place(arm.span);
      Inside inside(d);
      for (ExprId id : arm.patterns)
        d.expression(id);
      d.labelled("=>", arm.value);
    }
  }
  void operator()(const ScriptExpr &script) { d.expression(script.text); }
  void operator()(const ExecExpr &exec) { d.expression(exec.arguments); }
  void operator()(const UsesExpr &uses) { d.expression(uses.action), d.arguments(uses.inputs); }

  void operator()(const ErrorStmt &) {}
  void operator()(const LetStmt &let) { d.type(let.type), d.expression(let.value); }
  void operator()(const SettingStmt &setting) { d.expression(setting.value); }
  void operator()(const EnvStmt &env) { d.expression(env.value); }
  void operator()(const ExprStmt &step) {
    d.expression(step.value);
    d.labelled("within", step.within);
    d.labelled("when", step.when);
    d.group("block", step.block);
  }
  void operator()(const OutStmt &output) { d.type(output.type), d.expression(output.value); }
  void operator()(const ReturnStmt &result) { d.expression(result.value); }
  void operator()(const ServiceStmt &service) { d.expression(service.value); }
  void operator()(const AfterStmt &after) {
    for (ExprId id : after.nodes)
      d.expression(id);
  }
  void operator()(const IfStmt &choice) {
    d.expression(choice.condition);
    d.group("then", choice.thenBody);
    d.group("else", choice.elseBody);
  }
  void operator()(const RequireStmt &require) {
    d.expression(require.condition);
    d.labelled("target", require.target);
    d.labelled("for", require.duration);
  }
  void operator()(const OnTargetStmt &on) { body(on.body); }
  void operator()(const TriggerStmt &trigger) { body(trigger.filters); }
  void operator()(const BudgetStmt &budget) { body(budget.limits); }
  void operator()(const JobStmt &job) {
    d.generators(job.generators), d.labelled("when", job.when), body(job.body);
  }
  void operator()(const GateStmt &gate) { d.labelled("when", gate.when), body(gate.body); }
  void operator()(const DeployStmt &deploy) { d.labelled("when", deploy.when), body(deploy.body); }
  void operator()(const SwitchPhaseStmt &phase) { body(phase.body); }
  void operator()(const SwitchWithinStmt &limit) { d.expression(limit.limit); }
  void operator()(const OutcomeStmt &outcome) {
    d.expression(outcome.subject);
    for (const OutcomeArm &arm : outcome.arms) {
      d.line() << "case " << listed(arm.outcomes);
      d.place(arm.span);
      Inside inside(d);
      d.statement(arm.action);
    }
  }
  void operator()(const SimulateStmt &simulate) {
    for (const ExprId node : simulate.of)
      d.labelled("of", node);
    for (const Fact &fact : simulate.facts) {
      d.labelled(fact.value ? "given" : (fact.is ? "is " : "") + named(fact.outcome), fact.subject);
      d.labelled("as", fact.value);
    }
  }
  void operator()(const RawStmt &raw) { d.expression(raw.text); }
  void operator()(const ExpectStmt &expect) { d.labelled("condition", expect.condition); }

  void operator()(const ErrorDecl &) {}
  void operator()(const ImportDecl &) {}
  void operator()(const LetDecl &let) { d.type(let.type), value(let.value); }
  void operator()(const FnDecl &fn) {
    d.parameters(fn.parameters), d.type(fn.result), d.labelled("body", fn.body);
  }
  void operator()(const RecordDecl &record) {
    d.fields(record.fields);
    for (const Refinement &refinement : record.refinements)
      d.refinement(refinement);
  }
  void operator()(const EnumDecl &) {}
  void operator()(const UnionDecl &decl) {
    for (const UnionCase &one : decl.cases) {
      d.line() << "case " << named(one.name);
      d.doc(one.doc);
      d.place(one.span);
      Inside inside(d);
      d.parameters(one.fields);
    }
  }
  void operator()(const TypeDecl &decl) { d.type(decl.type); }
  void operator()(const EnvironmentDecl &environment) { d.type(environment.type), body(environment.body); }
  void operator()(const SecretDecl &) {}
  void operator()(const ParamDecl &param) { d.type(param.type), d.labelled("default", param.defaultValue); }
  void operator()(const TaskDecl &task) {
    d.parameters(task.parameters), d.type(task.result), body(task.body);
  }
  void operator()(const ServiceDecl &service) {
    d.parameters(service.parameters), d.type(service.result), body(service.body);
  }
  void operator()(const ReaderDecl &reader) { d.parameters(reader.parameters), d.type(reader.result); }
  void operator()(const PipelineDecl &pipeline) { body(pipeline.body); }
  void operator()(const EmitDecl &emit) {
    value(emit.what), d.labelled("value", emit.value), body(emit.settings);
  }
  void operator()(const TestDecl &test) { d.expression(test.name), body(test.body); }

  void body(const Body &statements) {
    for (StmtId id : statements)
      d.statement(id);
  }
  void value(const std::optional<ExprId> &id) {
    if (id) d.expression(*id);
  }
};

void Dumper::children(const Decl &decl) {
  std::visit(Below{*this}, decl.node);
}
void Dumper::children(const TypeExpr &type) {
  std::visit(Below{*this}, type.node);
}
void Dumper::children(const Stmt &statement) {
  std::visit(Below{*this}, statement.node);
}
void Dumper::children(const Expr &expr) {
  std::visit(Below{*this}, expr.node);
}

} // namespace pipelang::ast
