// The tree as text for `pipec --dump=ast`: one node a line, children indented by two.
#include "compiler/ast/ast.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::ast {
namespace {

const char *symbol(BinaryOp op) {
  switch (op) {
  case BinaryOp::Add: return "+";
  case BinaryOp::Subtract: return "-";
  case BinaryOp::Multiply: return "*";
  case BinaryOp::Divide: return "/";
  case BinaryOp::Equal: return "==";
  case BinaryOp::NotEqual: return "!=";
  case BinaryOp::Less: return "<";
  case BinaryOp::LessEqual: return "<=";
  case BinaryOp::Greater: return ">";
  case BinaryOp::GreaterEqual: return ">=";
  case BinaryOp::And: return "and";
  case BinaryOp::Or: return "or";
  case BinaryOp::Coalesce: return "??";
  }
  llvm_unreachable("every operator is listed");
}

const char *symbol(Unit unit) {
  switch (unit) {
  case Unit::None: return "";
  case Unit::Ms: return "ms";
  case Unit::S: return "s";
  case Unit::Min: return "min";
  case Unit::H: return "h";
  case Unit::D: return "d";
  case Unit::B: return "B";
  case Unit::KB: return "kB";
  case Unit::MB: return "MB";
  case Unit::GB: return "GB";
  case Unit::TB: return "TB";
  case Unit::KiB: return "KiB";
  case Unit::MiB: return "MiB";
  case Unit::GiB: return "GiB";
  case Unit::TiB: return "TiB";
  case Unit::Percent: return "%";
  case Unit::Milli: return "m";
  case Unit::Cpu: return "cpu";
  case Unit::PerS: return "/s";
  case Unit::PerMin: return "/min";
  case Unit::PerH: return "/h";
  }
  llvm_unreachable("every unit is listed");
}

class Dumper {
public:
  Dumper(const Module &module, const SourceFile &file)
      : module_(module), file_(file), out_(text_) {}

  std::string run() {
    out_ << "Module";
    doc(module_.doc);
    out_ << '\n';
    Inside inside(*this);
    for (const Decl &decl : module_.declarations)
      declaration(decl);
    return std::move(out_.str());
  }

private:
  struct Inside {
    explicit Inside(Dumper &dumper) : dumper(dumper) { ++dumper.depth_; }
    ~Inside() { --dumper.depth_; }
    Dumper &dumper;
  };

  llvm::raw_ostream &line() {
    out_.indent(static_cast<unsigned>(depth_ * 2));
    return out_;
  }
  void place(Span span) {
    Position begin = file_.position(span.begin), end = file_.position(span.end);
    out_ << " @" << begin.line << ':' << begin.column << '-' << end.line << ':' << end.column
         << '\n';
  }
  void quoted(llvm::StringRef value) {
    out_ << '"';
    llvm::printEscapedString(value, out_);
    out_ << '"';
  }
  void doc(llvm::StringRef value) {
    if (value.empty()) return;
    out_ << " doc ";
    quoted(value);
  }
  static std::string named(const Name &name) { return name.text.empty() ? "<missing>" : name.text; }
  static std::string joined(const std::vector<Name> &names, const char *between) {
    std::string all;
    for (const Name &name : names)
      all += (all.empty() ? "" : between) + named(name);
    return all;
  }
  static std::string listed(const std::vector<Name> &names) { return joined(names, ", "); }
  /// A line that only groups: `then`, `body`, …
  void group(llvm::StringRef label, const Body &statements) {
    if (statements.empty()) return;
    line() << label << '\n';
    Inside inside(*this);
    for (StmtId id : statements)
      statement(id);
  }
  void labelled(llvm::StringRef label, ExprId id) {
    line() << label << '\n';
    Inside inside(*this);
    expression(id);
  }
  void labelled(llvm::StringRef label, const std::optional<ExprId> &id) {
    if (id) labelled(label, *id);
  }
  void type(const std::optional<TypeId> &id) {
    if (id) type(*id);
  }
  void parameters(const std::vector<Parameter> &all) {
    for (const Parameter &parameter : all) {
      line() << "parameter " << named(parameter.name);
      doc(parameter.doc);
      place(parameter.name.span);
      Inside inside(*this);
      type(parameter.type);
      labelled("default", parameter.defaultValue);
    }
  }
  void fields(const std::vector<FieldDecl> &all) {
    for (const FieldDecl &field : all) {
      line() << (field.open ? "open field " : "field ") << named(field.name);
      doc(field.doc);
      place(field.span);
      Inside inside(*this);
      type(field.type);
      labelled("default", field.defaultValue);
    }
  }
  void arguments(const std::vector<Argument> &all) {
    for (const Argument &argument : all) {
      if (argument.name)
        labelled(named(*argument.name) + " =", argument.value);
      else
        expression(argument.value);
    }
  }
  void generators(const std::vector<Generator> &all) {
    for (const Generator &generator : all) {
      line() << "for " << listed(generator.variables);
      place(generator.span);
      Inside inside(*this);
      expression(generator.source);
      labelled("if", generator.condition);
    }
  }
  void entry(const MapEntry &entry) {
    labelled("key", entry.key);
    labelled("value", entry.value);
  }

  void declaration(const Decl &decl);
  void type(TypeId id);
  void statement(StmtId id);
  void expression(ExprId id);

  // One overload for each node: its word and names, then (after place) what is below it.
  struct Head;
  struct Below;

  const Module &module_;
  const SourceFile &file_;
  std::string text_;
  llvm::raw_string_ostream out_;
  int depth_ = 0;
};

/// The first words of a node's line.
struct Dumper::Head {
  llvm::raw_ostream &out;
  Dumper &dumper;

