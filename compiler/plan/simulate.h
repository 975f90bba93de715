// What would happen: a pipeline's outcomes from given outcomes and values, without running anything. Whether
// a node runs is decide()'s, what a condition or bound means is evaluate()'s, as in a run. Read next:
// decide.h.
#pragma once

#include "compiler/plan/decide.h"

namespace pipelang::plan {

/// What a simulation says. A node that runs and is not named here succeeds.
struct Given {
  std::map<NodeId, Outcome> outcomes; ///< How a node ends if it runs.
  std::map<std::string, Value> contexts;
  std::map<Id<Param>, Value> params;
  std::map<OutputId, Value> outputs;
  std::map<std::pair<OutputId, std::string>, Value> fields; ///< Of reports; `none`: the report does not tell.
  std::map<std::pair<NodeId, std::string>, Value> metrics;  ///< Of deployments.
};

/// One branch an exploration took: `` `unit[3.11]` fails ``, `git.branch = "main"`.
struct Taken {
  std::string text;
  bool notable = false; ///< Worth telling: anything but success.
};

/// Answers when a simulation meets something that may go several ways: the number of the way, below `ways`.
using Choose = llvm::function_ref<std::size_t(std::size_t ways)>;

/// What a simulation came to, and the facts for whatever is asked about it.
class Simulated final : public Facts {
public:
  Simulated(const Plan &plan, const Given &given) : plan_(plan), given_(given) {}

  /// Where texts of files come from: `emitted:PATH` and `snapshot:PATH` are asked of it as contexts.
  std::function<llvm::Expected<std::string>(llvm::StringRef key)> file;

  /// Why `node` ended as it did, where it did not run; empty where it ran.
  std::string reasonOf(NodeId node) const;
  const std::vector<Taken> &taken() const { return taken_; }

  llvm::Expected<Value> context(llvm::StringRef key) override;
  llvm::Expected<Value> secret(SecretId secret) override;
  llvm::Expected<Value> param(Id<Param> param) override;
  llvm::Expected<Value> output(OutputId output) override;
  llvm::Expected<Value> reportField(OutputId output, llvm::StringRef field) override;
  llvm::Expected<Value> stepOutput(llvm::StringRef action, llvm::StringRef name) override;
  llvm::Expected<int> servicePort(ServiceId service, int containerPort) override;
  llvm::Expected<Outcome> outcomeOf(NodeId node) override;
  llvm::Expected<Value> metric(NodeId deployment, llvm::StringRef name) override;

private:
  friend class Simulator;
  struct Ended {
    std::optional<Outcome> outcome; ///< None: it depends on what was not given.
    std::string reason;
  };
  llvm::Expected<Value> notGiven(const std::string &what) const;

  const Plan &plan_;
  const Given &given_;
  std::map<NodeId, Ended> ended_;
  std::vector<Taken> taken_;
  bool ran_ = false;
  const std::map<std::string, std::vector<Value>> *candidates_ =
      nullptr; ///< Of contexts and params not given.
  std::optional<Choose> choose_;
  std::map<std::string, Value> chosen_;
};

/// `pipeline` once, every choice decided by `given`.
Simulated simulate(const Plan &plan, const Pipeline &pipeline, const Given &given);

/// What an exploration varies.
struct Exploration {
  const Pipeline &pipeline;
  const Given &given;
  std::vector<NodeId>
      free; ///< Nodes whose outcome varies where it is not given. Empty: every job, gate, deployment.
  std::vector<ExprId> conditions; ///< What will be asked: the facts it compares vary, too.
  std::size_t limit = 100'000;
};

/// Every combination of outcomes that can come about, and of the facts that conditions compare; those of
/// nodes that do not run are not told apart. The first has all succeed. Ends early where `visit` says false.
/// False: there are more than `limit`.
bool explore(const Plan &plan, const Exploration &what, llvm::function_ref<bool(Simulated &)> visit);

} // namespace pipelang::plan
