// Which statement may stand in which body.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

namespace {

enum StatementSet : unsigned {
  Let = 1u << 0,
  Setting = 1u << 1,
  Env = 1u << 2,
  Step = 1u << 3,
  Out = 1u << 4,
  Return = 1u << 5,
  Service = 1u << 6,
  After = 1u << 7,
  If = 1u << 8,
  Require = 1u << 9,
  OnTarget = 1u << 10,
  Trigger = 1u << 11,
  Budget = 1u << 12,
  Job = 1u << 13,
  Gate = 1u << 14,
  Deploy = 1u << 15,
  SwitchPhase = 1u << 16,
  SwitchWithin = 1u << 17,
  Outcome = 1u << 18,
  Simulate = 1u << 19,
  Expect = 1u << 20,
  Raw = 1u << 21,
};

unsigned allowedIn(BodyKind body) {
  switch (body) {
  case BodyKind::Module: return 0;
  case BodyKind::Pipeline:
    return Raw | Setting | Let | Trigger | Budget | Job | Gate | Deploy | Outcome | Out;
  case BodyKind::Job: return Raw | Let | Setting | Env | Step | Out | Service | After | If;
  case BodyKind::Steps: return Let | Step | If;
  case BodyKind::Task: return Let | Env | Step | Return | If | OnTarget;
  case BodyKind::TaskGithub: return Let | Setting | Env | Step | Return | If;
  case BodyKind::TaskLocal: return Let | Env | Step | Return | If;
  case BodyKind::Service: return Let | Return | OnTarget;
  case BodyKind::ServiceGithub: return Let | Setting | Env;
  case BodyKind::ServiceLocal: return Let | Setting | Env;
  case BodyKind::Gate: return Let | Require | After;
  case BodyKind::Deploy: return Let | Setting | Env | After | SwitchPhase | SwitchWithin | OnTarget;
  case BodyKind::DeployLocal: return Let | Setting | Env | Step | Service;
  case BodyKind::BeforeSwitch: return Step;
  case BodyKind::AfterSwitch: return Require;
  case BodyKind::StepBlock: return Raw | Setting | Env;
  case BodyKind::Environment:
  case BodyKind::Trigger:
  case BodyKind::Budget:
  case BodyKind::Emit: return Setting;
  case BodyKind::Reaction: return Step;
  case BodyKind::Test: return Let | Simulate | Expect;
  }
  return 0;
}

struct StatementName {
  unsigned set;
  const char *name;
};

/// Order as in ast::Stmt::node, ErrorStmt first.
const StatementName statementNames[] = {{~0u, ""},
                                        {Let, "`let`"},
                                        {Setting, "a setting"},
                                        {Env, "`env`"},
                                        {Step, "a step"},
                                        {Out, "`out`"},
                                        {Return, "`return`"},
                                        {Service, "`service`"},
                                        {After, "`after`"},
                                        {If, "`if`"},
                                        {Require, "`require`"},
                                        {OnTarget, "`on` with a target"},
                                        {Trigger, "a trigger"},
                                        {Budget, "`budget`"},
                                        {Job, "a job"},
                                        {Gate, "a gate"},
                                        {Deploy, "a deployment"},
                                        {SwitchPhase, "`before switch` or `after switch`"},
                                        {SwitchWithin, "`switch within`"},
                                        {Outcome, "`on outcome`"},
                                        {Simulate, "`simulate`"},
                                        {Expect, "`expect`"},
                                        {Raw, "`raw`"}};

/// Where a statement belongs that stands in the wrong body.
const char *belongs(unsigned set) {
  switch (set) {
  case Require: return "`require` stands in gates and in `after switch` of deployments";
  case Step: return "steps stand in jobs and tasks";
  case Out: return "`out` stands in jobs and pipelines, not in the `if` of a job; a task says `return`";
  case Return: return "`return` stands in tasks and services";
  case Service: return "`service x = …` stands in jobs and in `on local` of deployments";
  case After: return "`after` stands in jobs, gates and deployments";
  case Job:
  case Gate:
  case Deploy:
  case Outcome:
  case Trigger:
  case Budget: return "it stands in pipelines";
  case OnTarget: return "`on TARGET { … }` stands in tasks, services and deployments";
  case Raw: return "`raw` stands in pipelines, jobs and the blocks of steps";
  case SwitchPhase:
  case SwitchWithin: return "it stands in deployments";
  case Simulate:
  case Expect: return "it stands in tests: `test \"name\" { … }`";
  case If: return "choose a value with `if … then … else …`, or give the job a `when`";
  default: return "";
  }
}

} // namespace

/// False: the statement does not belong here, which has been reported.
bool Checker::checkPlacement(const ast::Stmt &statement) {
  const StatementName &known = statementNames[statement.node.index()];
  if (allowedIn(place_.body) & known.set) return true;
  auto builder = diagnostics_.report(statement.header, diag::WrongBody, known.name, describe(place_.body));
  if (*belongs(known.set)) builder.note(belongs(known.set));
  return false;
}

} // namespace pipelang::sema
