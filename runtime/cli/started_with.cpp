#include "runtime/cli/started_with.h"
#include "compiler/plan/context.h"
#include "compiler/plan/json.h"
#include "compiler/plan/params.h"
#include "compiler/support/bounded_json.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::cli {
namespace {

namespace json = llvm::json;

std::string planPath(const store::RunFolder &folder) {
  return folder.path + "/plan.json";
}
std::string startPath(const store::RunFolder &folder) {
  return folder.path + "/start.json";
}

llvm::Error damaged(const store::RunFolder &folder) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "`%s` is damaged",
                                 startPath(folder).c_str());
}

} // namespace

llvm::Error saveStart(const store::RunFolder &folder, const plan::Plan &plan, const Prepared &prepared) {
  json::Object context, params;
  for (const auto &[key, value] : prepared.given.context) {
    if (const auto *number = std::get_if<std::int64_t>(&value.node))
      context[key] = *number;
    else
      context[key] = json::fixUTF8(value.toText());
  }
  for (const auto &[id, value] : prepared.given.params)
    params[plan.params[id].name] = json::fixUTF8(value.toText());
  std::string text;
  llvm::raw_string_ostream(text) << json::Value(json::Object{{"context", std::move(context)},
                                                             {"params", std::move(params)},
                                                             {"in_place", prepared.options.inPlace},
                                                             {"again", json::fixUTF8(prepared.again)}});
  host::Files &files = host::realHost().files;
  const std::string path = planPath(folder);
  if (llvm::Error error = llvm::writeFileAtomically(path + ".%%%%%%", path, [&plan](llvm::raw_ostream &out) {
        plan::writeJson(plan, out, 0); // piece by piece: of ten thousand jobs it is a large text
        return llvm::Error::success();
      }))
    return error;
  return files.write(startPath(folder), text);
}

llvm::Expected<plan::Plan> loadStartedPlan(const store::RunFolder &folder) {
  llvm::Expected<std::string> text = host::realHost().files.read(planPath(folder));
  if (!text) return text.takeError();
  return plan::fromJson(*text);
}

llvm::Error loadStart(const store::RunFolder &folder, const plan::Plan &plan, Prepared &prepared) {
  llvm::Expected<std::string> text = host::realHost().files.read(startPath(folder));
  if (!text) return text.takeError();
  llvm::Expected<json::Value> value = parseBoundedJson(*text);
  if (!value) return value.takeError();
  const json::Object *object = value->getAsObject();
  const json::Object *context = object ? object->getObject("context") : nullptr;
  const json::Object *params = object ? object->getObject("params") : nullptr;
  if (!context || !params) return damaged(folder);
  for (const plan::ContextFact &fact : plan::contextFacts()) {
    const json::Value *found = context->get(fact.key);
    if (!found) return damaged(folder);
    if (const auto number = found->getAsInteger())
      prepared.given.context[fact.key] = plan::Value{*number};
    else if (const auto word = found->getAsString())
      prepared.given.context[fact.key] = plan::Value{word->str()};
    else
      return damaged(folder);
  }
  for (std::size_t i = 0; i < plan.params.size(); ++i) {
    const Id<plan::Param> id = plan.params.idAt(i);
    const auto word = params->getString(plan.params[id].name);
    if (!word) continue;
    llvm::Expected<plan::Value> given = plan::readParam(plan, id, *word);
    if (!given) return given.takeError();
    prepared.given.params[id] = std::move(*given);
  }
  const auto inPlace = object->getBoolean("in_place");
  const auto again = object->getString("again");
  prepared.options.inPlace = inPlace && *inPlace;
  if (again) prepared.again = again->str();
  return llvm::Error::success();
}

} // namespace pipelang::cli
