#include "compiler/plan/plan.h"

namespace pipelang::plan {

const std::vector<Action> *Step::bodyFor(Target target) const {
  for (Target candidate : {target, Target::Any})
    if (auto found = bodies.find(candidate); found != bodies.end()) return &found->second;
  return nullptr;
}

} // namespace pipelang::plan
