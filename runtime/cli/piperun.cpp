#include "compiler/driver/version.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/gate_result.h"
#include "runtime/cli/past_run.h"
#include "runtime/cli/remote_cache.h"
#include "runtime/exec/observer.h"
#include "runtime/exec/slots.h"
#include "runtime/host/guardian.h"
#include "runtime/host/host.h"
#include "llvm/ADT/STLExtras.h"
#include <cstdio>
#include <filesystem>
#include <set>
#include <unistd.h>

namespace pipelang::cli {
namespace {

std::vector<Option> runOptions(std::vector<Option> more) {
  std::vector<Option> options = {
      {"--param", "", "NAME=VALUE", "the value of a `param`"},
      {"--event", "", "EVENT", "what started the run (push, or the pipeline's first)"},
      {"--branch", "", "NAME", "the branch it is about (git's)"},
      {"--secrets", "", "FILE",
       "NAME=VALUE lines, or a folder of files; else PIPE_SECRET_NAME in the environment"},
      {"--secret-command", "", "CMD", "prints the secret that `{}` names: 'pass show ci/{}'"},
      {"--jobs", "-j", "N", "how many run at once (processors)"},
      {"--jobserver", "", "", "steps that call make share these, by MAKEFLAGS"},
      {"--sandbox", "", "", "steps see what they declare and nothing else (bubblewrap)"},
      {"--in-place", "", "", "jobs work in the project itself: quick, and not as on a clean runner"},
      {"--keep-work", "", "", "leave the working directories for looking at"},
      {"--fresh", "", "", "pure jobs run too, whatever the cache has"},
      {"--verbose", "-v", "", "what every step prints, on a terminal too"},
      {"--format", "", "FMT", "text, or json: an event a line (docs/events.md)", {"text", "json"}},
  };
  std::vector<Option> reports = reportOptions();
  llvm::append_range(reports, remoteCacheOptions());
  llvm::erase_if(options, [&](const Option &option) { // one of `more` stands in its place
    return llvm::any_of(more, [&](const Option &other) { return other.name == option.name; });
  });
  options.push_back({"--events", "", "FILE", "each event as a line of FILE, as it happens (docs/events.md)"});
  options.insert(options.end(), reports.begin(), reports.end());
  options.insert(options.begin(), more.begin(), more.end());
  return options;
}

/// What is given at the start of a run cannot be given again.
std::vector<Option> resumeOptions() {
  std::vector<Option> options;
  for (Option &option : runOptions({}))
    if (option.name != std::string("--param") && option.name != std::string("--event") &&
        option.name != std::string("--branch") && option.name != std::string("--in-place"))
      options.push_back(std::move(option));
  return options;
}

/// Of `pause`, `promote` and `abort`.
std::vector<Option> controlOptions() {
  return {{"--reason", "", "TEXT", "why, for the journal"},
          {"--actor", "", "NAME", "who, instead of your user's name"}};
}

Option formatOption() {
  return {"--format", "", "FMT", "text, or json for programs (docs/reports.md)", {"text", "json"}};
}

int observedCommand(const Parsed &parsed) {
  return exec::observedMain(parsed.arguments);
}

} // namespace

const Program &piperunProgram() {
  static const Program program{
      "piperun",
      driver::version,
      "piperun runs pipelines written in .pipe on this machine: jobs, services, gates, deployments.",
      {
          {"", "FILE [PIPELINE]", "the same as `run`",
           runOptions(
               {{"--job", "", "JOB", "only this job (or matrix, gate) and what it needs; may be repeated"},
                {"--watch", "", "", "then waits, and runs again what a saved file touches"},
                {"--dry-run", "", "", "what would run, in order; nothing is done"}}),
           1, 2, "", true},
          {"run", "FILE [PIPELINE]", "runs a pipeline; FILE is a .pipe file or a Plan as JSON",
           runOptions(
               {{"--job", "", "JOB", "only this job (or matrix, gate) and what it needs; may be repeated"},
                {"--watch", "", "", "then waits, and runs again what a saved file touches"},
                {"--dry-run", "", "", "what would run, in order; nothing is done"}}),
           1, 2},
          {"gate", "FILE GATE", "one gate, after the jobs whose reports it reads",
           runOptions({gateFormatOption(),
                       {"--inputs", "", "DIR", "nothing runs: their outputs are in DIR (docs/github.md)"}}),
           2, 2},
          {"deploy", "FILE NAME", "one deployment, after all it needs",
           runOptions({{"--plan", "", "", "its effects, in order; nothing is done"},
                       {"--inputs", "", "DIR", "nothing else runs: outputs of jobs are in DIR"}}),
           2, 2},
          {"resume", "[RUN]", "goes on with a run that was interrupted or failed: what is done stays done",
           resumeOptions(), 0, 1},
          {"why", "[JOB [RUN]]", "why a job (each) ran, was skipped, or came from the cache", {}, 0, 2},
          {"explain",
           "JOB [RUN]",
           "what a pure job's result depends on, part by part, and what of it changed",
           {},
           1,
           2},
          {"cache", "stats", "how much the cache holds", {}, 1, 1},
          {"clean",
           "",
           "removes old runs, what killed runs left, and what of the cache nobody used",
           {{"--all", "", "", "all runs, and the whole cache"}},
           0,
           0},
          {"status",
           "[RUN]",
           "how a run went or goes (the last), and what is deployed here",
           {formatOption()},
           0,
           1},
          {"logs",
           "[RUN]",
           "what the steps of a run printed",
           {{"--job", "", "JOB", "only of this job"},
            {"--failed", "", "", "only of steps that did not succeed"},
            {"--follow", "-f", "", "of a run that goes on: what comes, until it is over"},
            formatOption()},
           0,
           1},
          {"history",
           "",
           "the runs of this project",
           {{"--limit", "-n", "N", "at most this many (20)"}, formatOption()},
           0,
           0},
          {"report", "[RUN]", "a run as a page, whose path is printed; or for other programs",
           reportCommandOptions(), 0, 1},
          {"pause", "[RUN]", "the deployments of a run that goes on hold before their next phase",
           controlOptions(), 0, 1},
          {"promote", "[RUN]", "they go on; while traffic is watched: it is judged now", controlOptions(), 0,
           1},
          {"abort", "[RUN]", "they go back to how it was", controlOptions(), 0, 1},
          {"rollback", "[NAME]", "a deployment here goes back to the version that is still warm", {}, 0, 1},
          {"down", "[NAME]", "stops deployments here: versions, services, supervisor", {}, 0, 1},
          {"doctor", "", "what of this machine runs need, and what is missing", {}, 0, 0},
          {"supervise", "DIRECTORY", "keeps a deployment alive", {}, 1, 1, "", true},
          {"observed", "DESCRIPTOR PROGRAM", "a step in its sandbox", {}, 2, SIZE_MAX, "", true},
      },
      {
          {"--help", "-h", "", "help, also for one command"},
          {"--version", "-V", "", "the version"},
          {"--color",
           "",
           "WHEN",
           "colours (auto: on a terminal, unless NO_COLOR is set)",
           {"auto", "always", "never"}},
          {"--quiet", "-q", "", "only what failed, and how it ended"},
      }};
  static const Program whole = withCommandsAboutItself(program);
  return whole;
}

int fail(int status, const std::string &message) {
  std::fputs(("error: " + message + "\n").c_str(), stderr); // it may be closed: that is no error of its own
  return status;
}

std::string findState() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path here = fs::current_path(error);
  for (fs::path folder = here; !error; folder = folder.parent_path()) {
    if (fs::is_directory(folder / ".piperun", error)) return (folder / ".piperun").string();
    if (folder == folder.parent_path()) break;
  }
  return (here / ".piperun").string();
}

