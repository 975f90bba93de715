#include "runtime/store/durations.h"
#include "runtime/host/host.h"
#include "runtime/store/digest.h"

namespace pipelang::store {

Durations::Durations(llvm::StringRef state, llvm::StringRef plan, llvm::StringRef pipeline)
    : path_((state + "/durations/" + sha256((plan + "\n" + pipeline).str()).substr(0, 16)).str()) {
  llvm::Expected<std::string> text = host::realHost().files.read(path_);
  if (!text) {
    llvm::consumeError(text.takeError());
    return;
  }
  for (llvm::StringRef rest(*text); !rest.empty();) {
    const auto [line, after] = rest.split('\n');
    rest = after;
    const auto [number, name] = line.split(' ');
    std::int64_t milliseconds = 0;
    if (!number.getAsInteger(10, milliseconds) && milliseconds >= 0) known_[name.str()] = milliseconds;
  }
}

std::optional<Duration> Durations::of(const std::string &node) const {
  const auto found = known_.find(node);
  if (found == known_.end()) return std::nullopt;
  return Duration::fromMilliseconds(found->second);
}

void Durations::take(const Event &event) {
  if (const auto *started = std::get_if<NodeStarted>(&event.node)) {
    began_[started->node] = event.at;
  } else if (const auto *cached = std::get_if<Cached>(&event.node)) {
    if (cached->result == "hit") began_.erase(cached->node);
  } else if (const auto *ended = std::get_if<NodeEnded>(&event.node)) {
    const auto began = began_.find(ended->node);
    if (began == began_.end()) return;
    if (ended->outcome == plan::Outcome::Success) {
      known_[ended->node] = std::max<std::int64_t>(event.at - began->second, 0);
      isNew_ = true;
    }
    began_.erase(began);
  }
}

void Durations::save() const {
  if (!isNew_) return;
  std::string text;
  for (const auto &[name, milliseconds] : known_)
    if (name.find('\n') == std::string::npos) text += std::to_string(milliseconds) + " " + name + "\n";
  llvm::consumeError(host::realHost().files.write(path_, text));
}

} // namespace pipelang::store
