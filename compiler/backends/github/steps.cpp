#include "compiler/backends/github/steps.h"
#include "compiler/backends/github/checks.h"
#include "compiler/backends/github/pins.h"
#include "compiler/backends/github/raw.h"
#include "compiler/plan/graph.h"
#include "llvm/ADT/StringExtras.h"
#include <cassert>

namespace pipelang::backends::github {

namespace {

constexpr llvm::StringLiteral opening = "${{";
/// Holds a script that is tried again. Holes' variables begin with `PIPE_`.
constexpr const char *retriedScript = "PIPELANG_SCRIPT";

/// The value of `shell:`. GitHub runs `sh -e`, and bash with `-eo pipefail`: so does the runtime.
std::string shellOf(llvm::StringRef language) {
  if (language == "python") return "python3 {0}";
  if (language == "node") return "node {0}";
  return language.str();
}

std::string singleQuoted(llvm::StringRef text) {
  bool bare = !text.empty() && llvm::all_of(text, [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("_-./=:,@%+").contains(c);
  });
  if (bare) return text.str();
  std::string quotedText = "'";
  for (char c : text)
    quotedText += c == '\'' ? "'\\''" : std::string(1, c);
  return quotedText + "'";
}

/// A name of the environment for argument `index` that nothing else has.
std::string argumentName(std::size_t index) {
  return "PIPE_ARGUMENT_" + std::to_string(index);
}

/// What runs a script given as one argument, as GitHub's `shell:` would run it from a file.
std::string interpreterOf(llvm::StringRef shell) {
  if (shell == "sh") return "sh -e -c";
  if (shell == "bash") return "bash --noprofile --norc -e -o pipefail -c";
  return shell.startswith("python3") ? "python3 -c" : "node -e";
}

std::string seconds(Duration duration) {
  std::string text = std::to_string(duration.milliseconds / 1000);
  if (int rest = static_cast<int>(duration.milliseconds % 1000))
    text += "." + llvm::utostr(1000 + static_cast<unsigned>(rest)).substr(1);
  return text;
}

/// `timeout` exits with 124, or with 137 where the script would not end.
std::string loopOf(const plan::Retry &retry, std::optional<Duration> timeout,
                   const std::string &interpreter) {
  bool onFailure = retry.on.count(plan::Outcome::Failure),
       onTimeout = retry.on.count(plan::Outcome::TimedOut);
  std::string limit = timeout ? "timeout --kill-after=10 " + seconds(*timeout) + " " : "";
  std::string again = onFailure && onTimeout ? "true"
                      : onTimeout            ? "[ \"$status\" -eq 124 ] || [ \"$status\" -eq 137 ]"
                      : timeout              ? "[ \"$status\" -ne 124 ] && [ \"$status\" -ne 137 ]"
                                             : "true";
  std::string text = "for pause in";
  for (int attempt = 1; attempt <= retry.times; ++attempt)
    text += " " + seconds(plan::pauseAfter(retry, attempt));
  text += " last; do\n  status=0\n  " + limit + interpreter + " \"$" + retriedScript + "\" || status=$?\n";
  text += "  [ \"$status\" -ne 0 ] || exit 0\n";
  text += "  if [ \"$pause\" = last ]" + (again == "true" ? "" : " || ! { " + again + "; }") +
          "; then exit \"$status\"; fi\n";
  text +=
      "  echo \"it failed with exit $status; the next attempt in ${pause}s\" >&2\n  sleep \"$pause\"\ndone\n";
  return text;
}

class StepRenderer {
public:
  StepRenderer(const Scope &scope, const plan::Step &step) : scope_(scope), step_(step) {}