std::string programPath() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

int piperunMain(llvm::ArrayRef<std::string> words) {
  exec::surroundingJobserver(); // its descriptors are told from ours before we have any
  const Program &program = piperunProgram();
  llvm::Expected<Parsed> parsed = parse(program, words);
  if (!parsed) return fail(wrongUsage, llvm::toString(parsed.takeError()));
  llvm::Expected<std::optional<std::string>> about = aboutItself(program, *parsed);
  if (!about) return fail(wrongUsage, llvm::toString(about.takeError()));
  if (*about) {
    fmt::print("{}", **about);
    return words.empty() ? wrongUsage : success;
  }
  static const std::map<std::string, int (*)(const Parsed &)> commands = {{"", runCommand},
                                                                          {"run", runCommand},
                                                                          {"gate", gateCommand},
                                                                          {"deploy", deployCommand},
                                                                          {"resume", resumeCommand},
                                                                          {"why", whyCommand},
                                                                          {"explain", explainCommand},
                                                                          {"cache", cacheCommand},
                                                                          {"clean", cleanCommand},
                                                                          {"status", statusCommand},
                                                                          {"logs", logsCommand},
                                                                          {"history", historyCommand},
                                                                          {"report", reportCommand},
                                                                          {"pause", pauseCommand},
                                                                          {"promote", promoteCommand},
                                                                          {"abort", abortCommand},
                                                                          {"rollback", rollbackCommand},
                                                                          {"down", downCommand},
                                                                          {"doctor", doctorCommand},
                                                                          {"supervise", superviseCommand},
                                                                          {"observed", observedCommand}};
  static const std::set<std::string> guarded = {"", "run", "gate", "deploy", "resume"};
  if (parsed->has("--watch") && !parsed->has("--dry-run")) return watchCommand(*parsed);
  if (guarded.count(parsed->command->name) > 0 && !parsed->has("--dry-run") && !parsed->has("--inputs") &&
      !parsed->has("--plan"))
    host::forkUnderGuardian();
  return commands.at(parsed->command->name)(*parsed);
}

} // namespace pipelang::cli
