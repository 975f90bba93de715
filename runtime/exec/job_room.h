// Where the commands of a job run: on this machine as it is, in a sandbox, or in a container.
#pragma once

#include "runtime/exec/container.h"
#include "runtime/exec/observer.h"
#include "runtime/exec/process_run.h"
#include "runtime/exec/sandbox.h"
#include <atomic>

namespace pipelang::exec {

class JobRoom {
public:
  /// For an attempt of `node`; `job` is null for a reaction. Touches nothing yet.
  JobRoom(RunContext &context, plan::NodeId node, const plan::Job *job);
  ~JobRoom();

  /// Whether open() takes long.
  bool isSlow() const { return kind_ != Kind::Machine; }
  bool isContainer() const { return kind_ == Kind::Container; }
  /// `folder` holds `folders`. Blocks. Error: there can be none of the kind that is asked for.
  llvm::Error open(const std::string &folder, const SandboxFolders &folders, int attempt,
                   std::stop_token stop);
  /// What lies in the working directory now was put there for the job.
  void noteFiles();

  /// `spawn` in here, for step `step`; tells `process` how it hears of signals. On the loop.
  llvm::Expected<host::SpawnOptions> enter(host::SpawnOptions spawn, const std::string &step,
                                           ProcessRun &process);
  /// What enter() gave has been started, or could not be.
  void entered();

  /// Tells of files that the job wrote and does not put out. Blocks.
  void tellWrites();
  /// Ends what runs in here. Blocks.
  void close();

private:
  enum class Kind { Machine, Sandbox, Container };
  void tell(const std::string &text);
  void observe(host::SpawnOptions &spawn, const std::string &step);
  bool isPutOut(llvm::StringRef file) const;
  std::map<std::string, std::string> filesNow() const;

  RunContext &context_;
  const plan::Node &declared_;
  const plan::Job *job_;
  const Kind kind_;
  SandboxFolders folders_;
  Declared allowed_;
  std::map<std::string, std::string> given_;         ///< Files of the working directory, and their states.
  std::vector<std::unique_ptr<Observer>> observers_; ///< Of every command: what it left may go on asking.
  std::shared_ptr<Container> container_;
  std::atomic<int> told_ = 0; ///< The loop and a worker tell.
  int entered_ = 0;
};

} // namespace pipelang::exec
