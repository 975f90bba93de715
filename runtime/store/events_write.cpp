#include "compiler/plan/evaluate.h"
#include "runtime/store/events.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::store {
namespace {

namespace json = llvm::json;

/// Writes the fields of one event in the order of their names, `at` first. Piece by piece: that a run of ten
/// thousand jobs has started is a megabyte.
class EventWriter {
public:
  explicit EventWriter(json::OStream &out) : out_(out) {}

  void operator()(const RunStarted &e) {
    text("branch", e.branch);
    text("commit", e.commit);
    out_.attributeObject("graph", [&] {
      for (const auto &[name, facts] : e.graph)
        out_.attributeObject(utf8(name), [&, &facts = facts] {
          text("kind", facts.kind);
          texts("needs", facts.needs);
        });
    });
    texts("nodes", e.nodes);
    text("pipeline", e.pipeline);
    text("plan", e.plan);
    text("run", e.run);
    number("schema", schemaVersion);
    type("run_started");
  }
  void operator()(const NodeStarted &e) {
    text("node", e.node);
    type("node_started");
  }
  void operator()(const StepStarted &e) {
    number("attempt", e.attempt);
    text("name", e.name);
    text("node", e.node);
    number("step", e.step);
    type("step_started");
  }
  void operator()(const Output &e) {
    text("node", e.node);
    number("step", e.step);
    text("text", e.text);
    type("output");
  }
  void operator()(const StepEnded &e) {
    number("exit_code", e.exitCode);
    text("name", e.name);
    text("node", e.node);
    outcome(e.outcome);
    text("reason", e.reason);
    number("step", e.step);
    type("step_ended");
  }
  void operator()(const ServiceReady &e) {
    text("node", e.node);
    number("port", e.port);
    text("service", e.service);
    type("service_ready");
  }
  void operator()(const Checked &e) {
    text("bound", e.bound);
    text("evidence", e.evidence);
    text("message", e.message);
    text("node", e.node);
    text("requirement", e.requirement);
    text("target", e.target);
    type("checked");
    text("value", e.value);
    text("verdict", e.verdict);
  }
  void operator()(const PhaseEntered &e) {
    text("message", e.message);
    text("node", e.node);
    text("phase", e.phase);
    type("phase_entered");
  }
  void operator()(const Measured &e) {
    text("node", e.node);
    type("measured");
    out_.attributeObject("values", [&] {
      for (const auto &[name, value] : e.values)
        out_.attribute(name, value);
    });
  }
  void operator()(const Traffic &e) {
    numbers("after", e.after);
    numbers("before", e.before);
    numbers("failed", e.failed);
    number("from", e.from);
    text("node", e.node);
    number("slice", e.slice);
    type("traffic");
  }
  void operator()(const Cached &e) {
    text("from", e.from);
    text("key", e.key);
    text("node", e.node);
    text("reason", e.reason);
    text("result", e.result);
    type("cached");
  }
  void operator()(const NodeEnded &e) {
    text("node", e.node);
    outcome(e.outcome);
    text("reason", e.reason);
    type("node_ended");
  }
  void operator()(const Note &e) {
    text("node", e.node);
    text("text", e.text);
    type("note");
  }
  void operator()(const RunEnded &e) {
    outcome(e.outcome);
    out_.attributeObject("outputs", [&] {
      for (const auto &[name, value] : e.outputs)
        text(name, value);
    });
    type("run_ended");
  }

  void number(llvm::StringRef key, std::int64_t value) { out_.attribute(key, value); }

private:
  /// JSON wants UTF-8; what programs print need not be.
  static std::string utf8(const std::string &text) { return json::isUTF8(text) ? text : json::fixUTF8(text); }

  void text(llvm::StringRef key, const std::string &value) { out_.attribute(key, utf8(value)); }
  void type(llvm::StringRef value) { out_.attribute("type", value); }
  void outcome(plan::Outcome value) { out_.attribute("outcome", plan::toText(value)); }
  void texts(llvm::StringRef key, const std::vector<std::string> &values) {
    out_.attributeArray(key, [&] {
      for (const std::string &value : values)
        out_.value(utf8(value));
    });
  }
  void numbers(llvm::StringRef key, const std::vector<std::int64_t> &values) {
    out_.attributeArray(key, [&] {
      for (const std::int64_t value : values)
        out_.value(value);
    });
  }

  json::OStream &out_;
};

} // namespace

void appendJson(const Event &event, std::string &text) {
  llvm::raw_string_ostream stream(text);
  stream.SetBufferSize(1024); // LLVM's JSON goes out byte by byte; most events fit
  json::OStream out(stream);
  out.object([&] {
    EventWriter writer(out);
    writer.number("at", event.at);
    std::visit(writer, event.node);
  });
  out.flush();
}

std::string toJson(const Event &event) {
  std::string text;
  appendJson(event, text);
  return text;
}

} // namespace pipelang::store
