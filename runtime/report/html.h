// The parts of the HTML page; html.cpp puts them together. Each returns markup, and nothing where there is
// nothing to show.
#pragma once

#include "runtime/report/export.h"

namespace pipelang::report::html {

extern const char style[];  ///< The page's CSS.
extern const char script[]; ///< Its few lines of JavaScript: nothing is lost without them.

/// What the eye needs to tell outcomes apart without colours, and the class that colours them.
struct Badge {
  const char *symbol;
  const char *word; ///< For people: `timed out`
  const char *name; ///< Of the CSS class: `good`, `bad`, `warn`, `dim`, `run`
};
Badge badgeOf(const std::optional<plan::Outcome> &outcome);
Badge badgeOfVerdict(llvm::StringRef verdict);
/// `<span class="badge good">✓ success</span>`
std::string badge(const Badge &badge);
std::string badge(const Badge &badge, llvm::StringRef word);

/// The place of `node` on the page: `node-3`.
std::string anchorOf(const RunRecord &record, const NodeRecord &node);

/// `340 ms`, `3.2 s`, `4 min 10 s`
std::string shortTime(std::int64_t milliseconds);

std::string timeline(const RunRecord &record);
/// Every gate with its requirements.
std::string gates(const RunRecord &record);
/// Requirements as a table: what was found, the bound, and how far apart they are.
std::string checks(const std::vector<store::Checked> &checks);
std::string deployments(const RunRecord &record);
/// Jobs with their steps and logs.
std::string nodes(const RunRecord &record, const store::RunFolder &folder);
/// A log's text: its colours kept, everything else that is no text left out.
std::string logText(llvm::StringRef text);

} // namespace pipelang::report::html
