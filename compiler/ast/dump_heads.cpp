// The first words of each node's line.
#include "compiler/ast/dumper.h"
#include "compiler/ast/spelling.h"

namespace pipelang::ast {
/// The first words of a node's line.
struct Dumper::Head {
  llvm::raw_ostream &out;
  Dumper &dumper;

  static std::string generics(const std::vector<Name> &names) {
    return names.empty() ? "" : "[" + listed(names) + "]";
  }

  void operator()(const ErrorType &) { out << "ErrorType"; }
  void operator()(const NamedType &type) { out << "NamedType " << joined(type.path, "."); }
  void operator()(const OptionalType &) { out << "OptionalType"; }
  void operator()(const FnType &) { out << "FnType"; }
  void operator()(const RefinedType &) { out << "RefinedType"; }

  void operator()(const ErrorExpr &) { out << "ErrorExpr"; }
  void operator()(const NumberExpr &number) { out << "Number " << number.numeral << spelling(number.unit); }
  void operator()(const StringExpr &string) {
    out << "String";
    bool plain = string.parts.size() == 1 && std::holds_alternative<std::string>(string.parts[0].node);
    if (string.parts.empty()) out << " \"\"";
    if (!plain) return;
    out << ' ';
    dumper.quoted(std::get<std::string>(string.parts[0].node));
  }
  void operator()(const BoolExpr &value) { out << "Bool " << (value.value ? "true" : "false"); }
  void operator()(const NoneExpr &) { out << "None"; }
  void operator()(const NameExpr &name) { out << "Name " << name.name; }
  void operator()(const MemberExpr &member) {
    out << "Member " << (member.optional ? "?." : ".") << named(member.member);
  }
  void operator()(const IndexExpr &) { out << "Index"; }
  void operator()(const CallExpr &) { out << "Call"; }
  void operator()(const ListExpr &) { out << "List"; }
  void operator()(const ListForExpr &) { out << "ListFor"; }
  void operator()(const RecordExpr &) { out << "Record"; }
  void operator()(const MapExpr &) { out << "Map"; }
  void operator()(const MapForExpr &) { out << "MapFor"; }
  void operator()(const AmendExpr &) { out << "Amend"; }
  void operator()(const UnaryExpr &unary) { out << "Unary " << (unary.op == UnaryOp::Not ? "not" : "-"); }
  void operator()(const BinaryExpr &binary) { out << "Binary " << spelling(binary.op); }
  void operator()(const IsExpr &test) { out << (test.negated ? "IsNot" : "Is"); }
  void operator()(const IfExpr &) { out << "If"; }
  void operator()(const MatchExpr &) { out << "Match"; }
  void operator()(const ScriptExpr &script) { out << "Script " << script.language; }
  void operator()(const ExecExpr &) { out << "Exec"; }
  void operator()(const UsesExpr &) { out << "Uses"; }

