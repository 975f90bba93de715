// The ports to the world. Rooms of the runtime that decide something get a Host and touch nothing else;
// realHost() is the machine, tests pass fakes.
#pragma once

#include "compiler/support/quantities.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace pipelang::host {

/// Environment of a process: nothing is inherited that is not in it.
using Environ = std::map<std::string, std::string>;

/// How a process is started: in a process group of its own, stdin /dev/null, every other descriptor closed.
struct SpawnOptions {
  std::vector<std::string> argv; ///< argv[0] is looked up in the PATH of `environ`.
  Environ environ;
  std::string directory;        ///< Absolute.
  int output = -1;              ///< Descriptor for stdout and stderr; -1: /dev/null.
  std::optional<uid_t> user;    ///< Run as this user (and its group) where we may; see unprivilegedUser().
  bool newSession = false;      ///< setsid(): outlives a closed terminal.
  std::vector<int> inherited{}; ///< Descriptors from 3 on that stay open, under their numbers.
  /// Killed when the *thread* that spawns it ends (Linux ties it to the thread): only from a thread that
  /// lives as long as the program.
  bool dieWithParent = false;
};

/// A started process: also the leader of its group.
struct Child {
  pid_t pid = -1;
  int pidfd = -1; ///< Readable once it has exited. Owned by whoever got the Child.
};

/// How a process ended.
struct ExitStatus {
  int code = 0;   ///< Exit code, or 128 + signal.
  int signal = 0; ///< 0: it exited by itself.
  bool ok() const { return code == 0; }
};

class Processes {
public:
  virtual ~Processes() = default;
  /// Error: not found, no permission, no directory, no resources: with argv[0].
  virtual llvm::Expected<Child> spawn(const SpawnOptions &options) = 0;
  /// To every process of the group; no error where it is gone already.
  virtual void signalGroup(pid_t group, int signal) = 0;
  /// Waits for the child itself (not its group) and reaps it; closes nothing. Empty on a time-out.
  virtual std::optional<ExitStatus> wait(const Child &child, Duration atMost) = 0;
  /// Whether any process of the group is left.
  virtual bool groupAlive(pid_t group) = 0;
};

class Clock {
public:
  virtual ~Clock() = default;
  virtual Duration
  sinceStart() = 0; ///< Monotonic, since the program's start, without what stoodStill() took.
  virtual std::int64_t wallMilliseconds() = 0; ///< Since 1970, UTC.
  virtual void sleep(Duration duration) = 0;
  /// The program was stopped for so long: that is no time of anybody's.
  virtual void stoodStill(Duration) {}
};

class Files {
public:
  virtual ~Files() = default;
  virtual llvm::Expected<std::string> read(llvm::StringRef path) = 0;
  /// Whole or not at all: a temporary file beside it, then a rename. Makes missing folders.
  virtual llvm::Error write(llvm::StringRef path, llvm::StringRef text) = 0;
  virtual bool exists(llvm::StringRef path) = 0;
  virtual llvm::Error makeDirectory(llvm::StringRef path) = 0;
  /// A folder and all below it; links are removed, never followed. No error where it does not exist.
  virtual llvm::Error removeTree(llvm::StringRef path) = 0;
  /// Gives `path` itself (not what is below it) to `user` and its group.
  virtual llvm::Error giveTo(llvm::StringRef path, uid_t user) = 0;
  /// Names in a folder, sorted, without `.` and `..`; empty where it does not exist.
  virtual std::vector<std::string> list(llvm::StringRef path) = 0;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::map<std::string, std::string> headers;
  std::string body;
  Duration timeout = Duration::fromSeconds(5);
  std::string bodyFile = {}; ///< Not empty: this file's content is the body.
  std::string into = {};     ///< Not empty: the body of an answer of 200 becomes this new file.
  std::int64_t mostBytes = std::int64_t{16} << 20; ///< Of the answer's body; a longer one is an error.
  bool large = false;           ///< `timeout` is for the beginning and for standing still, not for all of it.
  bool keepConnection = false;  ///< Sent over the last connection to the host, where this thread has one.
  std::string authorities = {}; ///< A file of certificates to trust; empty: those of the machine.
  std::function<bool()> unwanted = {}; ///< Asked now and then; true ends it with an error.
};
struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers; ///< Names in lower case.
  std::string body;
};
class Http {
public:
  virtual ~Http() = default;
  /// Error: no answer, and why. A status of 500 is an answer. No redirects are followed.
  virtual llvm::Expected<HttpResponse> send(const HttpRequest &request) = 0;
};

struct Host {
  Processes &processes;
  Clock &clock;
  Files &files;
  Http &http;
  Environ environ; ///< The caller's own environment, for secrets and PATH.
};

/// This machine. One for the program.
Host &realHost();

/// A TCP port that was free on 127.0.0.1 a moment ago.
llvm::Expected<int> freePort();
/// Some user other than root to run services as (`nobody` or `postgres` where root runs us), or none where
/// we are not root and need not change.
std::optional<uid_t> unprivilegedUser();

} // namespace pipelang::host
