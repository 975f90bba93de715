// Code that today's program does not use is judged too, for its labels: tasks that nothing calls, and
// branches whose condition is known not to hold. All of it is lowered once more into a plan that nobody sees.
#include "compiler/lower/lowering.h"

namespace pipelang::lowering {

static bool isOwnTask(const sema::Program &program, const sema::Symbol &symbol) {
  return symbol.kind == sema::SymbolKind::Task && !program.module(symbol.module).isLibrary;
}

/// Whether the plan made leaves some of the program out.
bool Lowering::leftCodeOut() const {
  for (std::size_t i = 0; i < program_.symbols.size(); ++i)
    if (isOwnTask(program_, program_.symbols[sema::SymbolId(i)]) && !called_.count(sema::SymbolId(i)))
      return true;
  return sawDeadCode_;
}

/// Reports what labels find in all of the program, and nothing else.
void Lowering::judgeAll() {
  judging_ = true;
  reporter_.reportLabelsOnly();
  run(nullptr);
}

void Lowering::judgeUncalled() {
  plan::Pipeline unused;
  std::set<std::string> events;
  for (std::size_t i = 0; i < plan_.pipelines.size(); ++i)
    for (const plan::Trigger &trigger : plan_.pipelines[Id<plan::Pipeline>(i)].triggers)
      events.insert(trigger.event);
  if (events.empty()) events = {"pull_request", "push", "workflow_dispatch"}; // a library: anybody may use it
  evaluator_.forgetLets();
  contexts_.clear();
  events_.assign(events.begin(), events.end());
  for (std::size_t i = 0; i < program_.symbols.size(); ++i) {
    sema::SymbolId id(i);
    if (isOwnTask(program_, program_.symbols[id]) && !called_.count(id))
      unused.nodes.push_back(judgeTask(id));
  }
  plan_.pipelines.add(std::move(unused));
}

/// Lowers a task as if a job of its own called it, with arguments of which nothing but the type is known.
plan::NodeId Lowering::judgeTask(sema::SymbolId task) {
  const sema::Symbol &symbol = program_.symbols[task];
  plan::Node node;
  node.name = symbol.name;
  node.origin = symbol.span;
  node.node = plan::Job{};
  plan::NodeId id = plan_.nodes.add(std::move(node));
  states_.emplace_back();
  context_ = {};
  context_.node = id;
  context_.job = std::get_if<plan::Job>(&plan_.nodes[id].node);
  ActionSink sink;
  context_.sink = &sink;
  module_ = symbol.module;
  for (sema::SymbolId parameter : symbol.members)
    evaluator_.bind(parameter, anyValue(program_.symbols[parameter].type, 0));
  const auto *declared = std::get_if<ast::TaskDecl>(&tree().declarations[symbol.declaration].node);
  if (declared) lowerTaskBodies(tree(), declared->body, symbol.span, task);
  plan::Step step;
  step.origin = symbol.span;
  addStep(sink, std::move(step));
  context_ = {};
  module_ = sema::ModuleId(0);
  return id;
}

/// A value of `type` that is known late, down to its parts.
Value Lowering::anyValue(sema::TypeId type, int depth) {
  sema::TypeKind kind = evaluator_.kindOf(type);
  while (program_.types[type].kind != kind && program_.types[type].element.valid())
    type = program_.types[type].element;
  const sema::Type &plain = program_.types[type];
  if (depth > 8 || kind == sema::TypeKind::Error) return Value::error();
  if (kind == sema::TypeKind::List) return Value::ofList({anyValue(plain.element, depth + 1)});
  if (kind == sema::TypeKind::Map) {
    auto data = std::make_shared<eval::MapData>();
    data->entries.emplace_back(Value::ofText("key"), anyValue(plain.element, depth + 1));
    return {eval::Map{std::move(data)}, {}};
  }
  if (kind == sema::TypeKind::Enum) {
    const std::vector<sema::SymbolId> &cases = program_.symbols[plain.symbol].members;
    return cases.empty() ? Value::error() : Value{eval::EnumCase{cases.front()}, {}};
  }
  if (kind == sema::TypeKind::Record) {
    auto data = std::make_shared<eval::RecordData>();
    data->record = plain.symbol;
    const sema::Symbol &symbol = program_.symbols[plain.symbol];
    const sema::Module &module = program_.module(symbol.module);
    const auto *record = std::get_if<ast::RecordDecl>(&module.tree->declarations[symbol.declaration].node);
    if (!record) return Value::error();
    for (const ast::FieldDecl &field : record->fields)
      data->fields.emplace_back(field.name.text, anyValue(module.types[field.type.index()], depth + 1));
    return {eval::Record{std::move(data)}, {}};
  }
  if (kind > sema::TypeKind::Image) return Value::error();
  plan::Expr expr;
  expr.type = evaluator_.lateType(type);
  expr.node = plan::ContextRef{"an argument"};
  return evaluator_.late(std::move(expr), {}, {});
}

} // namespace pipelang::lowering
