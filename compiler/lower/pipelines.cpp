// Pipelines: triggers, which nodes there are, what they need, and whether they fit their budget.
#include "compiler/lower/lowering.h"
#include "compiler/plan/graph.h"
#include "compiler/support/formats.h"

namespace pipelang::lowering {

void Lowering::lowerPipeline(sema::SymbolId symbol) {
  const sema::Symbol &declared = program_.symbols[symbol];
  module_ = declared.module;
  const ast::Decl &decl = tree().declarations[declared.declaration];
  const auto &body = std::get<ast::PipelineDecl>(decl.node).body;
  plan::Pipeline pipeline;
  pipeline.name = declared.name;
  pipeline.doc = decl.doc;
  pipeline.origin = decl.header;
  evaluator_.forgetLets();
  contexts_.clear();
  events_.clear();
  context_ = {};
  for (ast::StmtId id : body)
    if (const auto *trigger = std::get_if<ast::TriggerStmt>(&tree().statements[id].node))
      lowerTrigger(pipeline, *trigger, tree().statements[id].header);
  for (ast::StmtId id : body) {
    const ast::Stmt &statement = tree().statements[id];
    if (const auto *setting = std::get_if<ast::SettingStmt>(&statement.node))
      lowerPipelineSetting(pipeline, *setting);
    if (const auto *raw = std::get_if<ast::RawStmt>(&statement.node))
      lowerRaw(*raw, statement.header, pipeline.raw);
  }
  declareNodes(pipeline, body);
  for (plan::NodeId node : loweringOrder(pipeline))
    require(node);
  finishNeeds(pipeline);
  for (ast::StmtId each : body)
    if (const auto *out = std::get_if<ast::OutStmt>(&tree().statements[each].node))
      lowerPipelineOutput(pipeline, *out, tree().statements[each]);
  Id<plan::Pipeline> id = plan_.pipelines.add(std::move(pipeline));
  pipelines_[symbol] = id;
  lowerBudget(plan_.pipelines[id], body);
}

/// `out ref = image.ref` of a pipeline that is called.
void Lowering::lowerPipelineOutput(plan::Pipeline &pipeline, const ast::OutStmt &out,
                                   const ast::Stmt &statement) {
  Span span = spanOf(out.value);
  if (!llvm::is_contained(events_, "workflow_call")) {
    reporter_.report(out.name.span, diag::NobodyCalls, out.name.text, pipeline.name)
        .note("add `on call`, or take it out: what a job gives is read by its name, `job." + out.name.text +
              "`");
    return;
  }
  Value value = evaluate(out.value);
  if (!refuseSecret(value, span, "an output")) return;
  std::optional<plan::ExprId> late = evaluator_.toLate(value, plan::ValueType::String, span);
  if (late) pipeline.outputs.push_back({out.name.text, *late, statement.doc, statement.header});
}

void Lowering::lowerPipelineSetting(plan::Pipeline &pipeline, const ast::SettingStmt &setting) {
  Value value = evaluate(setting.value);
  Span span = spanOf(setting.value);
  if (!refuseSecret(value, span, "the name of a run")) return;
  if (setting.name.text == "run_name") {
    pipeline.runName = evaluator_.toLate(value, plan::ValueType::String, span);
    return;
  }
  const auto *record = value.as<eval::Record>();
  const Value *group = record ? record->data->find("group") : nullptr;
  const Value *cancel = record ? record->data->find("cancel_in_progress") : nullptr;
  if (!group || !cancel) return;
  refuseLate(*cancel, span, "cancel_in_progress");
  std::optional<plan::ExprId> id = evaluator_.toLate(*group, plan::ValueType::String, span);
  if (const bool *known = cancel->as<bool>(); known && id)
    pipeline.concurrency = plan::Concurrency{*id, *known};
}

void Lowering::lowerTrigger(plan::Pipeline &pipeline, const ast::TriggerStmt &trigger, Span origin) {
  plan::Trigger result;
  const std::string &event = trigger.event.text;
  result.event = event == "dispatch" || event == "call" ? "workflow_" + event : event;
  result.origin = origin;
  for (ast::StmtId id : trigger.filters) {
    const auto *filter = std::get_if<ast::SettingStmt>(&tree().statements[id].node);
    if (!filter) continue;
    std::string name = filter->name.text;
    std::replace(name.begin(), name.end(), '_', '-');
    Value value = evaluate(filter->value);
    if (!refuseLate(value, spanOf(filter->value), filter->name.text,
                    "what starts a run is decided before there is one"))
      continue;
    if (value.is<eval::Text>())
      result.filters.emplace_back(std::move(name), std::vector<std::string>{value.text()});
    else
      result.filters.emplace_back(std::move(name), texts(value, spanOf(filter->value), filter->name.text));
    checkFilter(*filter, result.filters.back().second);
  }
  events_.push_back(result.event);
  pipeline.triggers.push_back(std::move(result));
}

/// Patterns that GitHub would refuse, or take to mean something else.
void Lowering::checkFilter(const ast::SettingStmt &filter, const std::vector<std::string> &patterns) {
  llvm::StringRef kind = filter.name.text;
  const bool excludes = kind.consume_back("_ignore");
  if (kind != "branches" && kind != "tags" && kind != "paths") return;
  const auto *list = std::get_if<ast::ListExpr>(&tree().expressions[filter.value].node);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    std::string problem = filterPatternProblem(patterns[i], kind != "paths");
    if (problem.empty()) continue;
    bool isWritten = list && list->elements.size() == patterns.size();
    reporter_.report(spanOf(isWritten ? list->elements[i] : filter.value), diag::BadFilter,
                     llvm::StringRef(patterns[i]).take_front(200), filter.name.text, problem);
  }
  bool onlyNegative = llvm::all_of(patterns, [](llvm::StringRef text) { return text.startswith("!"); });
  if (!excludes && onlyNegative && !patterns.empty())
    reporter_.report(spanOf(filter.value), diag::BadFilter, patterns.front(), filter.name.text,
                     "it takes away from the patterns before it, and there is none: begin with `\"**\"`");
}

