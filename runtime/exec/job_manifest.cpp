#include "runtime/exec/job_manifest.h"
#include "compiler/plan/evaluate.h"
#include "fmt/format.h"
#include "runtime/exec/container.h"
#include "runtime/exec/job_cache.h"
#include "runtime/store/digest.h"

namespace pipelang::exec {
namespace {

/// The run's facts, but for what differs from run to run and changes nothing.
class KeyFacts final : public plan::Facts {
public:
  KeyFacts(plan::Facts &facts, store::Cache &cache) : facts_(facts), cache_(cache) {}

  bool hasSecret() const { return hasSecret_; }

  llvm::Expected<plan::Value> context(llvm::StringRef key) override { return facts_.context(key); }
  llvm::Expected<plan::Value> secret(plan::SecretId id) override {
    llvm::Expected<plan::Value> value = facts_.secret(id);
    if (!value) return value.takeError();
    llvm::Expected<std::string> key = cache_.ownKey();
    if (!key) return key.takeError();
    hasSecret_ = true;
    return plan::Value{"secret " + store::hmacSha256(*key, value->toText())};
  }
  llvm::Expected<plan::Value> param(Id<plan::Param> id) override { return facts_.param(id); }
  llvm::Expected<plan::Value> output(plan::OutputId id) override { return facts_.output(id); }
  llvm::Expected<plan::Value> reportField(plan::OutputId id, llvm::StringRef field) override {
    return facts_.reportField(id, field);
  }
  llvm::Expected<plan::Value> stepOutput(llvm::StringRef action, llvm::StringRef name) override {
    return facts_.stepOutput(action, name);
  }
  llvm::Expected<int> servicePort(plan::ServiceId, int) override { return 0; }
  llvm::Expected<plan::Outcome> outcomeOf(plan::NodeId node) override { return facts_.outcomeOf(node); }
  llvm::Expected<plan::Value> metric(plan::NodeId node, llvm::StringRef name) override {
    return facts_.metric(node, name);
  }

private:
  plan::Facts &facts_;
  store::Cache &cache_;
  bool hasSecret_ = false;
};

/// Writes parts of a job, each with its length, so that no two jobs have the same text.
class Describer {
public:
  Describer(const plan::Plan &plan, plan::Facts &facts, Manifest &manifest)
      : plan_(plan), facts_(facts), manifest_(manifest) {}

  llvm::Error job(const plan::Job &job);

private:
  void put(llvm::StringRef text) { text_ += fmt::format("{}:{};", text.size(), text.str()); }
  void close(const std::string &name) {
    manifest_.add(name, store::sha256(text_));
    text_.clear();
  }
  llvm::Error value(plan::ExprId id) {
    llvm::Expected<plan::Value> value = plan::evaluate(plan_, id, plan::Target::Local, facts_);
    if (!value) return value.takeError();
    put(value->toText());
    return llvm::Error::success();
  }
  llvm::Error bindings(llvm::ArrayRef<plan::EnvBinding> env) {
    for (const plan::EnvBinding &binding : env) {
      put(binding.name);
      if (llvm::Error error = value(binding.value)) return error;
    }
    return llvm::Error::success();
  }
  llvm::Error action(const plan::Action &action);
  llvm::Error actions(llvm::ArrayRef<plan::Action> list) {
    for (const plan::Action &each : list)
      if (llvm::Error error = action(each)) return error;
    return llvm::Error::success();
  }
  llvm::Error step(const plan::Step &step);
  llvm::Error service(const plan::Service &service);
  llvm::Error output(const plan::Output &output);

