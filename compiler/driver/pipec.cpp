#include "compiler/driver/commands.h"
#include "compiler/driver/version.h"
#include "fmt/format.h"
#include <cstdio>

namespace pipelang::driver {

static std::vector<cli::Option> withReport(std::vector<cli::Option> options) {
  options.push_back({"--format", "", "FMT", "how diagnostics are written (text)", {"text", "json", "sarif"}});
  options.push_back({"--param", "", "NAME=VALUE", "the value of a `param`"});
  return options;
}

const cli::Program &pipecProgram() {
  static const cli::Option dump{
      "--dump", "", "PHASE", "show what a phase made, for developers", {"ast", "sema", "plan"}};
  static const cli::Option shellcheck{"--shellcheck", "", "", "ShellCheck's findings in shell scripts, too"};
  static const cli::Option show{"--show",
                                "",
                                "WHAT",
                                "what is known when, where labels go, or what is raw",
                                {"times", "labels", "declassified", "raw"}};
  static const cli::Option fix{"--fix", "", "", "do what messages offer as a fix, then report what is left"};
  static const cli::Option diff{"--diff", "", "", "with --fix: write nothing, show what would change"};
  static const cli::Program program{
      "pipec",
      version,
      "pipec checks pipelines written in .pipe and compiles them to the files of their targets.",
      {
          {"",
           "FILE…",
           "the same as `check`",
           withReport({dump, show, fix, diff, shellcheck}),
           1,
           SIZE_MAX,
           {},
           true},
          {"check", "FILE…", "every mistake in every file", withReport({fix, diff, show, dump, shellcheck}),
           1},
          {"build", "FILE…", "write what the files' `emit` lines say",
           withReport({{"--target", "", "T", "only this target's files", {"github", "kubernetes", "file"}},
                       {"--out", "", "DIR", "where paths start (the file's own folder)"},
                       {"--check", "", "", "write nothing; exit 1 where files on disk differ"},
                       {"--force", "", "", "replace files that pipec did not write"}}),
           1},
          {"plan", "FILE", "what a file means: what runs, in which order",
           withReport({{"--json", "", "", "the whole Plan, for tools (docs/plan.md)"}}), 1, 1},
          {"graph",
           "FILE",
           "the pipelines as a picture",
           {{"--format", "", "FMT", "its form (mermaid)", {"mermaid", "dot", "svg"}},
            {"--param", "", "NAME=VALUE", "the value of a `param`"}},
           1,
           1},
          {"fmt",
           "FILE…|-",
           "put files into their canonical form; `-` is standard input, written to the output",
           {{"--check", "", "", "write nothing; list the files that are not in it, exit 1 if there are any"},
            {"--diff", "", "", "write nothing; show what would change"},
            {"--format", "", "FMT", "how diagnostics are written (text)", {"text", "json", "sarif"}}},
           1},
          {"lock", "FILE", "pin the files that a program imports, in pipe.lock",
           withReport({{"--check", "", "", "write nothing; exit 1 where pipe.lock would change"}}), 1, 1},
          {"test",
           "FILE…",
           "runs the files' tests, simulations included",
           {{"--filter", "", "TEXT", "only tests whose name holds TEXT"},
            {"--update", "", "", "write snapshots anew instead of comparing with them"},
            {"--format", "", "FMT", "how results are written (text)", {"text", "json", "junit"}},
            {"--param", "", "NAME=VALUE", "the value of a `param`"}},
           1},
          {"explain", "[CODE]", "the page of a diagnostic; without a code, the list", {}, 0, 1},
          {"locate", "FILE:LINE", "the .pipe line behind a line of a written file", {}, 1, 1},
      },
      {
          {"--help", "-h", "", "help, also for one command"},
          {"--version", "-V", "", "the version"},
          {"--color",
           "",
           "WHEN",
           "colours (auto: on a terminal, unless NO_COLOR is set)",
           {"auto", "always", "never"}},
          {"--quiet", "-q", "", "nothing but diagnostics"},
      }};
  static const cli::Program whole = cli::withCommandsAboutItself(program);
  return whole;
}

void printError(const std::string &message) {
  fmt::print(stderr, "error: {}\n", message);
}

static int usageError(const std::string &message) {
  printError(message);
  return 2;
}

int pipecMain(llvm::ArrayRef<std::string> words) {
  const cli::Program &program = pipecProgram();
  auto parsed = cli::parse(program, words);
  if (!parsed) return usageError(llvm::toString(parsed.takeError()));
  auto about = cli::aboutItself(program, *parsed);
  if (!about) return usageError(llvm::toString(about.takeError()));
  if (*about) return fmt::print("{}", **about), words.empty() ? 2 : 0;
  static const std::map<std::string, int (*)(const cli::Parsed &)> commands = {
      {"", checkCommand},          {"check", checkCommand},   {"build", buildCommand},
      {"plan", planCommand},       {"graph", graphCommand},   {"fmt", fmtCommand},
      {"explain", explainCommand}, {"locate", locateCommand}, {"test", testCommand},
      {"lock", lockCommand}};
  return commands.at(parsed->command->name)(*parsed);
}

} // namespace pipelang::driver