void Lowering::declareNodes(plan::Pipeline &pipeline, const ast::Body &body) {
  for (ast::StmtId id : body) {
    const ast::Stmt &statement = tree().statements[id];
    const auto *choice = std::get_if<ast::IfStmt>(&statement.node);
    if (!choice) {
      declareNode(pipeline, id);
      continue;
    }
    Value condition = evaluate(choice->condition);
    const bool *known = condition.as<bool>();
    if (!known) continue;
    declareNodes(pipeline, *known ? choice->thenBody : choice->elseBody);
    const ast::Body &dead = *known ? choice->elseBody : choice->thenBody;
    sawDeadCode_ |= !dead.empty();
    if (judging_) declareNodes(pipeline, dead);
  }
}

plan::NodeId Lowering::addNode(plan::Pipeline &pipeline, ast::StmtId statement, std::string name) {
  const ast::Stmt &source = tree().statements[statement];
  plan::Node node;
  node.name = std::move(name);
  node.doc = source.doc;
  node.origin = source.header;
  plan::NodeId id = plan_.nodes.add(std::move(node));
  NodeState state;
  state.statement = statement;
  state.symbol = program_.module(module_).statementSymbols[statement.index()];
  if (state.symbol.valid()) nodes_[state.symbol].push_back(id);
  states_.push_back(std::move(state));
  pipeline.nodes.push_back(id);
  return id;
}

void Lowering::declareNode(plan::Pipeline &pipeline, ast::StmtId id) {
  const auto &node = tree().statements[id].node;
  if (const auto *job = std::get_if<ast::JobStmt>(&node)) {
    if (!job->generators.empty()) return declareCells(pipeline, id, *job);
    addNode(pipeline, id, job->name.text);
  } else if (const auto *gate = std::get_if<ast::GateStmt>(&node)) {
    addNode(pipeline, id, gate->name.text);
  } else if (const auto *deploy = std::get_if<ast::DeployStmt>(&node)) {
    addNode(pipeline, id, deploy->name.text);
  } else if (const auto *outcome = std::get_if<ast::OutcomeStmt>(&node)) {
    addNode(pipeline, id, "on " + spelled({module_, outcome->subject}));
  }
}

/// The value of the variable, or a list of those of several.
static Value cellKey(const std::vector<std::pair<sema::SymbolId, Value>> &values) {
  if (values.size() == 1) return values.front().second;
  eval::Values parts;
  for (const auto &[symbol, value] : values)
    parts.push_back(value);
  return Value::ofList(std::move(parts));
}

