#include "runtime/report/otlp.h"
#include "compiler/support/bounded_json.h"
#include "fmt/format.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::report {
namespace {

namespace json = llvm::json;

constexpr std::size_t spansOfOneRequest = 400;
constexpr int attempts = 3;

/// `bytes` hexadecimal bytes that are the same whenever the same run is sent again. Never all zero.
std::string identity(const std::string &of, std::size_t bytes) {
  const auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(of));
  std::string text = llvm::toHex(llvm::ArrayRef<std::uint8_t>(digest).take_front(bytes), true);
  text.back() = text.find_first_not_of('0') == std::string::npos ? '1' : text.back();
  return text;
}

/// 64-bit numbers are texts in OTLP's JSON.
std::string nanoseconds(std::int64_t milliseconds) {
  return std::to_string(milliseconds) + "000000";
}

class Attributes {
public:
  Attributes &text(llvm::StringRef key, llvm::StringRef value) {
    if (value.empty()) return *this;
    const std::string utf8 = json::isUTF8(value) ? value.str() : json::fixUTF8(value);
    return add(key, json::Object{{"stringValue", utf8}});
  }
  Attributes &number(llvm::StringRef key, std::int64_t value) {
    return add(key, json::Object{{"intValue", std::to_string(value)}});
  }
  Attributes &number(llvm::StringRef key, double value) {
    return add(key, json::Object{{"doubleValue", value}});
  }
  Attributes &flag(llvm::StringRef key, bool value) { return add(key, json::Object{{"boolValue", value}}); }
  json::Array take() { return std::move(array_); }

private:
  Attributes &add(llvm::StringRef key, json::Object value) {
    array_.push_back(json::Object{{"key", key.str()}, {"value", std::move(value)}});
    return *this;
  }
  json::Array array_;
};

/// As OpenTelemetry's conventions for CI call it.
llvm::StringRef resultOf(const std::optional<plan::Outcome> &outcome) {
  if (!outcome) return "error";
  switch (*outcome) {
  case plan::Outcome::Success: return "success";
  case plan::Outcome::Failure: return "failure";
  case plan::Outcome::TimedOut: return "timeout";
  case plan::Outcome::Skipped: return "skipped";
  case plan::Outcome::Cancelled: return "cancellation";
  }
  return "error";
}

json::Object statusOf(const std::optional<plan::Outcome> &outcome, llvm::StringRef reason) {
  if (outcome == plan::Outcome::Success) return json::Object{{"code", 1}};
  if (outcome == plan::Outcome::Skipped || outcome == plan::Outcome::Cancelled)
    return json::Object{{"code", 0}};
  const std::string utf8 = json::isUTF8(reason) ? reason.str() : json::fixUTF8(reason);
  return json::Object{{"code", 2}, {"message", utf8.empty() ? "failed" : utf8}};
}

class Spans {
public:
  explicit Spans(const RunRecord &record)
      : record_(record),
        key_(fmt::format("{}/{}/{}/{}", record.run.run, record.started, record.run.plan, record.run.commit)) {
  }

  std::vector<json::Value> make() {
    constexpr int server = 2; // a run is asked for from outside, the conventions say
    span("", "", "RUN " + record_.run.pipeline, server, record_.started, record_.ended,
         Attributes()
             .text("cicd.pipeline.name", record_.run.pipeline)
             .text("cicd.pipeline.run.id", record_.run.run)
             .text("cicd.pipeline.action.name", "RUN")
             .text("cicd.pipeline.result", resultOf(record_.outcome))
             .take(),
         statusOf(record_.outcome, "the run did not succeed"));
    for (const NodeRecord &node : record_.nodes)
      if (node.ran()) add(node);
    return std::move(spans_);
  }

private:
  json::Object &span(const std::string &path, const std::string &parent, llvm::StringRef name, int kind,
                     std::int64_t from, std::int64_t to, json::Array attributes, json::Object status) {
    json::Object object{{"traceId", identity(key_, 16)},
                        {"spanId", identity(key_ + "|" + path, 8)},
                        {"name", json::isUTF8(name) ? name.str() : json::fixUTF8(name)},
                        {"kind", kind},
                        {"startTimeUnixNano", nanoseconds(from)},
                        {"endTimeUnixNano", nanoseconds(to)},
                        {"attributes", std::move(attributes)},
                        {"status", std::move(status)}};
    if (!path.empty()) object["parentSpanId"] = identity(key_ + "|" + parent, 8);
    spans_.push_back(std::move(object));
    return *spans_.back().getAsObject();
  }

  void add(const NodeRecord &node) {
    constexpr int internal = 1;
    Attributes about;
    about.text("cicd.pipeline.task.name", node.name)
        .text("cicd.pipeline.task.run.id", record_.run.run + "/" + node.name)
        .text("cicd.pipeline.task.run.result", resultOf(node.outcome))
        .text("cicd.pipeline.task.type", node.kind == "deployment" ? "deploy" : "")
        .text("pipelang.kind", node.kind)
        .text("pipelang.cache", node.cache)
        .flag("pipelang.critical_path", node.critical);
    if (node.attempts > 1) about.number("pipelang.attempts", static_cast<std::int64_t>(node.attempts));
    for (const auto &[name, value] : node.measured)
      about.number("pipelang.measured." + name, value);
    json::Object &made = span("node:" + node.name, "", node.name, internal, node.started, node.ended,
                              about.take(), statusOf(node.outcome, node.reason));
    json::Array checks;
    for (const store::Checked &check : node.checks)
      checks.push_back(json::Object{{"timeUnixNano", nanoseconds(node.ended)},
                                    {"name", check.requirement},
                                    {"attributes", Attributes()
                                                       .text("pipelang.verdict", check.verdict)
                                                       .text("pipelang.value", check.value)
                                                       .text("pipelang.bound", check.bound)
                                                       .text("pipelang.evidence", check.evidence)
                                                       .take()}});
    if (!checks.empty()) made["events"] = std::move(checks);
    for (const StepRecord &step : node.steps)
      if (step.outcome != plan::Outcome::Skipped)
        span(fmt::format("step:{}/{}/{}", node.name, step.index, step.attempt), "node:" + node.name,
             step.name, internal, step.started, step.ended,
             Attributes()
                 .number("process.exit.code", static_cast<std::int64_t>(step.exitCode))
                 .number("pipelang.attempt", static_cast<std::int64_t>(step.attempt))
                 .take(),
             statusOf(step.outcome, step.reason));
    for (std::size_t i = 0; i < node.phases.size(); ++i)
      span(fmt::format("phase:{}/{}", node.name, i), "node:" + node.name, node.phases[i].phase, internal,
           node.phases[i].started, node.phases[i].ended,
           Attributes().text("pipelang.message", node.phases[i].message).take(), json::Object{{"code", 0}});
  }

