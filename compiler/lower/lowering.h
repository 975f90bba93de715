// The working state of lower(), shared by the files of this room and by nobody else. A node is lowered when
// it is first needed: a reference to an output lowers its job first, and a circle is a reference to a node
// that is being lowered. Read next: lower.cpp, nodes.cpp, steps.cpp.
#pragma once

#include "compiler/eval/evaluator.h"
#include "compiler/lower/lower.h"
#include "compiler/lower/tests.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::lowering {

using eval::Labels;
using eval::Place;
using eval::Value;

/// The actions of one step while they are made: one list for all targets, until a task has bodies of its
/// own for them; from then on one list each.
class ActionSink {
public:
  void add(plan::Action action);
  /// What is added from now on is for `target` alone (`Any`: for all).
  plan::Target select(plan::Target target) { return std::exchange(target_, target); }
  plan::Target target() const { return target_; }
  std::map<plan::Target, std::vector<plan::Action>> take() { return std::move(bodies_); }
  bool empty() const { return bodies_.empty(); }
  /// How much has been added for each target.
  using Mark = std::map<plan::Target, std::size_t>;
  Mark mark() const;
  /// The actions added since then, by target.
  using Added = std::map<plan::Target, std::vector<plan::Action *>>;
  Added since(const Mark &mark);

  std::vector<plan::Permission> permissions;

private:
  void split();
  std::map<plan::Target, std::vector<plan::Action>> bodies_;
  bool isSplit_ = false;
  plan::Target target_ = plan::Target::Any;
};

/// A node being lowered, or already lowered.
struct NodeState {
  enum class Progress { Waiting, Active, Done };
  Progress progress = Progress::Waiting;
  sema::SymbolId symbol;
  ast::StmtId statement;
  std::vector<std::pair<sema::SymbolId, Value>> cell; ///< Of a comprehension: its variables.
  Span matrixAt;                                      ///< The comprehension's place.
  std::set<plan::NodeId> needs;                       ///< Must have succeeded.
  std::set<plan::NodeId> awaits;                      ///< Must have ended: its outcome is asked for.
  std::map<plan::NodeId, Span> neededAt;
  std::map<std::string, plan::OutputId> outputs;
  std::map<plan::OutputId, std::string> reportOf;
  Span sawSecret, sawHead;   ///< Where the node names a secret, and the branch a pull request comes from.
  bool sawUntrusted = false; ///< Something untrusted reached its processes: its files may hold it.
  Span untrustedAt;          ///< Where that came in.
};

/// What statements of a node are lowered into; saved and restored around a node lowered on demand.
struct NodeContext {
  plan::NodeId node;
  plan::Job *job = nullptr; ///< Null for other nodes.
  std::optional<plan::EnvironmentId> environment;
  std::map<sema::SymbolId, Value> services;                   ///< What users of a service instance see.
  ActionSink *sink = nullptr;                                 ///< Of the step being made; null between steps.
  std::vector<plan::ExprId> conditions;                       ///< Of the `if`s around.
  std::vector<plan::ExprId> actionConditions;                 ///< Of the `if`s and `when`s within tasks.
  std::optional<std::pair<plan::ServiceId, int>> servicePort; ///< Inside a service's body: what `port` is.
  std::vector<std::pair<plan::ExprId, bool>> guards; ///< Within an expression: what must hold, or not.
  std::string stepName;                              ///< Of the task the step was made for.
  int taskDepth = 0;
  std::vector<plan::ArtifactInput> *inputs = nullptr; ///< Where `artifact()` puts them, if not into the job.
  std::map<std::string, int> actionIds;
  int tolerant = 0; ///< Inside the left side of so many `??`: outputs may be missing.
};

struct ScriptShape;
struct TakenNames;
struct ShellProblem;
struct ShellRead;

/// Whether `condition` never holds in a run of a pull request.
bool excludesPullRequests(const plan::Plan &plan, plan::ExprId condition);

/// Whether `condition` is `holds` in some run that one of `events` starts, as far as the event's name
/// decides.
bool mayBeIn(const plan::Plan &plan, plan::ExprId condition, bool holds, llvm::ArrayRef<std::string> events);

/// What the block of a step says, beside `env`.
struct StepSettings {
  std::optional<std::string> name, directory;
  std::optional<Duration> timeout;
  plan::Retry retry;
  std::vector<plan::Raw> raw;
  bool continueOnError = false;
  std::map<std::string, Span> givenAt; ///< By setting.
};

/// The times of a deployment that must add up.
struct Timings {
  Duration grace;
  Duration preStop;
  Duration longestRequest;
  Duration drain;
};

class Lowering final : public eval::Host {
public:
  Lowering(const sema::Program &program, const LowerOptions &options, Diagnostics &diagnostics);
  /// `tests`: where what the root file's tests ask goes; null: they are left out.
  plan::Plan run(std::vector<Test> *tests);
  bool leftCodeOut() const;
  void judgeAll();

