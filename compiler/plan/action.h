// What a Plan's steps do: scripts, programs, actions of a target, and what is native to the runtime. Part of
// plan.h; read next: expr.h (late values).
#pragma once

#include "compiler/plan/expr.h"
#include "compiler/support/document.h"
#include "compiler/support/quantities.h"
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace pipelang::plan {

/// How a node ended.
enum class Outcome { Success, Failure, Skipped, Cancelled, TimedOut };

/// Another attempt after one that ended badly.
struct Retry {
  int times = 0;        ///< Attempts beside the first; 0 to 100.
  std::set<Outcome> on; ///< Which ends are followed by another: failure, timed_out. Empty only with 0 times.
  Duration pause = Duration::fromSeconds(1); ///< Before the second attempt; doubled each time, to 32 times.
};

/// Where a body is for. `Any` bodies serve every target that has none of its own.
enum class Target { Any, Github, Local };

/// `NAME=value` for a process. The value may be late, and may be a secret.
struct EnvBinding {
  std::string name;
  ExprId value;
};

/// A script for an interpreter. Holes are gone: each is an EnvBinding in `env`, and the text refers to
/// it by a quoted `${name}` (sh, bash) or the language's own look-up.
struct Script {
  std::string language; ///< `sh`, `bash`, `python`, `node`
  std::string text;
  std::vector<EnvBinding> env;
};
/// A program with arguments, no shell between. At least one element.
struct Exec {
  std::vector<ExprId> arguments;
};
/// A GitHub action. Only in bodies for Github.
struct Uses {
  std::string action;  ///< `actions/checkout`, without a version
  std::string digest;  ///< The 40 hexadecimal digits of the commit, from pipe.lock.
  std::string version; ///< `v4.2.2`, for people and update bots
  std::vector<EnvBinding> inputs;
};
/// Something the runtime does itself, by name: `git.checkout`. Only in bodies for Local.
struct Native {
  std::string name;
  std::vector<EnvBinding> arguments;
};

struct Action {
  std::variant<Script, Exec, Uses, Native> node;
  std::string id;    ///< Set where an output of it is used (`StepOutput`): unique in its job; [a-z0-9_]+.
  std::string title; ///< Set where the library named it; else the step's name is used.
  Span origin;
  // Of this action alone, beside what its step says of all of them.
  std::vector<EnvBinding> env{};
  std::optional<ExprId> when{};
  std::optional<Duration> timeout{};
  std::optional<std::string> directory{}; ///< Relative to the step's.
  Retry retry{};
  bool continueOnError = false; ///< Where it fails, the next action of the step goes on.
};

/// What its author wrote in the target's own words, where the language has none: merged into what is written
/// for the thing it belongs to, and read by nobody else.
struct Raw {
  Target target; ///< Never Any.
  Document document;
  Span origin;
};

/// A permission a step needs of the forge's token, as the task that needs it declares.
struct Permission {
  std::string scope; ///< `contents`, `packages`, `id-token`, …
  bool write = false;
  std::string reason; ///< The task, as `git.checkout`.
  auto operator<=>(const Permission &) const = default;
};

/// One step as its author wrote it; a task may unfold into several actions for a target.
struct Step {
  std::string name; ///< For people: `git.checkout`, or the first line of its command.
  std::map<Target, std::vector<Action>> bodies;
  std::vector<EnvBinding> env; ///< For every action of it.
  std::optional<ExprId> when;
  std::optional<Duration> timeout;
  std::optional<std::string> directory; ///< Relative to the job's working directory.
  bool continueOnError = false;
  std::vector<Permission> permissions;
  std::vector<Raw> raw;
  Span origin;

  /// The body for `target`, or the one for Any, or null.
  const std::vector<Action> *bodyFor(Target target) const;
};

} // namespace pipelang::plan