/// One node for each round of the comprehension.
void Lowering::declareCells(plan::Pipeline &pipeline, ast::StmtId id, const ast::JobStmt &job) {
  plan::Matrix matrix;
  matrix.name = job.name.text;
  matrix.origin = job.generators.front().span;
  for (const ast::Generator &generator : job.generators)
    for (const ast::Name &variable : generator.variables)
      matrix.variables.push_back(variable.text);
  std::vector<sema::SymbolId> variables;
  for (const ast::Generator &generator : job.generators)
    llvm::append_range(variables, program_.module(module_).of(generator.source).binds);
  Id<plan::Matrix> matrixId(plan_.matrices.size());
  sema::SymbolId symbol = program_.module(module_).statementSymbols[id.index()];
  evaluator_.forEach(module_, job.generators, [&] {
    plan::Matrix::Cell cell;
    std::vector<std::pair<sema::SymbolId, Value>> values;
    std::string key;
    for (sema::SymbolId variable : variables) {
      Value value = evaluator_.bind(variable, Value::error());
      evaluator_.bind(variable, value);
      std::optional<plan::Value> plain = eval::toPlan(program_, value);
      if (!plain) {
        if (value.isLate())
          reporter_.report(matrix.origin, diag::LateSource)
              .note("name the cells by what is known, and use the late value in their steps");
        else if (!value.isError())
          reporter_.report(matrix.origin, diag::CellValue);
        return;
      }
      key += (key.empty() ? "" : ", ") + plain->toText();
      cell.values.push_back(std::move(*plain));
      values.emplace_back(variable, std::move(value));
    }
    plan::NodeId node = addNode(pipeline, id, job.name.text + "[" + key + "]");
    if (symbol.valid() && !values.empty()) cellKeys_[symbol].push_back(cellKey(values));
    states_[node.index()].cell = std::move(values);
    states_[node.index()].matrixAt = matrix.origin;
    plan::Job cellJob;
    cellJob.matrix = matrixId;
    plan_.nodes[node].node = std::move(cellJob);
    cell.node = node;
    matrix.cells.push_back(std::move(cell));
  });
  if (matrix.cells.empty()) {
    if (!reporter_.hasErrors()) reporter_.report(matrix.origin, diag::NoCells, job.name.text);
    return;
  }
  std::set<std::string> names;
  for (const plan::Matrix::Cell &cell : matrix.cells)
    if (!names.insert(plan_.nodes[cell.node].name).second)
      reporter_.report(matrix.origin, diag::RepeatedCell, plan_.nodes[cell.node].name);
  pipeline.matrices.push_back(plan_.matrices.add(std::move(matrix)));
}

/// The pipeline's nodes, each after those its text names: then nothing is lowered deep inside of others,
/// however long a chain of jobs is. Only an order: what runs after what is decided by lowering.
std::vector<plan::NodeId> Lowering::loweringOrder(const plan::Pipeline &pipeline) {
  struct Group { // the nodes of one statement
    std::uint32_t end = 0;
    std::vector<plan::NodeId> nodes;
    std::set<std::uint32_t> named; // groups, by where they begin
    bool visited = false;
  };
  std::map<std::uint32_t, Group> groups;
  std::map<sema::SymbolId, std::uint32_t> beginOf;
  for (plan::NodeId node : pipeline.nodes) {
    Span span = tree().statements[state(node).statement].span;
    groups[span.begin].end = span.end;
    groups[span.begin].nodes.push_back(node);
    if (state(node).symbol.valid()) beginOf[state(node).symbol] = span.begin;
  }
  for (std::size_t i = 0; i < tree().expressions.size(); ++i) {
    auto named = beginOf.find(program_.module(module_).of(ast::ExprId(i)).symbol);
    if (named == beginOf.end()) continue;
    auto around = groups.upper_bound(spanOf(ast::ExprId(i)).begin);
    if (around == groups.begin()) continue;
    --around;
    if (spanOf(ast::ExprId(i)).end <= around->second.end) around->second.named.insert(named->second);
  }
  std::vector<plan::NodeId> order;
  for (auto &[begin, group] : groups) {
    std::vector<std::pair<Group *, bool>> open = {{&group, false}}; // true: all it names is done
    while (!open.empty()) {
      auto [current, ready] = open.back();
      open.pop_back();
      if (ready) order.insert(order.end(), current->nodes.begin(), current->nodes.end());
      if (ready || std::exchange(current->visited, true)) continue;
      open.emplace_back(current, true);
      for (auto named = current->named.rbegin(); named != current->named.rend(); ++named)
        open.emplace_back(&groups[*named], false);
    }
  }
  return order;
}

void Lowering::finishNeeds(plan::Pipeline &pipeline) {
  addGatesToDeployments(pipeline);
  for (plan::NodeId id : pipeline.nodes) {
    const std::set<plan::NodeId> &needs = state(id).needs;
    plan_.nodes[id].needs.assign(needs.begin(), needs.end());
    for (plan::NodeId awaited : state(id).awaits)
      if (!needs.count(awaited)) plan_.nodes[id].awaits.push_back(awaited);
    checkOutcomes(id);
    checkPrivileged(id);
  }
}

/// A gate that nobody reads would be no gate: a deployment needs every gate that does not itself wait for it.
void Lowering::addGatesToDeployments(plan::Pipeline &pipeline) {
  auto waitsFor = [&](plan::NodeId from, plan::NodeId to) {
    std::vector<plan::NodeId> open = {from};
    std::set<plan::NodeId> seen;
    while (!open.empty()) {
      plan::NodeId node = open.back();
      open.pop_back();
      if (node == to) return true;
      if (!seen.insert(node).second) continue;
      open.insert(open.end(), state(node).needs.begin(), state(node).needs.end());
      open.insert(open.end(), state(node).awaits.begin(), state(node).awaits.end());
    }
    return false;
  };
  for (plan::NodeId deployment : pipeline.nodes) {
    if (!plan_.nodes[deployment].asDeployment()) continue;
    for (plan::NodeId gate : pipeline.nodes)
      if (plan_.nodes[gate].asGate() && !waitsFor(gate, deployment) && !state(deployment).awaits.count(gate))
        state(deployment).needs.insert(gate);
  }
}

} // namespace pipelang::lowering