  // eval::Host
  Value valueOf(sema::SymbolId symbol, Span span) override;
  Value memberOf(const Value &object, llvm::StringRef name, Span span) override;
  Value cellOf(const Value &object, const Value &key, Span span) override;
  Value factOf(sema::SymbolId record, llvm::StringRef name, sema::TypeId type, Span span) override;
  void enterCondition(plan::ExprId condition, bool holds) override {
    context_.guards.emplace_back(condition, holds);
  }
  void leaveCondition() override { context_.guards.pop_back(); }
  std::vector<std::pair<Value, Value>> cellsOf(const Value &object) override;
  void tolerateMissing(bool begin) override { context_.tolerant += begin ? 1 : -1; }
  Value call(const Place &call, sema::SymbolId callee) override;
  Value action(const Place &action) override;

private:
  // lower.cpp: what is around pipelines
  void evaluateLets();
  void declareEnvironments();
  void declareSecrets();
  void placeSecrets();
  void lowerEmits();
  void lowerEmit(const ast::Decl &decl, const ast::EmitDecl &emit);
  void lowerFileEmit(const ast::EmitDecl &emit, Span origin);
  std::string emitSetting(const ast::EmitDecl &emit, llvm::StringRef name, std::string fallback);
  std::optional<plan::EnvironmentId> environmentOf(ast::ExprId value);
  void checkEnvironmentIsKnown(const plan::Environment &environment, const Value &value);
  void fillEnvironment(plan::Environment &environment, const Value &value);

  // params.cpp
  void declareParams();
  bool declareParam(sema::SymbolId id);
  void addConditions(sema::SymbolId param, sema::TypeId type, std::vector<plan::ExprId> &conditions);
  Value paramValue(sema::SymbolId symbol, Span use);
  void lowerPipelineOutput(plan::Pipeline &pipeline, const ast::OutStmt &out, const ast::Stmt &statement);

  // pipelines.cpp
  void lowerPipeline(sema::SymbolId symbol);
  void lowerPipelineSetting(plan::Pipeline &pipeline, const ast::SettingStmt &setting);
  void lowerTrigger(plan::Pipeline &pipeline, const ast::TriggerStmt &trigger, Span origin);
  void checkFilter(const ast::SettingStmt &filter, const std::vector<std::string> &patterns);
  void declareNodes(plan::Pipeline &pipeline, const ast::Body &body);
  void declareNode(plan::Pipeline &pipeline, ast::StmtId statement);
  void declareCells(plan::Pipeline &pipeline, ast::StmtId statement, const ast::JobStmt &job);
  plan::NodeId addNode(plan::Pipeline &pipeline, ast::StmtId statement, std::string name);
  void lowerBudget(plan::Pipeline &pipeline, const ast::Body &body);
  std::optional<Duration> limitOf(const ast::Body &body, llvm::StringRef name, Span &at);
  void checkWall(plan::Pipeline &pipeline, const ast::Body &body);
  void checkMinutes(plan::Pipeline &pipeline, const ast::Body &body);
  std::vector<plan::NodeId> loweringOrder(const plan::Pipeline &pipeline);
  void finishNeeds(plan::Pipeline &pipeline);
  void addGatesToDeployments(plan::Pipeline &pipeline);

  // nodes.cpp
  void require(plan::NodeId node);
  void lowerNode(plan::NodeId node);
  bool need(plan::NodeId node, Span span, bool mustSucceed = true);
  void checkOutcomes(plan::NodeId node);
  void checkPrivileged(plan::NodeId node);
  void reportCycle(plan::NodeId node, Span span);
  void checkSkipped(plan::NodeId producer, Span span);
  std::optional<plan::ExprId> condition(const Place &place);
  std::vector<plan::NodeId> nodesOf(const Value &value);
  void lowerAfter(const ast::AfterStmt &after);
  Value outputOf(plan::NodeId node, llvm::StringRef name, Span span);

  // jobs.cpp
  void lowerJob(plan::NodeId node, const ast::JobStmt &job);
  void lowerCacheSetting(plan::Job &job, const std::string &name, const Value &value, Span span);
  void lowerJobSettings(plan::Job &job, const ast::Body &body);
  void lowerJobBody(const ast::Body &body);
  void lowerJobStatement(const ast::Stmt &statement, ast::StmtId id);
  void lowerIf(const ast::IfStmt &statement);
  void lowerStep(const ast::ExprStmt &statement, Span origin);
  void lowerOutput(const ast::OutStmt &out, const ast::Stmt &statement);
  void addStep(ActionSink &sink, plan::Step step);
  void applyStepBlock(plan::Step &step, const ast::Body &block, bool isScript);
  plan::Retry retryOf(const Value &record, Span span);
  void applyRetry(const StepSettings &settings, const ActionSink::Added &added);
  void lowerRaw(const ast::RawStmt &raw, Span origin, std::vector<plan::Raw> &into);
  StepSettings stepSettings(const ast::Body &block);
  plan::EnvBinding envBinding(const ast::EnvStmt &env);

