#include "compiler/plan/spell.h"
#include "compiler/plan/names.h"
#include "fmt/format.h"

namespace pipelang::plan {
namespace {

std::string quoted(llvm::StringRef text) {
  std::string out = "\"";
  for (char c : text.take_front(60)) {
    if (c == '\n')
      out += "\\n";
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else
      out += c;
  }
  return out + (text.size() > 60 ? "…\"" : "\"");
}

struct Spell {
  const Plan &plan;
  unsigned depth; ///< Levels that may still be written.

  std::string say(ExprId id) const {
    if (depth == 0) return "…";
    return std::visit(Spell{plan, depth - 1}, plan.exprs[id].node);
  }
  std::string join(const std::vector<ExprId> &ids, const char *between) const {
    std::string text;
    for (ExprId id : ids)
      text += (text.empty() ? "" : between) + say(id);
    return text;
  }

  std::string operator()(const Literal &literal) const {
    auto *text = std::get_if<std::string>(&literal.value.node);
    return text ? quoted(*text) : literal.value.toText();
  }
  std::string operator()(const ContextRef &context) const { return context.key; }
  std::string operator()(const SecretRef &secret) const {
    return "secret " + plan.secrets[secret.secret].name;
  }
  std::string operator()(const ParamRef &param) const { return plan.params[param.param].name; }
  std::string operator()(const OutputRef &ref) const {
    const Output &output = plan.outputs[ref.output];
    return plan.nodes[output.job].name + "." + output.name;
  }
  std::string operator()(const StepOutput &output) const { return output.action + "." + output.name; }
  std::string operator()(const ServicePort &port) const { return plan.services[port.service].name + ".port"; }
  std::string operator()(const OutcomeOf &outcome) const {
    return plan.nodes[outcome.node].name + ".outcome";
  }
  std::string operator()(const Metric &metric) const {
    return fmt::format("slo.{}({})", metric.name, plan.nodes[metric.deployment].name);
  }
  std::string operator()(const FieldOf &field) const { return say(field.object) + "." + field.field; }
  std::string operator()(const Concat &concat) const {
    std::string text;
    for (ExprId part : concat.parts) {
      auto *literal = std::get_if<Literal>(&plan.exprs[part].node);
      text += literal ? literal->value.toText() : "#{" + say(part) + "}";
    }
    return '"' + text + '"';
  }
  std::string operator()(const Compare &compare) const {
    return fmt::format("{} {} {}", say(compare.left), nameOf(compare.op), say(compare.right));
  }
  std::string operator()(const AllOf &all) const {
    return all.operands.empty() ? "true" : "(" + join(all.operands, " and ") + ")";
  }
  std::string operator()(const AnyOf &any) const {
    return any.operands.empty() ? "false" : "(" + join(any.operands, " or ") + ")";
  }
  std::string operator()(const Not &negation) const { return "not (" + say(negation.operand) + ")"; }
  std::string operator()(const Conditional &conditional) const {
    return fmt::format("(if {} then {} else {})", say(conditional.condition), say(conditional.thenValue),
                       say(conditional.elseValue));
  }
  std::string operator()(const Apply &apply) const {
    return fmt::format("{}({})", apply.function, join(apply.arguments, ", "));
  }
  std::string operator()(const ByTarget &targets) const {
    std::string text;
    if (targets.github) text += "on github " + say(*targets.github);
    if (targets.local) text += (text.empty() ? "on local " : ", on local ") + say(*targets.local);
    return "(" + text + ")";
  }
};

} // namespace

std::string spell(const Plan &plan, ExprId expr) {
  return Spell{plan, 8}.say(expr);
}

} // namespace pipelang::plan