  /// The entries for one action: what it is given is validated before.
  void append(const plan::Action &action, bool only, DocumentList &steps) {
    std::vector<plan::ExprId> values;
    auto add = [&](const std::vector<plan::EnvBinding> &env) {
      for (const plan::EnvBinding &binding : env)
        values.push_back(binding.value);
    };
    add(step_.env);
    add(action.env);
    if (const auto *uses = std::get_if<plan::Uses>(&action.node)) add(uses->inputs);
    if (const auto *script = std::get_if<plan::Script>(&action.node)) add(script->env);
    if (const auto *exec = std::get_if<plan::Exec>(&action.node))
      values.insert(values.end(), exec->arguments.begin(), exec->arguments.end());
    Document entry = render(action, only);
    const Document *condition = entry.find("if");
    appendChecks(scope_, values, condition ? *condition->asString() : std::string(), steps);
    steps.push_back(std::move(entry));
  }

private:
  Document render(const plan::Action &action, bool only) {
    Document entry;
    entry.from(action.origin.valid() ? action.origin : step_.origin);
    entry.set("name", escaped(nameOf(action, only)));
    if (!action.id.empty()) entry.set("id", action.id);
    // Explicit: GitHub would put `success()` before a condition without a word.
    std::string conditions;
    for (const std::optional<plan::ExprId> &when : {step_.when, action.when})
      if (when)
        if (auto condition = renderExpression(scope_, *when, Key::StepIf))
          conditions += " && (" + *condition + ")";
    if (!conditions.empty()) entry.set("if", "success()" + conditions);
    if (step_.continueOnError || action.continueOnError) entry.set("continue-on-error", true);
    std::optional<Duration> timeout = step_.timeout;
    if (action.timeout) timeout = timeout ? std::min(*timeout, *action.timeout) : *action.timeout;
    // With retries it is an attempt's, and the loop keeps it.
    if (timeout && action.retry.times == 0)
      entry.set("timeout-minutes", wholeMinutes(scope_, *timeout, entry.origin));
    ownEnv_ = action.env;
    directory_ = step_.directory.value_or("");
    if (action.directory) directory_ += (directory_.empty() ? "" : "/") + *action.directory;
    std::visit([&](const auto &node) { fill(entry, node); }, action.node);
    if (action.retry.times > 0) tryAgain(entry, action);
    mergeRaw(scope_, step_.raw, entry);
    return entry;
  }

  std::string nameOf(const plan::Action &action, bool only) const {
    std::string name = action.title.empty() ? step_.name : action.title;
    if (only || !action.title.empty()) return name;
    const auto *uses = std::get_if<plan::Uses>(&action.node);
    return uses ? name + ": " + uses->action : name;
  }

  void fill(Document &entry, const plan::Uses &uses) {
    entry.set("uses", pinnedUses(uses.action, uses.digest, uses.version));
    Document with = renderEnv(scope_, uses.inputs, Key::StepWith);
    if (uses.action == "actions/checkout" && !with.find("persist-credentials"))
      with.set("persist-credentials", false);
    dropEmptyTexts(with);
    if (!with.asMap()->empty()) entry.set("with", with);
    Document env = environ();
    if (!env.asMap()->empty()) entry.set("env", env);
  }

  /// The step's variables, and the action's own over them.
  Document environ() const {
    Document env = renderEnv(scope_, step_.env, Key::StepEnv);
    for (const plan::EnvBinding &binding : ownEnv_)
      env.set(binding.name, renderText(scope_, binding.value, Key::StepEnv));
    return env;
  }

  /// An optional parameter that was left out: an action takes its own default for it.
  static void dropEmptyTexts(Document &with) {
    llvm::erase_if(std::get<DocumentMap>(with.node), [](const auto &entry) {
      return entry.second.asString() && entry.second.asString()->empty();
    });
  }

  void fill(Document &entry, const plan::Script &script) {
    if (llvm::StringRef(script.text).contains(opening))
      scope_.diagnostics.report(spanOf(entry), diag::GithubExpressionInScript)
          .note("a value is filled in by a hole: `#{git.commit}`")
          .note("to have these characters in the script write `$\"\"{{`");
    Document env = environ();
    for (const plan::EnvBinding &binding : script.env)
      env.set(binding.name, renderText(scope_, binding.value, Key::StepEnv));
    finish(entry, shellOf(script.language), env, script.text);
  }

