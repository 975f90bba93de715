// Nodes in general: lowering on demand, edges, circles, conditions, references to outputs.
#include "compiler/lower/lowering.h"
#include "compiler/plan/outcomes.h"

namespace pipelang::lowering {

/// Lowers `node`, if that has not been done.
void Lowering::require(plan::NodeId node) {
  if (state(node).progress != NodeState::Progress::Waiting) return;
  state(node).progress = NodeState::Progress::Active;
  active_.push_back(node);
  NodeContext outer = std::exchange(context_, {});
  sema::ModuleId outerModule = std::exchange(module_, sema::ModuleId(0));
  context_.node = node;
  std::vector<std::pair<sema::SymbolId, Value>> previous;
  for (const auto &[symbol, value] : state(node).cell)
    previous.emplace_back(symbol, evaluator_.bind(symbol, value));
  if (state(node).matrixAt.valid()) {
    eval::TrailScope trail(reporter_,
                           {"in job " + plan_.nodes[node].name + ", from this `for`", state(node).matrixAt});
    lowerNode(node);
  } else {
    lowerNode(node);
  }
  for (auto &[symbol, value] : previous)
    evaluator_.bind(symbol, std::move(value));
  context_ = std::move(outer);
  module_ = outerModule;
  active_.pop_back();
  state(node).progress = NodeState::Progress::Done;
}

void Lowering::lowerNode(plan::NodeId node) {
  const auto &source = tree().statements[state(node).statement].node;
  std::optional<ast::ExprId> when;
  if (const auto *job = std::get_if<ast::JobStmt>(&source)) when = job->when;
  if (const auto *gate = std::get_if<ast::GateStmt>(&source)) when = gate->when;
  if (const auto *deploy = std::get_if<ast::DeployStmt>(&source)) when = deploy->when;
  if (when) plan_.nodes[node].when = condition({module_, *when});
  if (const auto *job = std::get_if<ast::JobStmt>(&source)) lowerJob(node, *job);
  if (const auto *gate = std::get_if<ast::GateStmt>(&source)) lowerGate(node, *gate);
  if (const auto *deploy = std::get_if<ast::DeployStmt>(&source)) lowerDeployment(node, *deploy);
  if (const auto *outcome = std::get_if<ast::OutcomeStmt>(&source)) lowerReaction(node, *outcome);
}

/// The node being lowered needs `node`, or only awaits its end; false: that would be a circle.
bool Lowering::need(plan::NodeId node, Span span, bool mustSucceed) {
  if (!context_.node.valid()) return true;
  if (state(node).progress == NodeState::Progress::Active) {
    reportCycle(node, span);
    return false;
  }
  if (mustSucceed && !state(context_.node).needs.count(node))
    state(context_.node).neededAt[node] = reporter_.userPlace(span);
  else
    state(context_.node).neededAt.emplace(node, reporter_.userPlace(span));
  require(node);
  (mustSucceed ? state(context_.node).needs : state(context_.node).awaits).insert(node);
  return true;
}

/// `node` is being lowered and is needed again: everything from it on is the circle. It is told from the node
/// that is written first, and reported where the last needs that one.
void Lowering::reportCycle(plan::NodeId node, Span span) {
  std::vector<plan::NodeId> circle(std::find(active_.begin(), active_.end(), node), active_.end());
  state(context_.node).neededAt[node] = reporter_.userPlace(span);
  std::rotate(circle.begin(), std::min_element(circle.begin(), circle.end()), circle.end());
  std::string names;
  for (plan::NodeId member : circle)
    names += plan_.nodes[member].name + " -> ";
  names += plan_.nodes[circle.front()].name;
  auto report = reporter_.report(state(circle.back()).neededAt[circle.front()], diag::JobCycle, names);
  for (plan::NodeId member : circle)
    report.label(plan_.nodes[member].origin, "`" + plan_.nodes[member].name + "` is in the circle");
}

/// The late condition of a node or step; none where it is known to hold.
std::optional<plan::ExprId> Lowering::condition(const Place &place) {
  Value value = evaluator_.evaluate(place);
  Span span = evaluator_.exprAt(place).span;
  if (!refuseSecret(value, span, "a condition")) return std::nullopt;
  if (const bool *known = value.as<bool>(); known && *known) return std::nullopt;
  return evaluator_.toLate(value, plan::ValueType::Bool, span);
}

/// The nodes a value names: one, or the cells of a comprehension.
std::vector<plan::NodeId> Lowering::nodesOf(const Value &value) {
  if (const auto *one = value.as<eval::NodeRef>()) return {one->node};
  if (const auto *all = value.as<eval::NodeMap>()) return nodes_[all->symbol];
  std::vector<plan::NodeId> nodes;
  if (const auto *list = value.as<eval::List>())
    for (const Value &element : *list->elements)
      for (plan::NodeId node : nodesOf(element))
        nodes.push_back(node);
  return nodes;
}

void Lowering::lowerAfter(const ast::AfterStmt &after) {
  for (ast::ExprId id : after.nodes) {
    Value value = evaluate(id);
    for (plan::NodeId node : nodesOf(value))
      need(node, spanOf(id));
  }
}

/// `3.11`; `3.11, linux` of a job with several `for`.
static std::string keyText(const sema::Program &program, const Value &key) {
  const auto *list = key.as<eval::List>();
  if (!list) return eval::toText(program, key).value_or("?");
  std::string text;
  for (const Value &element : *list->elements)
    text += (text.empty() ? "" : ", ") + eval::toText(program, element).value_or("?");
  return text;
}

std::vector<std::pair<Value, Value>> Lowering::cellsOf(const Value &object) {
  std::vector<std::pair<Value, Value>> cells;
  sema::SymbolId symbol = object.as<eval::NodeMap>()->symbol;
  for (std::size_t i = 0; i < nodes_[symbol].size() && i < cellKeys_[symbol].size(); ++i)
    cells.emplace_back(cellKeys_[symbol][i], Value{eval::NodeRef{symbol, nodes_[symbol][i]}, {}});
  return cells;
}

Value Lowering::cellOf(const Value &object, const Value &key, Span span) {
  sema::SymbolId symbol = object.as<eval::NodeMap>()->symbol;
  const auto *parts = key.as<eval::List>();
  if (key.isLate() ||
      (parts && llvm::any_of(*parts->elements, [](const Value &part) { return part.isLate(); }))) {
    reporter_.report(span, diag::LateIndex);
    return Value::error();
  }
  const std::vector<Value> &keys = cellKeys_[symbol];
  std::map<std::string, std::size_t> &texts = cellTexts_[symbol];
  for (std::size_t i = texts.size(); i < keys.size(); ++i)
    if (!texts.emplace(eval::toText(program_, keys[i]).value_or("?"), i).second) break;
  // By its text first: a job of a thousand cells that name each other would else be compared a million times.
  auto guess = texts.find(eval::toText(program_, key).value_or("?"));
  if (guess != texts.end() && eval::equal(keys[guess->second], key))
    return {eval::NodeRef{symbol, nodes_[symbol][guess->second]}, {}};
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (eval::equal(keys[i], key)) return {eval::NodeRef{symbol, nodes_[symbol][i]}, {}};
  std::string known;
  std::vector<std::string> candidates;
  for (const Value &candidate : keys) {
    candidates.push_back(keyText(program_, candidate));
    known += (known.empty() ? "" : candidate.is<eval::List>() ? "; " : ", ") + candidates.back();
  }
  std::string wanted = keyText(program_, key);
  auto report = reporter_.report(span, diag::UnknownCell, program_.symbols[symbol].name, wanted);
  report.note("its cells are " + known);
  std::string nearest = nearestName(wanted, candidates);
  if (!nearest.empty() && !key.is<eval::Text>() && !key.is<eval::List>())
    report.fix(span, nearest, "change it to `" + nearest + "`");
  return Value::error();
}

Value Lowering::memberOf(const Value &object, llvm::StringRef name, Span span) {
  if (const auto *uses = object.as<eval::UsesResult>()) {
    plan::Expr expr;
    expr.node = plan::StepOutput{uses->action, name.str()};
    Labels labels;
    labels.untrusted = context_.node.valid() && state(context_.node).sawUntrusted;
    labels.untrustedAt = span;
    return evaluator_.late(std::move(expr), labels, span);
  }
  if (const auto *all = object.as<eval::NodeMap>()) {
    eval::Values cells;
    for (plan::NodeId node : nodes_[all->symbol])
      cells.push_back({eval::NodeRef{all->symbol, node}, {}});
    return name == "all" ? Value::ofList(std::move(cells)) : Value::error();
  }
  const auto *node = object.as<eval::NodeRef>();
  if (!node) return Value::error();
  if (name != "outcome") return outputOf(node->node, name, span);
  if (!need(node->node, span, false)) return Value::error();
  plan::Expr expr;
  expr.type = plan::ValueType::Outcome;
  expr.node = plan::OutcomeOf{node->node};
  return evaluator_.late(std::move(expr), {}, span);
}

/// Operands of a conjunction, or the expression itself.
static std::vector<plan::ExprId> conjuncts(const plan::Plan &plan, plan::ExprId id) {
  if (const auto *all = std::get_if<plan::AllOf>(&plan.exprs[id].node)) {
    std::vector<plan::ExprId> result;
    for (plan::ExprId operand : all->operands)
      for (plan::ExprId inner : conjuncts(plan, operand))
        result.push_back(inner);
    return result;
  }
  return {id};
}

/// A text that is equal for expressions that mean the same.
static std::string shape(const plan::Plan &plan, plan::ExprId id) {
  const plan::Expr &expr = plan.exprs[id];
  std::string text = std::to_string(expr.node.index()) + "(";
  if (const auto *literal = std::get_if<plan::Literal>(&expr.node))
    return text + literal->value.toText() + ")";
  if (const auto *context = std::get_if<plan::ContextRef>(&expr.node)) return text + context->key + ")";
  if (const auto *compare = std::get_if<plan::Compare>(&expr.node))
    return text + std::to_string(static_cast<int>(compare->op)) + shape(plan, compare->left) +
           shape(plan, compare->right) + ")";
  if (const auto *negated = std::get_if<plan::Not>(&expr.node))
    return text + shape(plan, negated->operand) + ")";
  if (const auto *any = std::get_if<plan::AnyOf>(&expr.node)) {
    for (plan::ExprId operand : any->operands)
      text += shape(plan, operand);
    return text + ")";
  }
  return text + "#" + std::to_string(id.index()) + ")";
}

/// The node being lowered uses an output of `producer`: it must not run where that was skipped.
void Lowering::checkSkipped(plan::NodeId producer, Span span) {
  const std::optional<plan::ExprId> &theirs = plan_.nodes[producer].when;
  if (!theirs || !context_.node.valid()) return;
  std::set<std::string> mine;
  const std::optional<plan::ExprId> &when = plan_.nodes[context_.node].when;
  // A condition on its outcome decides: it excludes that it was skipped, or checkOutcomes says what is wrong.
  if (when && plan::OutcomeTruth(plan_, {{producer, plan::Outcome::Skipped}}).of(*when)) return;
  if (when)
    for (plan::ExprId id : conjuncts(plan_, *when))
      mine.insert(shape(plan_, id));
  for (plan::ExprId id : conjuncts(plan_, *theirs))
    if (!mine.count(shape(plan_, id))) {
      reporter_.report(span, diag::MaybeSkipped, plan_.nodes[producer].name, plan_.nodes[context_.node].name)
          .label(plan_.exprs[id].origin, "it is skipped where this does not hold")
          .note("give `" + plan_.nodes[context_.node].name +
                "` the same `when`, or say what holds then: `… ?? other`");
      return;
    }
}

Value Lowering::outputOf(plan::NodeId node, llvm::StringRef name, Span span) {
  if (!need(node, span, context_.tolerant == 0)) return Value::error();
  auto found = state(node).outputs.find(name.str());
  if (found == state(node).outputs.end()) return Value::error();
  if (context_.tolerant == 0) checkSkipped(node, span);
  plan::OutputId id = found->second;
  const plan::Output &output = plan_.outputs[id];
  Labels labels;
  labels.untrusted = output.untrusted;
  labels.untrustedAt = output.origin;
  auto known = outputExprs_.find(id);
  if (known != outputExprs_.end()) return {eval::Late{known->second}, labels};
  plan::Expr expr;
  expr.node = plan::OutputRef{id};
  if (const auto *value = std::get_if<plan::ValueOutput>(&output.node))
    expr.type = plan_.exprs[value->value].type;
  if (std::holds_alternative<plan::ReportOutput>(output.node)) expr.type = plan::ValueType::Record;
  if (std::holds_alternative<plan::FilesOutput>(output.node)) expr.type = plan::ValueType::List;
  Value value = evaluator_.late(std::move(expr), labels, span);
  outputExprs_[id] = value.as<eval::Late>()->expr;
  return value;
}

} // namespace pipelang::lowering
