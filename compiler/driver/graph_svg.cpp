#include "compiler/driver/graph.h"
#include "compiler/plan/graph.h"
#include "fmt/format.h"
#include <algorithm>

namespace pipelang::driver {
namespace {

// All lengths in CSS pixels.
constexpr int boxHeight = 44;
constexpr int columnGap = 56;
constexpr int rowGap = 18;
constexpr int margin = 24;
constexpr int titleHeight = 34;
constexpr int letterWidth = 8;

struct Box {
  plan::NodeId node;
  int column = 0;
  int row = 0;
  int x = 0;
  int y = 0;
  int width = 0;
};

std::string xml(const std::string &text) {
  std::string result;
  for (char c : text) {
    switch (c) {
    case '<': result += "&lt;"; break;
    case '>': result += "&gt;"; break;
    case '&': result += "&amp;"; break;
    case '"': result += "&quot;"; break;
    default: result += c;
    }
  }
  return result;
}

/// Nodes of one pipeline: each in the column after the last of those it needs, rows in the order written.
std::map<plan::NodeId, Box> layOut(const plan::Plan &plan, const plan::Pipeline &pipeline) {
  std::map<plan::NodeId, Box> boxes;
  std::map<int, int> rows, widths;
  for (plan::NodeId id : plan::topologicalOrder(plan, pipeline)) {
    Box box{id};
    for (plan::NodeId need : plan.nodes[id].needs)
      box.column = std::max(box.column, boxes[need].column + 1);
    box.row = rows[box.column]++;
    box.width = std::max(90, static_cast<int>(plan.nodes[id].name.size()) * letterWidth + 28);
    widths[box.column] = std::max(widths[box.column], box.width);
    boxes[id] = box;
  }
  for (auto &[id, box] : boxes) {
    box.x = margin;
    for (int column = 0; column < box.column; ++column)
      box.x += widths[column] + columnGap;
    box.width = widths[box.column];
    box.y = box.row * (boxHeight + rowGap);
  }
  return boxes;
}

std::string edge(const Box &from, const Box &to, int top) {
  int x1 = from.x + from.width, y1 = top + from.y + boxHeight / 2;
  int x2 = to.x - 6, y2 = top + to.y + boxHeight / 2;
  int bend = columnGap / 2;
  return fmt::format("<path d=\"M{} {}C{} {} {} {} {} {}\"/>\n", x1, y1, x1 + bend, y1, x2 - bend, y2, x2,
                     y2);
}

std::string box(const plan::Plan &plan, const Box &box, int top) {
  const plan::Node &node = plan.nodes[box.node];
  int middle = box.x + box.width / 2;
  return fmt::format(
      "<g class=\"{0}\"><rect x=\"{1}\" y=\"{2}\" width=\"{3}\" height=\"{4}\" rx=\"8\"/>"
      "<text x=\"{5}\" y=\"{6}\">{7}</text><text class=\"kind\" x=\"{5}\" y=\"{8}\">{0}</text></g>\n",
      kindOf(node), box.x, top + box.y, box.width, boxHeight, middle, top + box.y + 19, xml(node.name),
      top + box.y + 34);
}

constexpr const char *styles = R"(<style>
svg { background: #fff; font: 13px ui-sans-serif, system-ui, sans-serif }
text { text-anchor: middle; fill: #1b1f24 } .title { text-anchor: start; font-weight: 600; font-size: 15px }
.kind { font-size: 10px; fill: #656d76 }
rect { fill: #f6f8fa; stroke: #8c959f; stroke-width: 1.2 }
.gate rect { fill: #fff8e1; stroke: #bf8700 } .deploy rect { fill: #e6f6ea; stroke: #1a7f37 }
.reaction rect { fill: #f3effc; stroke: #8250df; stroke-dasharray: 4 3 }
path { fill: none; stroke: #8c959f; stroke-width: 1.4; marker-end: url(#arrow) } marker path { fill: #8c959f; marker-end: none }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117 } text { fill: #e6edf3 } .kind { fill: #8d96a0 }
rect { fill: #161b22; stroke: #6e7681 } .gate rect { fill: #2b2111; stroke: #d29922 }
.deploy rect { fill: #12261e; stroke: #3fb950 } .reaction rect { fill: #1e1733; stroke: #a371f7 } }
</style>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
)";

} // namespace

std::string graphSvg(const plan::Plan &plan) {
  std::string body;
  int top = margin, width = 0;
  for (const plan::Pipeline &pipeline : plan.pipelines) {
    auto boxes = layOut(plan, pipeline);
    body += fmt::format("<text class=\"title\" x=\"{}\" y=\"{}\">{}</text>\n", margin, top + 14,
                        xml(pipeline.name));
    top += titleHeight;
    int height = 0;
    for (const auto &[id, target] : boxes) {
      for (plan::NodeId need : plan.nodes[id].needs)
        body += edge(boxes[need], target, top);
      height = std::max(height, target.y + boxHeight);
      width = std::max(width, target.x + target.width + margin);
    }
    for (const auto &[id, one] : boxes)
      body += box(plan, one, top);
    top += height + margin;
  }
  width = std::max(width, 2 * margin + 120);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "role=\"img\" aria-label=\"pipelines of {2}\">\n{3}{4}</svg>\n",
      width, top, xml(plan.name), styles, body);
}

} // namespace pipelang::driver