  void fill(Document &entry, const plan::Exec &exec) {
    Document env = environ();
    // `exec`: a program, never what the shell itself knows by that name (`eval`, `test`, `if`, `X=1`).
    std::string command = "exec --";
    for (std::size_t i = 0; i < exec.arguments.size(); ++i) {
      command += " ";
      const plan::Expr &argument = scope_.plan.exprs[exec.arguments[i]];
      const auto *literal = std::get_if<plan::Literal>(&argument.node);
      if (literal && !llvm::StringRef(literal->value.toText()).contains(opening)) {
        command += singleQuoted(literal->value.toText());
      } else {
        env.set(argumentName(i), renderText(scope_, exec.arguments[i], Key::StepEnv));
        command += "\"$" + argumentName(i) + "\"";
      }
    }
    finish(entry, "bash", env, command);
  }

  void fill(Document &entry, const plan::Native &native) {
    scope_.diagnostics.report(spanOf(entry), diag::GithubNoBody, native.name);
  }

  void finish(Document &entry, const std::string &shell, const Document &env, llvm::StringRef text) {
    entry.set("shell", shell);
    if (!directory_.empty()) entry.set("working-directory", escaped(directory_));
    if (!env.asMap()->empty()) entry.set("env", env);
    entry.set("run", text);
  }

  /// The script as a value of the environment, and around it a loop that runs it up to so many times.
  void tryAgain(Document &entry, const plan::Action &action) {
    const Document *script = entry.find("run");
    const Document *shell = entry.find("shell");
    if (!script || !shell) return;
    std::string interpreter = interpreterOf(*shell->asString());
    Document env = entry.find("env") ? *entry.find("env") : Document::map();
    env.set(retriedScript, *script);
    entry.set("env", env);
    entry.set("run", loopOf(action.retry, action.timeout, interpreter));
    entry.set("shell", "bash");
    // `env` comes before `run`, as in every step.
    auto &map = std::get<DocumentMap>(entry.node);
    llvm::stable_sort(map,
                      [](const auto &a, const auto &b) { return (a.first == "run") < (b.first == "run"); });
  }

  Span spanOf(const Document &entry) const {
    return entry.origin.valid() ? entry.origin : scope_.current().origin;
  }

  const Scope &scope_;
  const plan::Step &step_;
  std::vector<plan::EnvBinding> ownEnv_; ///< Of the action being rendered, as all below.
  std::string directory_;
};

} // namespace

Document renderEnv(const Scope &scope, const std::vector<plan::EnvBinding> &env, Key key) {
  Document document = Document::map();
  for (const plan::EnvBinding &binding : env)
    document.set(binding.name, renderText(scope, binding.value, key));
  return document;
}

int wholeMinutes(const Scope &scope, Duration timeout, Span place) {
  constexpr std::int64_t minute = 60'000;
  std::int64_t minutes = timeout.milliseconds / minute;
  if (timeout.milliseconds % minute != 0 || minutes == 0)
    scope.diagnostics
        .report(place.valid() ? place : scope.current().origin, diag::GithubMinutes, toText(timeout))
        .note(minutes == 0 ? "write `1min`"
                           : "write `" + toText(Duration::fromMinutes(minutes)) + "` or `" +
                                 toText(Duration::fromMinutes(minutes + 1)) + "`");
  return static_cast<int>(minutes);
}

Document scriptStep(llvm::StringRef name, llvm::StringRef text, Document env) {
  assert(!text.contains(opening) && "no expression in a script, ever");
  Document entry;
  entry.set("name", name);
  entry.set("shell", "bash");
  if (env.asMap() && !env.asMap()->empty()) entry.set("env", std::move(env));
  entry.set("run", text);
  return entry;
}

void appendStep(const Scope &scope, const plan::Step &step, DocumentList &steps) {
  const std::vector<plan::Action> *body = step.bodyFor(plan::Target::Github);
  if (!body) {
    scope.diagnostics.report(step.origin.valid() ? step.origin : scope.current().origin, diag::GithubNoBody,
                             step.name);
    return;
  }
  StepRenderer renderer(scope, step);
  for (const plan::Action &action : *body)
    renderer.append(action, body->size() == 1, steps);
}

} // namespace pipelang::backends::github
