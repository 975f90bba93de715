#include "compiler/backends/github/steps.h"
#include "compiler/backends/github/checks.h"
#include "compiler/backends/github/pins.h"
#include "llvm/ADT/StringExtras.h"
#include <cassert>

namespace pipelang::backends::github {

namespace {

constexpr llvm::StringLiteral opening = "${{";

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
    if (step_.when)
      if (auto condition = renderExpression(scope_, *step_.when, Key::StepIf))
        entry.set("if", "success() && (" + *condition + ")");
    if (step_.continueOnError) entry.set("continue-on-error", true);
    if (step_.timeout) entry.set("timeout-minutes", wholeMinutes(scope_, *step_.timeout, step_.origin));
    std::visit([&](const auto &node) { fill(entry, node); }, action.node);
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
    Document env = renderEnv(scope_, step_.env, Key::StepEnv);
    if (!env.asMap()->empty()) entry.set("env", env);
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
          .note("to have these characters in the script write `$\"\"{{`");
    Document env = renderEnv(scope_, step_.env, Key::StepEnv);
    for (const plan::EnvBinding &binding : script.env)
      env.set(binding.name, renderText(scope_, binding.value, Key::StepEnv));
    finish(entry, shellOf(script.language), env, script.text);
  }

  void fill(Document &entry, const plan::Exec &exec) {
    Document env = renderEnv(scope_, step_.env, Key::StepEnv);
    std::string command;
    for (std::size_t i = 0; i < exec.arguments.size(); ++i) {
      command += i ? " " : "";
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
    if (step_.directory) entry.set("working-directory", escaped(*step_.directory));
    if (!env.asMap()->empty()) entry.set("env", env);
    entry.set("run", text);
  }

  Span spanOf(const Document &entry) const {
    return entry.origin.valid() ? entry.origin : scope_.current().origin;
  }

  const Scope &scope_;
  const plan::Step &step_;
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
