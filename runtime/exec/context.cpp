#include "runtime/exec/context.h"
#include "compiler/plan/context.h"
#include "runtime/host/capture.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace pipelang::exec {
namespace {

/// What git prints, or nothing where it fails.
std::string git(std::vector<std::string> arguments, const std::string &directory, host::Host &host) {
  host::SpawnOptions options;
  options.argv = std::move(arguments);
  options.argv.insert(options.argv.begin(), "git");
  options.environ = host.environ;
  options.environ["GIT_OPTIONAL_LOCKS"] = "0";
  options.directory = directory;
  llvm::Expected<host::Captured> captured = host::capture(options, host.processes, Duration::fromSeconds(30));
  if (!captured) {
    llvm::consumeError(captured.takeError());
    return {};
  }
  return captured->status.ok() ? captured->output : std::string();
}

/// Whether git could find a repository from `directory` on upwards. Asked before git is: to start a program
/// that then finds none takes a quarter of the time of a run of one step.
bool mayBeInRepository(const std::string &directory, host::Host &host) {
  if (host.environ.count("GIT_DIR")) return true;
  llvm::SmallString<256> real;
  if (llvm::sys::fs::real_path(directory, real)) return true; // let git say it
  for (llvm::StringRef folder = real; !folder.empty(); folder = llvm::sys::path::parent_path(folder)) {
    const std::string here = folder.str();
    if (host.files.exists(here + "/.git") || host.files.exists(here + "/HEAD"))
      return true; // with HEAD: a bare one
  }
  return false;
}

struct Head {
  std::string commit, branch, tag, author, subject;
};

/// One call for all: commit, author, subject, and `HEAD -> refs/heads/main, tag: refs/tags/v1, …`.
Head readHead(const std::string &directory, host::Host &host) {
  if (!mayBeInRepository(directory, host)) return {};
  const std::string text = git({"log", "-1", "--decorate=full", "--format=%H%n%an%n%s%n%D"}, directory, host);
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(text).split(lines, '\n');
  Head head;
  if (lines.size() < 4) return head;
  head.commit = lines[0].str();
  head.author = lines[1].str();
  head.subject = lines[2].str();
  llvm::SmallVector<llvm::StringRef> refs;
  lines[3].split(refs, ", ");
  for (llvm::StringRef ref : refs) {
    if (ref.consume_front("HEAD -> refs/heads/"))
      head.branch = ref.str();
    else if (ref.consume_front("tag: refs/tags/") && head.tag.empty())
      head.tag = ref.str();
  }
  return head;
}

/// `acme/sprint-reports` of any spelling of a remote's address.
std::string repositoryOf(llvm::StringRef url) {
  url = url.trim().rtrim('/');
  url.consume_back(".git");
  const std::size_t name = url.find_last_of("/:");
  if (name == llvm::StringRef::npos) return {};
  const std::size_t owner = url.take_front(name).find_last_of("/:");
  return url.drop_front(owner == llvm::StringRef::npos ? 0 : owner + 1).str();
}

} // namespace

std::map<std::string, plan::Value> readContext(const ContextOptions &options, host::Host &host) {
  std::map<std::string, plan::Value> context;
  for (const plan::ContextFact &fact : plan::contextFacts())
    context[fact.key] = fact.absent();
  const auto set = [&context](const char *key, std::string text) {
    context[key] = plan::Value{std::move(text)};
  };
  const Head head = readHead(options.projectRoot, host);
  const std::string branch = options.branch.empty() ? head.branch : options.branch;
  set("git.commit", head.commit);
  set("git.actor", head.author);
  set("git.repository", head.commit.empty() ? ""
                                            : repositoryOf(git({"config", "--get", "remote.origin.url"},
                                                               options.projectRoot, host)));
  set("event.name", options.event);
  set("run.id", options.run);
  context["run.number"] = plan::Value{options.number};
  context["run.attempt"] = plan::Value{std::int64_t{1}};
  if (options.event == "pull_request") { // as GitHub: the branch is that of the merge, never the fork's own
    set("git.branch", "0/merge");
    set("git.ref", "refs/pull/0/merge");
    set("git.pull_request.head", branch);
    set("git.pull_request.title", head.subject);
  } else if (!branch.empty()) {
    set("git.branch", branch);
    set("git.ref", "refs/heads/" + branch);
  } else if (!head.tag.empty()) {
    set("git.tag", head.tag);
    set("git.ref", "refs/tags/" + head.tag);
  }
  return context;
}

} // namespace pipelang::exec
