#include "compiler/driver/graph.h"
#include "fmt/format.h"

namespace pipelang::driver {

const char *kindOf(const plan::Node &node) {
  static constexpr const char *kinds[] = {"job", "gate", "deploy", "reaction"};
  static_assert(std::size(kinds) == std::variant_size_v<decltype(node.node)>);
  return kinds[node.node.index()];
}

static std::string escaped(const std::string &text, char quote) {
  std::string result;
  for (char c : text) {
    if (c == quote || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// Mermaid has no escape for a quote but its entity.
static std::string mermaidText(const std::string &text) {
  std::string result;
  for (char c : text)
    result += c == '"' ? std::string("#quot;") : std::string(1, c);
  return result;
}

std::string graphMermaid(const plan::Plan &plan) {
  // Shapes say the kind: a box, a diamond, a box with double sides, a rounded box.
  static constexpr std::pair<const char *, const char *> shapes[] = {
      {"[\"", "\"]"}, {"{\"", "\"}"}, {"[[\"", "\"]]"}, {"(\"", "\")"}};
  std::string text = "flowchart LR\n";
  for (const plan::Pipeline &pipeline : plan.pipelines) {
    text += fmt::format("  subgraph {0}[\"{0}\"]\n", pipeline.name);
    for (plan::NodeId id : pipeline.nodes) {
      const plan::Node &node = plan.nodes[id];
      auto [open, close] = shapes[node.node.index()];
      text += fmt::format("    n{}{}{}{}\n", id.index(), open, mermaidText(node.name), close);
    }
    for (plan::NodeId id : pipeline.nodes)
      for (plan::NodeId need : plan.nodes[id].needs)
        text += fmt::format("    n{} --> n{}\n", need.index(), id.index());
    text += "  end\n";
  }
  return text;
}

std::string graphDot(const plan::Plan &plan) {
  static constexpr const char *shapes[] = {"box", "diamond", "box3d", "note"};
  std::string text = "digraph {\n  rankdir=LR\n  node [fontname=\"sans-serif\"]\n";
  for (const plan::Pipeline &pipeline : plan.pipelines) {
    text += fmt::format("  subgraph \"cluster_{0}\" {{\n    label=\"{0}\"\n", escaped(pipeline.name, '"'));
    for (plan::NodeId id : pipeline.nodes) {
      const plan::Node &node = plan.nodes[id];
      text += fmt::format("    n{} [label=\"{}\" shape={}]\n", id.index(), escaped(node.name, '"'),
                          shapes[node.node.index()]);
    }
    for (plan::NodeId id : pipeline.nodes)
      for (plan::NodeId need : plan.nodes[id].needs)
        text += fmt::format("    n{} -> n{}\n", need.index(), id.index());
    text += "  }\n";
  }
  return text + "}\n";
}

} // namespace pipelang::driver
