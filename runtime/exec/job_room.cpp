#include "runtime/exec/job_room.h"
#include "fmt/format.h"
#include "runtime/exec/native.h"
#include "runtime/host/tree.h"
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

/// More would tell nobody anything.
constexpr int mostTold = 20;

} // namespace

JobRoom::JobRoom(RunContext &context, plan::NodeId node, const plan::Job *job)
    : context_(context), declared_(context.plan.nodes[node]), job_(job),
      kind_(job && job->container                                                   ? Kind::Container
            : (job ? job->sandbox : std::nullopt).value_or(context.options.sandbox) ? Kind::Sandbox
                                                                                    : Kind::Machine) {}

JobRoom::~JobRoom() = default;

llvm::Error JobRoom::open(const std::string &folder, const SandboxFolders &folders, int attempt,
                          std::stop_token stop) {
  folders_ = folders;
  if (kind_ == Kind::Sandbox) {
    if (const std::string &problem = sandboxProblem(context_.host); !problem.empty())
      return llvm::createStringError(llvm::inconvertibleErrorCode(), problem);
    allowed_.work = folders.work;
    allowed_.writable = writableIn(folders);
    auto files = filesOfProject(context_.host, context_.options.projectRoot);
    if (!files) return files.takeError();
    allowed_.projectFiles = {files->begin(), files->end()};
    noteFiles();
  }
  if (kind_ == Kind::Container) {
    llvm::Expected<ContainerEngine> engine = containerEngine(context_.host);
    if (!engine) return engine.takeError();
    const std::string name = fmt::format("piperun-{}-{}-{}-{}", context_.options.run,
                                         store::folderName(declared_.name), attempt, ::getpid());
    std::string plain;
    for (const char c : name)
      plain += llvm::isAlnum(c) || c == '-' ? c : '-';
    auto container = Container::start(*engine, *job_->container, plain, folder, context_.host, stop);
    if (!container) return container.takeError();
    container_ = std::move(*container);
  }
  return llvm::Error::success();
}

std::map<std::string, std::string> JobRoom::filesNow() const {
  std::map<std::string, std::string> files;
  for (const std::string &file : host::findFiles(folders_.work, "**")) {
    struct stat s {};
    if (::lstat((folders_.work + "/" + file).c_str(), &s) == 0)
      files[file] = fmt::format("{} {} {}.{}", s.st_ino, s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
  }
  return files;
}

void JobRoom::noteFiles() {
  if (kind_ == Kind::Sandbox && !context_.options.inPlace) given_ = filesNow();
}

void JobRoom::tell(const std::string &text) {
  if (++told_ <= mostTold) context_.recorder.record(store::Note{declared_.name, context_.mask(text)});
}

void JobRoom::observe(host::SpawnOptions &spawn, const std::string &step) {
  observers_.push_back(
      std::make_unique<Observer>(context_.loop, allowed_, [this, step](bool writes, const std::string &path) {
        if (writes)
          tell(
              fmt::format("step `{}` tried to write `{}`, which is not among the job's folders", step, path));
        else
          tell(fmt::format("step `{}` asked for `{}`, which the job does not declare: it was not there", step,
                           path));
      }));
  spawn = inSandbox(std::move(spawn), folders_, context_.options.programPath, observers_.back()->stepsEnd());
}

llvm::Expected<host::SpawnOptions> JobRoom::enter(host::SpawnOptions spawn, const std::string &step,
                                                  ProcessRun &process) {
  if (kind_ == Kind::Sandbox) observe(spawn, step);
  if (kind_ != Kind::Container) return spawn;
  const std::string pidFile = fmt::format("{}/.pid-{}", folders_.temporary, ++entered_);
  process.signalsBy([container = container_, pidFile, &workers = context_.workers](int signal) {
    workers.run([container, pidFile, signal] { container->signal(signal, pidFile); }, [] {});
  });
  return container_->inside(std::move(spawn), pidFile, context_.secrets);
}

void JobRoom::entered() {
  if (!observers_.empty()) observers_.back()->started();
}

bool JobRoom::isPutOut(llvm::StringRef file) const {
  const auto matches = [file](const std::string &pattern) {
    return host::globMatches(pattern, file) || file.startswith(pattern + "/");
  };
  for (const plan::OutputId id : job_->outputs) {
    const plan::Output &output = context_.plan.outputs[id];
    if (const auto *text = std::get_if<plan::TextFileOutput>(&output.node); text && matches(text->path))
      return true;
    if (const auto *report = std::get_if<plan::ReportOutput>(&output.node); report && matches(report->path))
      return true;
    if (const auto *files = std::get_if<plan::FilesOutput>(&output.node))
      for (const std::string &path : files->paths)
        if (matches(path)) return true;
  }
  return false;
}

void JobRoom::tellWrites() {
  if (kind_ != Kind::Sandbox || !job_ || context_.options.inPlace) return;
  for (const auto &[file, state] : filesNow()) {
    const auto before = given_.find(file);
    if (before != given_.end() && before->second == state) continue;
    if (!isPutOut(file))
      tell(fmt::format("it {} `{}`, which it does not put out", before == given_.end() ? "wrote" : "changed",
                       file));
  }
}

void JobRoom::close() {
  if (container_) container_->remove();
}

} // namespace pipelang::exec
