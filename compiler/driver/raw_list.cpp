#include "compiler/driver/raw_list.h"
#include "compiler/plan/names.h"
#include "fmt/format.h"

namespace pipelang::driver {

std::string listRaw(const Compilation &compilation) {
  const plan::Plan &plan = compilation.plan;
  std::string text;
  const auto list = [&](const std::vector<plan::Raw> &all, const std::string &where) {
    for (const plan::Raw &raw : all) {
      const SourceFile &file = compilation.sources[raw.origin.file];
      text += fmt::format("{}:{}: raw {} in {}\n", file.name().str(), file.position(raw.origin.begin).line,
                          plan::nameOf(raw.target), where);
    }
  };
  for (const plan::Pipeline &pipeline : plan.pipelines) {
    list(pipeline.raw, "pipeline " + pipeline.name);
    for (const plan::NodeId id : pipeline.nodes)
      if (const plan::Job *job = plan.nodes[id].asJob()) {
        list(job->raw, "job " + plan.nodes[id].name);
        for (const plan::StepId step : job->steps)
          list(plan.steps[step].raw,
               fmt::format("step {} of job {}", plan.steps[step].name, plan.nodes[id].name));
      }
  }
  return text;
}

} // namespace pipelang::driver
