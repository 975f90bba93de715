#include "compiler/backends/github/uses.h"

namespace pipelang::backends::github {

namespace {

struct Collector {
  const plan::Plan &plan;
  Used &used;

  void walk(plan::ExprId id) { std::visit(*this, plan.exprs[id].node); }
  void walk(const std::vector<plan::ExprId> &ids) {
    for (plan::ExprId id : ids)
      walk(id);
  }

  void operator()(const plan::Literal &) {}
  void operator()(const plan::ContextRef &) {}
  void operator()(const plan::SecretRef &) {}
  void operator()(const plan::ParamRef &) {}
  void operator()(const plan::StepOutput &) {}
  void operator()(const plan::ServicePort &) {}
  void operator()(const plan::Metric &) {}
  void operator()(const plan::OutputRef &reference) { used.outputs.insert(reference.output); }
  void operator()(const plan::OutcomeOf &reference) { used.outcomes.insert(reference.node); }
  void operator()(const plan::FieldOf &field) { walk(field.object); }
  void operator()(const plan::Concat &concat) { walk(concat.parts); }
  void operator()(const plan::Compare &compare) {
    walk(compare.left);
    walk(compare.right);
  }
  void operator()(const plan::AllOf &all) { walk(all.operands); }
  void operator()(const plan::AnyOf &any) { walk(any.operands); }
  void operator()(const plan::Not &negation) { walk(negation.operand); }
  void operator()(const plan::Conditional &conditional) {
    walk(conditional.condition);
    walk(conditional.thenValue);
    walk(conditional.elseValue);
  }
  void operator()(const plan::Apply &apply) { walk(apply.arguments); }
  void operator()(const plan::ByTarget &byTarget) {
    if (byTarget.github) walk(*byTarget.github);
  }
};

} // namespace

void Used::add(const plan::Plan &plan, plan::ExprId root) {
  Collector{plan, *this}.walk(root);
}

} // namespace pipelang::backends::github