  const plan::Plan &plan_;
  plan::Facts &facts_;
  Manifest &manifest_;
  std::string text_;
};

llvm::Error Describer::action(const plan::Action &action) {
  if (const auto *script = std::get_if<plan::Script>(&action.node)) {
    put(script->language);
    put(script->text);
    return bindings(script->env);
  }
  if (const auto *exec = std::get_if<plan::Exec>(&action.node)) {
    put("exec");
    for (const plan::ExprId argument : exec->arguments)
      if (llvm::Error error = value(argument)) return error;
    return llvm::Error::success();
  }
  if (const auto *native = std::get_if<plan::Native>(&action.node)) {
    put("native");
    put(native->name);
    return bindings(native->arguments);
  }
  put("uses");
  return llvm::Error::success();
}

llvm::Error Describer::step(const plan::Step &step) {
  if (step.when)
    if (llvm::Error error = value(*step.when)) return error;
  put(step.directory.value_or("."));
  put(step.continueOnError ? "goes on" : "");
  if (llvm::Error error = bindings(step.env)) return error;
  const std::vector<plan::Action> *body = step.bodyFor(plan::Target::Local);
  return body ? actions(*body) : llvm::Error::success();
}

llvm::Error Describer::service(const plan::Service &service) {
  put(service.kind);
  if (!service.process) return llvm::Error::success();
  if (llvm::Error error = actions(service.process->prepare)) return error;
  if (llvm::Error error = action(service.process->start)) return error;
  return actions(service.process->afterReady);
}

llvm::Error Describer::output(const plan::Output &output) {
  put(std::to_string(output.node.index()));
  if (const auto *text = std::get_if<plan::TextFileOutput>(&output.node)) put(text->path);
  if (const auto *report = std::get_if<plan::ReportOutput>(&output.node))
    put(report->reader + ":" + report->path);
  if (const auto *files = std::get_if<plan::FilesOutput>(&output.node))
    for (const std::string &path : files->paths)
      put(path);
  const auto *late = std::get_if<plan::ValueOutput>(&output.node);
  return late ? value(late->value) : llvm::Error::success();
}

llvm::Error Describer::job(const plan::Job &job) {
  if (job.container) {
    put(*job.container);
    close("its image");
  }
  for (const plan::EnvBinding &binding : job.env) {
    if (llvm::Error error = value(binding.value)) return error;
    close("env " + binding.name);
  }
  for (const plan::ServiceId id : job.services) {
    if (llvm::Error error = service(plan_.services[id])) return error;
    close("service " + plan_.services[id].name);
  }
  for (std::size_t i = 0; i < job.steps.size(); ++i) {
    if (llvm::Error error = step(plan_.steps[job.steps[i]])) return error;
    close(fmt::format("step {} ({})", i + 1, plan_.steps[job.steps[i]].name));
  }
  for (const plan::OutputId id : job.outputs) {
    if (llvm::Error error = output(plan_.outputs[id])) return error;
    close("output " + plan_.outputs[id].name);
  }
  return llvm::Error::success();
}

} // namespace

std::string Manifest::text() const {
  std::string text;
  for (const auto &[name, digest] : entries_) {
    text += digest + "  ";
    for (const char c : name)
      text += c == '\n' ? '?' : c;
    text += "\n";
  }
  return text;
}

std::map<std::string, std::string> readManifest(llvm::StringRef text) {
  std::map<std::string, std::string> entries;
  while (!text.empty()) {
    const auto [line, rest] = text.split('\n');
    text = rest;
    const auto [digest, name] = line.split("  ");
    entries[name.str()] = digest.str();
  }
  return entries;
}

llvm::Expected<bool> describeJob(RunContext &context, const plan::Job &job, Manifest &manifest) {
  if (hasNative(context.plan, job, "docker.engine"))
    if (const std::string engine = imageEngine(context.host); !engine.empty())
      return llvm::createStringError(llvm::inconvertibleErrorCode(), "the image it builds lies with `%s`",
                                     engine.c_str());
  KeyFacts facts(context.facts, context.cache.local());
  if (llvm::Error error = Describer(context.plan, facts, manifest).job(job)) return error;
  return facts.hasSecret();
}

/// The name of an entry as a person would say it.
static std::string said(llvm::StringRef name) {
  if (name.consume_front("file ")) return fmt::format("`{}`", name.str());
  if (name.consume_front("env ")) return fmt::format("its variable `{}`", name.str());
  if (name.consume_front("service ")) return fmt::format("its service `{}`", name.str());
  if (name.consume_front("output ")) return fmt::format("what it puts out as `{}`", name.str());
  if (name.consume_front("artifact ")) { // `lib.built in DIRECTORY: FILE`
    const auto [from, file] = name.split(": ");
    return fmt::format("`{}` of `{}`", file.str(), from.split(' ').first.str());
  }
  if (name.consume_front("step ")) { // `2 (make site)`
    const auto [number, step] = name.split(" (");
    return fmt::format("its step {}, `{}`,", number.str(), step.drop_back().str());
  }
  return name.str();
}

/// A step is the same step when its command, which is its name, is another.
static std::map<std::string, std::pair<std::string, std::string>> partsOf(llvm::StringRef manifest) {
  std::map<std::string, std::pair<std::string, std::string>> parts;
  for (const auto &[name, digest] : readManifest(manifest)) {
    const llvm::StringRef part = llvm::StringRef(name).startswith("step ")
                                     ? llvm::StringRef(name).split(" (").first
                                     : llvm::StringRef(name);
    parts[part.str()] = {name, digest};
  }
  return parts;
}

std::vector<std::string> differences(llvm::StringRef before, llvm::StringRef after, std::size_t most) {
  std::vector<std::string> found;
  const auto old = partsOf(before), now = partsOf(after);
  for (const auto &[part, entry] : now) {
    const auto earlier = old.find(part);
    if (earlier == old.end())
      found.push_back(said(entry.first) + " is new");
    else if (earlier->second != entry)
      found.push_back(said(entry.first) + " changed");
  }
  for (const auto &[part, entry] : old)
    if (now.count(part) == 0) found.push_back(said(entry.first) + " is gone");
  if (found.size() > most) {
    const std::size_t more = found.size() - most;
    found.resize(most);
    found.push_back(fmt::format("and {} more", more));
  }
  return found;
}

} // namespace pipelang::exec