  // tasks.cpp
  Value callTask(const Place &call, sema::SymbolId callee);
  Value lowerTaskBodies(const ast::Module &tree, const ast::Body &body, Span span, sema::SymbolId task);
  std::optional<Value> lowerTaskBody(const ast::Body &body, sema::SymbolId task);
  std::optional<Value> lowerTaskStatement(const ast::Stmt &statement, ast::StmtId id, sema::SymbolId task);

  // task_steps.cpp: the steps of a task, and of a release that is made here
  void lowerTaskStep(const ast::ExprStmt &step, Span at);
  std::optional<Value> lowerTaskIf(const ast::IfStmt &choice, sema::SymbolId task);
  std::optional<Value> eitherResult(plan::ExprId condition, std::optional<Value> thenValue,
                                    std::optional<Value> elseValue, const Labels &labels, Span span);
  std::optional<bool> knownCondition(ast::ExprId condition);
  void applyBlock(const ActionSink::Mark &mark, const ast::Body &block, bool isScript);
  void addEnv(const ActionSink::Mark &mark, const std::vector<plan::EnvBinding> &env);
  void refuseSettings(const StepSettings &settings, const ActionSink::Added &added, bool isCall);
  plan::ExprId negated(plan::ExprId condition, const Labels &labels, Span span);
  void addAction(const Place &place, const ast::Body &block, Span origin);
  void keepAction(plan::Action action);
  std::optional<plan::ExprId> allOf(std::vector<plan::ExprId> conditions, Span origin);
  std::vector<plan::Permission> permissionsOf(const Value &value, const std::string &reason, Span span);
  Value joinResults(const Value &github, const Value &local, Span span);
  Value callNative(const Place &call);
  Value callArtifact(const Place &call);
  Value callNativeFn(const Place &call, sema::SymbolId callee);
  Value callReader(const Place &call, sema::SymbolId callee);
  Value callRead(const Place &call);

  // actions.cpp
  std::optional<plan::Action> makeAction(const Place &place, const ast::Body &block);
  plan::Script makeScript(const Place &place, const ast::ScriptExpr &script, const ast::Body &block);
  const ScriptShape &shapeOf(const Place &place, const ast::ScriptExpr &script, const ast::StringExpr &text);
  std::string fillHole(const Place &hole, Span span, plan::Script &script, TakenNames &taken,
                       std::size_t index, const ScriptShape &shape);
  void reportProblems(const std::vector<ShellProblem> &problems, const Place &place,
                      const ast::StringExpr &text);
  // unset_variables.cpp
  void reportUnset(const std::set<ShellRead> &reads, const std::vector<std::string> &texts,
                   const Place &place, const ast::StringExpr &text);
  const std::set<std::string> &namesUnknownToShells(sema::ModuleId module);
  std::optional<plan::Exec> makeExec(const Place &place, const ast::ExecExpr &exec);
  std::optional<plan::Uses> makeUses(const Place &place, const ast::UsesExpr &uses);
  std::string actionId(llvm::StringRef action);

  // services.cpp
  std::optional<plan::ServiceId> lowerService(const ast::ServiceStmt &statement, ast::StmtId id);
  void lowerServiceGithub(plan::Service &service, const ast::Body &body);
  void lowerServiceLocal(plan::Service &service, const ast::Body &body);
  std::string pinnedImage(const std::string &image, Span span);
  Value deployedImage(const Value &value, Span span);
  std::vector<plan::Action> commands(const Value &value);
  std::vector<std::string> texts(const Value &value, Span span, llvm::StringRef what);

  // gates.cpp
  void lowerGate(plan::NodeId node, const ast::GateStmt &gate);
  std::optional<plan::Requirement> lowerRequirement(const ast::RequireStmt &require, Span origin);
  void lowerReaction(plan::NodeId node, const ast::OutcomeStmt &outcome);

  // deployments.cpp
  void lowerDeployment(plan::NodeId node, const ast::DeployStmt &deploy);
  void lowerDeploymentStatement(plan::Deployment &deployment, const ast::Stmt &statement, ast::StmtId id);
  void lowerDeploymentSetting(plan::Deployment &deployment, const ast::SettingStmt &setting);
  void lowerPhase(plan::Deployment &deployment, const ast::SwitchPhaseStmt &phase);
  void lowerLocal(plan::Deployment &deployment, const ast::Body &body, Span origin);
  void lowerLocalStatement(plan::LocalRelease &local, const ast::Stmt &statement, ast::StmtId id);
  void lowerLocalSetting(plan::LocalRelease &local, const ast::SettingStmt &setting);
  void checkTimings(const Timings &times, Span span);