  void operator()(const ErrorType &) { out << "ErrorType"; }
  void operator()(const NamedType &type) { out << "NamedType " << joined(type.path, "."); }
  void operator()(const OptionalType &) { out << "OptionalType"; }
  void operator()(const FnType &) { out << "FnType"; }
  void operator()(const RefinedType &) { out << "RefinedType"; }

  void operator()(const ErrorExpr &) { out << "ErrorExpr"; }
  void operator()(const NumberExpr &number) {
    out << "Number " << number.numeral << symbol(number.unit);
  }
  void operator()(const StringExpr &string) {
    out << "String";
    bool plain =
        string.parts.size() == 1 && std::holds_alternative<std::string>(string.parts[0].node);
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
  void operator()(const UnaryExpr &unary) {
    out << "Unary " << (unary.op == UnaryOp::Not ? "not" : "-");
  }
  void operator()(const BinaryExpr &binary) { out << "Binary " << symbol(binary.op); }
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
  void operator()(const SimulateStmt &simulate) {
    out << "SimulateStmt " << named(simulate.pipeline);
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
    out << (fn.native ? "native FnDecl " : "FnDecl ") << named(fn.name);
  }
  void operator()(const RecordDecl &record) { out << "RecordDecl " << named(record.name); }
  void operator()(const EnumDecl &decl) {
    out << "EnumDecl " << named(decl.name) << ": " << listed(decl.values);
  }
  void operator()(const UnionDecl &decl) { out << "UnionDecl " << named(decl.name); }
  void operator()(const TypeDecl &decl) { out << "TypeDecl " << named(decl.name); }
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
    d.labelled("where", type.condition);
  }

  void operator()(const ErrorExpr &) {}
  void operator()(const NumberExpr &) {}
  void operator()(const BoolExpr &) {}
  void operator()(const NoneExpr &) {}
  void operator()(const NameExpr &) {}
  void operator()(const StringExpr &string) {
    if (string.parts.size() == 1 && std::holds_alternative<std::string>(string.parts[0].node))
      return;
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
  void operator()(const IndexExpr &index) { d.expression(index.object), d.expression(index.index); }
  void operator()(const CallExpr &call) { d.expression(call.callee), d.arguments(call.arguments); }
  void operator()(const ListExpr &list) {
    for (ExprId id : list.elements)
      d.expression(id);
  }
  void operator()(const ListForExpr &list) {
    d.expression(list.element), d.generators(list.generators);
  }
  void operator()(const RecordExpr &record) { d.arguments(record.fields); }
  void operator()(const MapExpr &map) {
    for (const MapEntry &entry : map.entries)
      d.entry(entry);
  }
  void operator()(const MapForExpr &map) { d.entry(map.entry), d.generators(map.generators); }
  void operator()(const AmendExpr &amend) { d.expression(amend.base), d.arguments(amend.fields); }
  void operator()(const UnaryExpr &unary) { d.expression(unary.operand); }
  void operator()(const BinaryExpr &binary) {
    d.expression(binary.left), d.expression(binary.right);
  }
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
    for (const auto &[node, verb] : simulate.facts)
      d.labelled(named(verb), node);
  }
  void operator()(const ExpectStmt &expect) {
    d.labelled("condition", expect.condition), body(expect.body);
  }

  void operator()(const ErrorDecl &) {}
  void operator()(const ImportDecl &) {}
  void operator()(const LetDecl &let) { d.type(let.type), value(let.value); }
  void operator()(const FnDecl &fn) {
    d.parameters(fn.parameters), d.type(fn.result), d.labelled("body", fn.body);
  }
  void operator()(const RecordDecl &record) { d.fields(record.fields); }
  void operator()(const EnumDecl &) {}
  void operator()(const UnionDecl &decl) {
    for (const RecordDecl &one : decl.cases) {
      d.line() << "case " << named(one.name);
      d.place(one.name.span);
      Inside inside(d);
      d.fields(one.fields);
    }
  }
  void operator()(const TypeDecl &decl) { d.type(decl.type); }
  void operator()(const EnvironmentDecl &environment) {
    d.type(environment.type), body(environment.body);
  }
  void operator()(const SecretDecl &) {}
  void operator()(const ParamDecl &param) {
    d.type(param.type), d.labelled("default", param.defaultValue);
  }
  void operator()(const TaskDecl &task) {
    d.parameters(task.parameters), d.type(task.result), body(task.body);
  }
  void operator()(const ServiceDecl &service) {
    d.parameters(service.parameters), d.type(service.result), body(service.body);
  }
  void operator()(const ReaderDecl &reader) {
    d.parameters(reader.parameters), d.type(reader.result);
  }
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

void Dumper::declaration(const Decl &decl) {
  line() << (decl.isPrivate ? "private " : "");
  std::visit(Head{out_, *this}, decl.node);
  doc(decl.doc);
  place(decl.span);
  Inside inside(*this);
  std::visit(Below{*this}, decl.node);
}

void Dumper::type(TypeId id) {
  const TypeExpr &type = module_.types[id];
  line();
  std::visit(Head{out_, *this}, type.node);
  place(type.span);
  Inside inside(*this);
  std::visit(Below{*this}, type.node);
}

void Dumper::statement(StmtId id) {
  const Stmt &statement = module_.statements[id];
  line();
  std::visit(Head{out_, *this}, statement.node);
  doc(statement.doc);
  place(statement.span);
  Inside inside(*this);
  std::visit(Below{*this}, statement.node);
}

void Dumper::expression(ExprId id) {
  const Expr &expr = module_.expressions[id];
  line();
  std::visit(Head{out_, *this}, expr.node);
  place(expr.span);
  Inside inside(*this);
  std::visit(Below{*this}, expr.node);
}

} // namespace

std::string dump(const Module &module, const SourceFile &file) {
  return Dumper(module, file).run();
}

} // namespace pipelang::ast
