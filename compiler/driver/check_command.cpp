// `pipec check`, `pipec plan`, `pipec graph` and `--dump`.
#include "compiler/driver/commands.h"
#include "compiler/driver/graph.h"
#include "compiler/driver/raw_list.h"
#include "compiler/driver/session.h"
#include "compiler/driver/show.h"
#include "compiler/plan/json.h"
#include "fmt/format.h"

namespace pipelang::driver {

static std::string dumped(const Compilation &compilation, llvm::StringRef phase) {
  const sema::Module &root = compilation.program.modules.front();
  if (phase == "ast") return ast::dump(*root.tree, compilation.sources[root.tree->file]);
  if (phase == "sema") return sema::dump(compilation.program);
  return plan::toJson(compilation.plan);
}

int checkCommand(const cli::Parsed &parsed) {
  if (parsed.has("--fix")) return fixCommand(parsed);
  if (parsed.has("--diff")) return printError("`--diff` shows what `--fix` would do; give both"), 2;
  int worst = 0;
  for (const std::string &path : parsed.arguments) {
    int status = 0;
    auto compilation = compileAndReport(parsed, path, status, Emits::Checked);
    worst = std::max(worst, status);
    if (compilation && parsed.value("--show") == "raw")
      fmt::print("{}", listRaw(*compilation));
    else if (compilation && parsed.has("--show"))
      fmt::print("{}", shown(*compilation, parsed.value("--show"), formatOf(parsed) == Format::Json));
    if (compilation && parsed.has("--dump")) fmt::print("{}", dumped(*compilation, parsed.value("--dump")));
  }
  return worst;
}

int planCommand(const cli::Parsed &parsed) {
  int status = 0;
  auto compilation = compileAndReport(parsed, parsed.arguments[0], status);
  if (status == 0)
    fmt::print("{}",
               parsed.has("--json") ? plan::toJson(compilation->plan) : plan::describe(compilation->plan));
  return status;
}

int graphCommand(const cli::Parsed &parsed) {
  int status = 0;
  auto compilation = compileAndReport(parsed, parsed.arguments[0], status);
  if (status != 0) return status;
  std::string form = parsed.value("--format", "mermaid");
  fmt::print("{}", form == "svg"   ? graphSvg(compilation->plan)
                   : form == "dot" ? graphDot(compilation->plan)
                                   : graphMermaid(compilation->plan));
  return 0;
}

} // namespace pipelang::driver
