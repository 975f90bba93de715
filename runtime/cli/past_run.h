// Runs that are recorded, and the reports made of them: for the commands that look back.
#pragma once

#include "compiler/support/command_line.h"
#include "runtime/store/journal.h"
#include "runtime/store/runs.h"
#include <optional>

namespace pipelang::cli {

struct PastRun {
  std::string id;
  store::RunFolder folder;
  std::vector<store::Event> events;
};

/// The run that the first argument names, or the last. Empty where a message was printed and `status` set.
std::optional<PastRun> pastRun(const Parsed &parsed, int &status);

/// Whether a runner works on it.
bool isRunning(const store::RunFolder &folder);
/// `success`, …; where it never ended: `running`, or `killed`: its runner was.
std::string outcomeWord(const std::optional<plan::Outcome> &outcome, const store::RunFolder &folder);

/// `--html`, `--junit`, `--trace`, `--otlp`: of `run` and `report`.
std::vector<Option> reportOptions();
/// Those, and what only `report` has.
std::vector<Option> reportCommandOptions();

/// Writes the reports that the options name, from the journal in `folder`. Returns the exit status: a file
/// that cannot be written is an error, a collector that cannot be reached is a warning.
int writeReports(const Parsed &parsed, const store::RunFolder &folder);

} // namespace pipelang::cli
