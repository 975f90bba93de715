// A plan's pipelines as a picture.
#pragma once

#include "compiler/plan/plan.h"
#include <string>

namespace pipelang::driver {

/// Mermaid `flowchart LR`, one subgraph a pipeline.
std::string graphMermaid(const plan::Plan &plan);
/// Graphviz, one cluster a pipeline.
std::string graphDot(const plan::Plan &plan);
/// A self-contained SVG: nodes in columns after all they need, one band a pipeline; light and dark.
std::string graphSvg(const plan::Plan &plan);

/// The kind of a node, in a word: `job`, `gate`, `deploy`, `reaction`.
const char *kindOf(const plan::Node &node);

} // namespace pipelang::driver
