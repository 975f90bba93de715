// Values of secrets, from a file, a folder, the environment or a command.
#include "fmt/format.h"
#include "runtime/exec/secrets.h"
#include "runtime/host/capture.h"
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

llvm::Error cannot(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), why);
}

bool isFolder(const std::string &path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::string withoutLineEnd(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return text;
}

std::map<std::string, std::string> linesOf(llvm::StringRef text) {
  std::map<std::string, std::string> given;
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, '\n');
  for (const llvm::StringRef line : lines)
    if (const auto [name, value] = line.split('='); !name.trim().empty() && !name.startswith("#"))
      given[name.trim().lower()] = value.rtrim("\r").str();
  return given;
}

/// `{}` becomes the name; a command without one gets it as its last word. A name is a plain word.
std::string commandFor(const std::string &command, const std::string &name) {
  std::string text = command;
  bool found = false;
  for (std::size_t at = 0; (at = text.find("{}", at)) != std::string::npos; at += name.size()) {
    text.replace(at, 2, name);
    found = true;
  }
  return found ? text : text + " " + name;
}

/// What `command` prints; its error stream goes elsewhere, or a warning would be part of the secret.
llvm::Expected<std::string> printedBy(const std::string &command, const std::string &name,
                                      const std::string &directory, host::Host &host) {
  const auto temporary = host.environ.find("TMPDIR");
  std::string errors =
      (temporary == host.environ.end() ? "/tmp" : temporary->second) + "/piperun-secret-XXXXXX";
  const int file = ::mkstemp(errors.data());
  if (file < 0) return cannot("cannot make a temporary file");
  ::close(file);
  host::SpawnOptions options;
  options.argv = {"/bin/sh", "-c", "exec 2> \"$0\"; " + commandFor(command, name), errors};
  options.environ = host.environ;
  options.directory = directory;
  llvm::Expected<host::Captured> captured = host::capture(options, host.processes, Duration::fromMinutes(1));
  llvm::Expected<std::string> said = host.files.read(errors);
  ::unlink(errors.c_str());
  const std::string why = said ? llvm::StringRef(*said).trim().str() : llvm::toString(said.takeError());
  if (!captured) return captured.takeError();
  if (captured->status.ok()) return withoutLineEnd(std::move(captured->output));
  return cannot(fmt::format("secret `{}`: the command ended with {}{}", name, captured->status.code,
                            why.empty() ? "" : ": " + why));
}

/// One secret after the other, from the first source that has it.
class Reader {
public:
  Reader(host::Host &host, const SecretSources &sources) : host_(host), sources_(sources) {}

  llvm::Error open();
  /// None: no source has it.
  llvm::Expected<std::optional<std::string>> read(const std::string &name);

private:
  host::Host &host_;
  const SecretSources &sources_;
  std::map<std::string, std::string> lines_;
};

llvm::Error Reader::open() {
  if (sources_.file.empty() || isFolder(sources_.file)) return llvm::Error::success();
  llvm::Expected<std::string> text = host_.files.read(sources_.file);
  if (!text) return text.takeError();
  lines_ = linesOf(*text);
  return llvm::Error::success();
}

llvm::Expected<std::optional<std::string>> Reader::read(const std::string &name) {
  if (const auto line = lines_.find(llvm::StringRef(name).lower()); line != lines_.end()) return line->second;
  if (const std::string file = sources_.file + "/" + name;
      isFolder(sources_.file) && host_.files.exists(file)) {
    llvm::Expected<std::string> text = host_.files.read(file);
    if (!text) return text.takeError();
    return withoutLineEnd(std::move(*text));
  }
  if (const auto variable = host_.environ.find(secretVariable(name)); variable != host_.environ.end())
    return variable->second;
  if (sources_.command.empty()) return std::nullopt;
  llvm::Expected<std::string> printed = printedBy(sources_.command, name, sources_.directory, host_);
  if (!printed) return printed.takeError();
  return std::move(*printed);
}

} // namespace

std::string secretVariable(llvm::StringRef name) {
  std::string variable = "PIPE_SECRET_";
  for (const char c : name.upper())
    variable += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return variable;
}

llvm::Expected<std::map<plan::SecretId, std::string>> readSecrets(const plan::Plan &plan,
                                                                  llvm::ArrayRef<plan::SecretId> wanted,
                                                                  host::Host &host,
                                                                  const SecretSources &sources) {
  Reader reader(host, sources);
  if (llvm::Error error = reader.open()) return error;
  std::map<plan::SecretId, std::string> values;
  std::vector<std::string> problems;
  for (const plan::SecretId id : wanted) {
    const std::string &name = plan.secrets[id].name;
    llvm::Expected<std::optional<std::string>> value = reader.read(name);
    if (!value)
      problems.push_back(llvm::toString(value.takeError()));
    else if (!*value)
      problems.push_back(
          fmt::format("secret `{0}` is needed and was not given: set {1}, or write `{0}=…` into a file "
                      "and name it with --secrets FILE, or name a command that prints it with "
                      "--secret-command",
                      name, secretVariable(name)));
    else if ((*value)->size() < shortestSecret)
      problems.push_back(fmt::format("secret `{}` is shorter than {} characters, so it cannot be masked",
                                     name, shortestSecret));
    else
      values[id] = std::move(**value);
  }
  if (problems.empty()) return values;
  return cannot(fmt::format("{}", fmt::join(problems, "\n       ")));
}

} // namespace pipelang::exec
