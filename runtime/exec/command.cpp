#include "runtime/exec/command.h"
#include "fmt/format.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA1.h"
#include <pwd.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

/// Linux takes at most 128 KiB in one argument; longer scripts go through a file.
constexpr std::size_t longestArgument = 96 * 1024;

llvm::Error cannot(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), why);
}

/// Interpreter and its options; the script's file or `-c` and its text follow.
std::optional<std::vector<std::string>> interpreterOf(llvm::StringRef language) {
  if (language == "sh") return std::vector<std::string>{"/bin/sh", "-e"};
  if (language == "bash")
    return std::vector<std::string>{"/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail"};
  if (language == "python") return std::vector<std::string>{"python3"};
  if (language == "node") return std::vector<std::string>{"node"};
  return std::nullopt;
}

llvm::Expected<std::vector<std::string>> scriptArguments(const plan::Script &script, host::Files &files,
                                                         llvm::StringRef folder) {
  std::optional<std::vector<std::string>> argv = interpreterOf(script.language);
  if (!argv) return cannot(fmt::format("scripts in `{}` cannot run here", script.language));
  const bool isShell = script.language == "sh" || script.language == "bash";
  if (isShell && script.text.size() <= longestArgument) {
    argv->insert(argv->end(), {"-c", script.text});
    return *argv;
  }
  // A file: these interpreters show the lines of a failing script only if they can read it.
  const auto digest = llvm::SHA1::hash(llvm::arrayRefFromStringRef(script.text));
  const std::string path = fmt::format("{}/script-{}", folder.str(), llvm::toHex(digest, true));
  if (llvm::Error error = files.write(path, script.text)) return error;
  argv->push_back(path);
  return *argv;
}

llvm::Expected<std::vector<std::string>> programArguments(const plan::Plan &plan, const plan::Exec &exec,
                                                          plan::Facts &facts) {
  std::vector<std::string> argv;
  for (const plan::ExprId argument : exec.arguments) {
    llvm::Expected<std::string> text = textOf(plan, argument, facts);
    if (!text) return text.takeError();
    argv.push_back(std::move(*text));
  }
  return argv;
}

std::string userName() {
  const passwd *entry = ::getpwuid(::geteuid());
  return entry ? entry->pw_name : std::to_string(::geteuid());
}

} // namespace

host::Environ baseEnvironment(llvm::StringRef home, llvm::StringRef temporary, llvm::StringRef marker) {
  static const std::string user = userName();
  return {{"CI", "true"},
          {"HOME", home.str()},
          {"LANG", "C.UTF-8"},
          {"LOGNAME", user},
          {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
          {"PIPELANG", "1"},
          {markerName, marker.str()},
          {"SHELL", "/bin/sh"},
          {"TMPDIR", temporary.str()},
          {"USER", user}};
}

llvm::Expected<std::string> textOf(const plan::Plan &plan, plan::ExprId expr, plan::Facts &facts) {
  llvm::Expected<plan::Value> value = plan::evaluate(plan, expr, plan::Target::Local, facts);
  if (!value) return value.takeError();
  return value->toText();
}

llvm::Expected<bool> holds(const plan::Plan &plan, const std::optional<plan::ExprId> &condition,
                           plan::Facts &facts) {
  if (!condition) return true;
  llvm::Expected<plan::Value> value = plan::evaluate(plan, *condition, plan::Target::Local, facts);
  if (!value) return value.takeError();
  return *value == plan::Value{true};
}

llvm::Error addBindings(const plan::Plan &plan, llvm::ArrayRef<plan::EnvBinding> bindings, plan::Facts &facts,
                        host::Environ &into) {
  for (const plan::EnvBinding &binding : bindings) {
    llvm::Expected<std::string> text = textOf(plan, binding.value, facts);
    if (!text) return cannot(fmt::format("{}: {}", binding.name, llvm::toString(text.takeError())));
    if (text->find('\0') != std::string::npos)
      return cannot(fmt::format("{}: a NUL byte cannot be in an environment variable", binding.name));
    into[binding.name] = std::move(*text);
  }
  return llvm::Error::success();
}

llvm::Expected<services::Command> commandFor(const plan::Plan &plan, const plan::Action &action,
                                             host::Environ environ, plan::Facts &facts, host::Files &files,
                                             llvm::StringRef scriptFolder) {
  services::Command command;
  if (llvm::Error error = addBindings(plan, action.env, facts, environ)) return error;
  llvm::Expected<std::vector<std::string>> argv = std::vector<std::string>{};
  if (const auto *script = std::get_if<plan::Script>(&action.node)) {
    if (llvm::Error error = addBindings(plan, script->env, facts, environ)) {
      llvm::consumeError(argv.takeError());
      return error;
    }
    argv = scriptArguments(*script, files, scriptFolder);
  } else if (const auto *exec = std::get_if<plan::Exec>(&action.node)) {
    argv = programArguments(plan, *exec, facts);
  } else if (const auto *uses = std::get_if<plan::Uses>(&action.node)) {
    argv = cannot(fmt::format("`{}` is a GitHub action: it has no body `on local`", uses->action));
  } else {
    argv = cannot("a native step cannot stand here");
  }
  if (!argv) return argv.takeError();
  command.argv = std::move(*argv);
  command.environ = std::move(environ);
  command.directory = action.directory.value_or("");
  command.timeout = action.timeout;
  command.continueOnError = action.continueOnError;
  return command;
}

llvm::Expected<std::vector<services::Command>> commandsFor(const plan::Plan &plan,
                                                           llvm::ArrayRef<plan::Action> actions,
                                                           const host::Environ &environ, plan::Facts &facts,
                                                           host::Files &files, llvm::StringRef scriptFolder) {
  std::vector<services::Command> commands;
  for (const plan::Action &action : actions) {
    llvm::Expected<bool> runs = holds(plan, action.when, facts);
    if (!runs) return runs.takeError();
    if (!*runs) continue;
    llvm::Expected<services::Command> command = commandFor(plan, action, environ, facts, files, scriptFolder);
    if (!command) return command.takeError();
    command->title = action.title;
    commands.push_back(std::move(*command));
  }
  return commands;
}

} // namespace pipelang::exec