  void operator()(const ErrorStmt &) { out << "ErrorStmt"; }
  void operator()(const LetStmt &let) { out << "LetStmt " << named(let.name); }
  void operator()(const SettingStmt &setting) { out << "SettingStmt " << named(setting.name); }
  void operator()(const EnvStmt &env) { out << "EnvStmt " << named(env.name); }
  void operator()(const ExprStmt &) { out << "ExprStmt"; }
  void operator()(const OutStmt &output) { out << "OutStmt " << named(output.name); }
  void operator()(const ReturnStmt &) { out << "ReturnStmt"; }
  void operator()(const ServiceStmt &service) { out << "ServiceStmt " << named(service.name); }
  void operator()(const AfterStmt &) { out << "AfterStmt"; }
  void operator()(const IfStmt &) { out << "IfStmt"; }
  void operator()(const RequireStmt &) { out << "RequireStmt"; }
  void operator()(const OnTargetStmt &on) { out << "OnTargetStmt " << named(on.target); }
  void operator()(const TriggerStmt &trigger) { out << "TriggerStmt " << named(trigger.event); }
  void operator()(const BudgetStmt &) { out << "BudgetStmt"; }
  void operator()(const JobStmt &job) { out << "JobStmt " << named(job.name); }
  void operator()(const GateStmt &gate) { out << "GateStmt " << named(gate.name); }
  void operator()(const DeployStmt &deploy) {
    out << "DeployStmt " << named(deploy.name) << ' ' << named(deploy.strategy);
  }
  void operator()(const SwitchPhaseStmt &phase) {
    out << "SwitchPhaseStmt " << (phase.before ? "before" : "after");
  }
  void operator()(const SwitchWithinStmt &) { out << "SwitchWithinStmt"; }
  void operator()(const OutcomeStmt &) { out << "OutcomeStmt"; }
  void operator()(const RawStmt &raw) { out << "RawStmt " << named(raw.target); }
  void operator()(const SimulateStmt &simulate) {
    out << "SimulateStmt " << named(simulate.pipeline) << (simulate.everyOutcome ? " for all outcomes" : "");
  }
  void operator()(const ExpectStmt &expect) {
    out << "ExpectStmt";
    if (expect.errorCode) out << " error " << named(*expect.errorCode);
  }

  void operator()(const ErrorDecl &) { out << "ErrorDecl"; }
  void operator()(const ImportDecl &import) {
    out << "ImportDecl ";
    if (import.file) dumper.quoted(*import.file);
    out << joined(import.path, ".");
    if (import.alias) out << " as " << named(*import.alias);
  }
  void operator()(const LetDecl &let) {
    out << (let.native ? "native LetDecl " : "LetDecl ") << named(let.name);
  }
  void operator()(const FnDecl &fn) {
    out << (fn.native ? "native FnDecl " : "FnDecl ") << named(fn.name) << generics(fn.typeParameters);
  }
  void operator()(const RecordDecl &record) {
    out << "RecordDecl " << named(record.name) << generics(record.typeParameters);
  }
  void operator()(const EnumDecl &decl) {
    out << "EnumDecl " << named(decl.name) << ": " << listed(decl.values);
  }
  void operator()(const UnionDecl &decl) {
    out << "UnionDecl " << named(decl.name) << generics(decl.typeParameters);
  }
  void operator()(const TypeDecl &decl) {
    out << (decl.opaque ? "opaque TypeDecl " : "TypeDecl ") << named(decl.name);
  }
  void operator()(const EnvironmentDecl &environment) {
    out << "EnvironmentDecl " << named(environment.name);
    if (environment.base) out << " from " << named(*environment.base);
  }
  void operator()(const SecretDecl &secret) {
    out << "SecretDecl " << named(secret.name);
    if (!secret.environments.empty()) out << " in " << listed(secret.environments);
  }
  void operator()(const ParamDecl &param) { out << "ParamDecl " << named(param.name); }
  void operator()(const TaskDecl &task) {
    out << (task.native ? "native TaskDecl " : "TaskDecl ") << named(task.name);
  }
  void operator()(const ServiceDecl &service) { out << "ServiceDecl " << named(service.name); }
  void operator()(const ReaderDecl &reader) { out << "ReaderDecl " << named(reader.name); }
  void operator()(const PipelineDecl &pipeline) { out << "PipelineDecl " << named(pipeline.name); }
  void operator()(const EmitDecl &emit) { out << "EmitDecl " << named(emit.target); }
  void operator()(const TestDecl &) { out << "TestDecl"; }
};

void Dumper::heads(const Decl &decl) {
  std::visit(Head{out_, *this}, decl.node);
}
void Dumper::heads(const TypeExpr &type) {
  std::visit(Head{out_, *this}, type.node);
}
void Dumper::heads(const Stmt &statement) {
  std::visit(Head{out_, *this}, statement.node);
}
void Dumper::heads(const Expr &expr) {
  std::visit(Head{out_, *this}, expr.node);
}

} // namespace pipelang::ast