  const RunRecord &record_;
  const std::string key_;
  std::vector<json::Value> spans_;
};

std::string requestBody(const RunRecord &record, llvm::StringRef version, json::Array spans) {
  json::Array resource = Attributes()
                             .text("service.name", "piperun")
                             .text("service.version", version)
                             .text("cicd.pipeline.name", record.run.pipeline)
                             .text("cicd.pipeline.run.id", record.run.run)
                             .text("vcs.ref.head.name", record.run.branch)
                             .text("vcs.ref.head.revision", record.run.commit)
                             .take();
  const json::Value body = json::Object{
      {"resourceSpans",
       json::Array{json::Object{
           {"resource", json::Object{{"attributes", std::move(resource)}}},
           {"scopeSpans", json::Array{json::Object{
                              {"scope", json::Object{{"name", "pipelang"}, {"version", version.str()}}},
                              {"spans", std::move(spans)}}}}}}}};
  std::string text;
  llvm::raw_string_ostream(text) << body;
  return text;
}

llvm::Error failed(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s", why.c_str());
}

/// What a collector took only in part, it says in an answer of 200.
llvm::Error rejected(const std::string &body) {
  llvm::Expected<json::Value> answer = parseBoundedJson(body);
  if (!answer) {
    llvm::consumeError(answer.takeError()); // empty is all taken
    return llvm::Error::success();
  }
  const json::Object *object = answer->getAsObject();
  const json::Object *partial = object ? object->getObject("partialSuccess") : nullptr;
  if (!partial) return llvm::Error::success();
  const auto message = partial->getString("errorMessage");
  const json::Value *count = partial->get("rejectedSpans");
  const std::string number = !count                 ? "0"
                             : count->getAsString() ? count->getAsString()->str()
                                                    : std::to_string(count->getAsInteger().getValueOr(0));
  if (number == "0") return llvm::Error::success();
  return failed(
      fmt::format("the collector refused {} spans{}", number, message ? ": " + message->str() : ""));
}

llvm::Error post(const host::HttpRequest &request, host::Host &host) {
  std::string problem;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    if (attempt > 1) host.clock.sleep(Duration::fromMilliseconds(250 * attempt));
    llvm::Expected<host::HttpResponse> response = host.http.send(request);
    if (!response) {
      problem = llvm::toString(response.takeError());
      continue;
    }
    if (response->status >= 200 && response->status < 300) return rejected(response->body);
    problem = fmt::format("the collector answered {}", response->status);
    const int status = response->status;
    if (status != 429 && status != 502 && status != 503 && status != 504) break; // others stay as they are
  }
  return failed(problem);
}

} // namespace

std::string otlpUrl(llvm::StringRef url) {
  std::string text = url.contains("://") ? url.str() : "http://" + url.str();
  if (llvm::StringRef(text).endswith("/v1/traces")) return text;
  return llvm::StringRef(text).rtrim('/').str() + "/v1/traces";
}

std::map<std::string, std::string> otlpHeaders(llvm::StringRef text) {
  std::map<std::string, std::string> headers;
  llvm::SmallVector<llvm::StringRef> each;
  text.split(each, ',', -1, false);
  for (const llvm::StringRef one : each) {
    const auto [name, value] = one.split('=');
    std::string decoded;
    const llvm::StringRef raw = value.trim();
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const bool escaped =
          raw[i] == '%' && i + 2 < raw.size() && llvm::isHexDigit(raw[i + 1]) && llvm::isHexDigit(raw[i + 2]);
      decoded += escaped ? static_cast<char>(llvm::hexFromNibbles(raw[i + 1], raw[i + 2])) : raw[i];
      if (escaped) i += 2;
    }
    const bool plain = decoded.find_first_of("\r\n") == std::string::npos;
    if (!name.trim().empty() && plain) headers[name.trim().lower()] = decoded;
  }
  return headers;
}

llvm::Error sendSpans(const RunRecord &record, const OtlpTarget &target, host::Host &host) {
  std::vector<json::Value> spans = Spans(record).make();
  host::HttpRequest request;
  request.method = "POST";
  request.url = otlpUrl(target.url);
  request.headers = target.headers;
  request.headers["content-type"] = "application/json";
  for (std::size_t from = 0; from < spans.size(); from += spansOfOneRequest) {
    json::Array some;
    for (std::size_t i = from; i < std::min(spans.size(), from + spansOfOneRequest); ++i)
      some.push_back(std::move(spans[i]));
    request.body = requestBody(record, target.version, std::move(some));
    if (llvm::Error error = post(request, host)) return error;
  }
  return llvm::Error::success();
}

} // namespace pipelang::report