  // hardening.cpp
  void judgePipelines();
  void judgeMachine(const std::string &runner, const Place &place);
  void reportUnknownScope(llvm::StringRef scope, Span span);

  // uncalled.cpp
  void judgeUncalled();
  plan::NodeId judgeTask(sema::SymbolId task);
  Value anyValue(sema::TypeId type, int depth);

  // tests.cpp
  void lowerTests(std::vector<Test> &tests);
  Test lowerTest(const ast::TestDecl &test, Span span);
  std::optional<Simulation> lowerSimulation(const ast::SimulateStmt &simulate, Span span);
  void giveValue(plan::Given &given, const ast::Fact &fact, const Value &subject);
  Expectation lowerExpectation(const ast::ExpectStmt &expect, Span header);
  void showParts(ast::ExprId id, std::vector<ShownPart> &parts);
  std::optional<std::string> written(const Value &value) const;
  Value callTestFile(const Place &call, const std::string &builtin);

  // sinks.cpp
  /// Reports what must not get there. `what` as in "a secret would end in {what}". True: it may.
  bool refuseSecret(const Value &value, Span span, const char *what);
  /// What must be known now, and is not. `what` as in "{what} needs a value that is known now".
  bool refuseLate(const Value &value, Span span, llvm::StringRef what, llvm::StringRef wayOut = "");
  bool refuseUntrusted(const Value &value, const Place &place, Span span, const char *what);
  void noteUntrusted(const Value &value);
  void labelFiles(const plan::Job &job);
  bool isNew(Span span, const char *code);
  bool isReachedIn(llvm::ArrayRef<std::string> events) const;
  Value contextValue(const std::string &key, sema::TypeId type, Span span);
  Value secretValue(sema::SymbolId symbol, Span span);
  Value noted(const char *kind, const sema::Symbol &symbol, Value value);

  // text.cpp
  std::string spelled(const Place &place) const;

  // shorthands
  const ast::Module &tree() const { return *program_.module(module_).tree; }
  Value evaluate(ast::ExprId expr) { return evaluator_.evaluate({module_, expr}); }
  Span spanOf(ast::ExprId expr) const { return tree().expressions[expr].span; }
  NodeState &state(plan::NodeId node) { return states_[node.index()]; }
  Span origin(Span span) const { return reporter_.userPlace(span); }

  const sema::Program &program_;
  const LowerOptions &options_;
  plan::Plan plan_;
  eval::Reporter reporter_;
  eval::Evaluator evaluator_;
  sema::ModuleId module_{0}; ///< Whose statements are being lowered.
  std::map<sema::SymbolId, plan::SecretId> secrets_;
  std::map<sema::SymbolId, plan::EnvironmentId> environments_;
  std::map<sema::SymbolId, Id<plan::Param>> params_;
  std::set<sema::SymbolId> begunParams_;
  std::map<sema::SymbolId, Value> paramValues_; ///< Given, or the default.
  std::map<sema::SymbolId, Id<plan::Pipeline>> pipelines_;
  std::map<sema::SymbolId, std::vector<plan::NodeId>> nodes_; ///< By job, gate, deployment: its cells.
  std::map<sema::SymbolId, std::vector<Value>> cellKeys_;
  std::map<sema::SymbolId, std::map<std::string, std::size_t>> cellTexts_; ///< Of the keys, to find them.
  std::vector<NodeState> states_;                                          ///< Indexed by plan::NodeId.
  std::vector<plan::NodeId> active_;
  std::map<std::string, Value> contexts_;
  std::map<plan::OutputId, plan::ExprId> outputExprs_;
  std::map<plan::SecretId, plan::ExprId> secretExprs_;
  std::set<std::string> missingPins_;
  /// By module and literal.
  std::map<std::pair<std::size_t, std::size_t>, std::shared_ptr<const ScriptShape>> shapes_;
  std::map<std::size_t, std::set<std::string>> unknownToShells_;          ///< By module.
  std::set<std::tuple<std::size_t, std::uint32_t, std::string>> refused_; ///< By place and code: once.
  std::vector<std::string> events_;                                       ///< Of the pipeline being lowered.
  bool lateParams_ = false; ///< Some pipeline is started by hand: params are given then.
  NodeContext context_;
  std::set<sema::SymbolId> called_; ///< Tasks.
  bool sawDeadCode_ = false;        ///< A condition known now left out some statements.
  bool judging_ = false;            ///< Everything is gone through, for its labels alone; see uncalled.cpp.
};

} // namespace pipelang::lowering
