#include "runtime/gates/render.h"
#include "fmt/format.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::gates {
namespace {

namespace json = llvm::json;

std::string utf8(llvm::StringRef text) {
  return json::isUTF8(text) ? text.str() : json::fixUTF8(text);
}

std::string asText(const GateResult &result, llvm::StringRef name) {
  std::string text = fmt::format("gate {}: {}\n", name.str(), toText(result.verdict).str());
  for (const RequirementResult &each : result.requirements)
    text += fmt::format("  {:<13} {}\n", toText(each.verdict).str(), each.message);
  return text;
}

/// `body` with an indented JSON writer, then a line feed.
template <typename Body> std::string writeJson(Body body) {
  std::string text;
  llvm::raw_string_ostream out(text);
  json::OStream writer(out, 2);
  body(writer);
  writer.flush();
  out << '\n';
  return out.str();
}

std::string asJson(const GateResult &result, llvm::StringRef name) {
  return writeJson([&](json::OStream &out) {
    out.object([&] {
      out.attribute("gate", utf8(name));
      out.attribute("verdict", toText(result.verdict));
      out.attributeArray("requirements", [&] {
        for (const RequirementResult &each : result.requirements)
          out.object([&] {
            out.attribute("requirement", utf8(each.text));
            out.attribute("verdict", toText(each.verdict));
            out.attribute("value", utf8(each.value));
            out.attribute("bound", utf8(each.bound));
            out.attribute("target", utf8(each.target));
            out.attribute("evidence", utf8(each.evidence));
            out.attribute("message", utf8(each.message));
          });
      });
    });
  });
}

/// SARIF 2.1: what did not pass is a result, at its place in the .pipe file.
class Sarif {
public:
  Sarif(json::OStream &out, llvm::ArrayRef<std::string> files) : out_(out), files_(files) {}

  void write(const GateResult &result, llvm::StringRef name) {
    out_.object([&] {
      out_.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
      out_.attribute("version", "2.1.0");
      out_.attributeArray("runs", [&] { out_.object([&] { run(result, name); }); });
    });
  }

private:
  void run(const GateResult &result, llvm::StringRef name) {
    out_.attributeObject("tool",
                         [&] { out_.attributeObject("driver", [&] { out_.attribute("name", "piperun"); }); });
    out_.attributeArray("results", [&] {
      for (const RequirementResult &each : result.requirements)
        if (each.verdict != Verdict::Pass) out_.object([&] { finding(each, name); });
    });
  }
  void finding(const RequirementResult &each, llvm::StringRef name) {
    out_.attribute("ruleId", utf8(("gate/" + name).str()));
    out_.attribute("level", each.verdict == Verdict::Warn ? "warning" : "error");
    out_.attributeObject("message", [&] { out_.attribute("text", utf8(each.message)); });
    if (!each.origin.valid() || each.origin.file.index() >= files_.size()) return;
    out_.attributeArray("locations", [&] { out_.object([&] { location(each.origin); }); });
  }
  void location(const Span &origin) {
    out_.attributeObject("physicalLocation", [&] {
      out_.attributeObject("artifactLocation",
                           [&] { out_.attribute("uri", utf8(files_[origin.file.index()])); });
      out_.attributeObject("region", [&] {
        out_.attribute("byteOffset", static_cast<std::int64_t>(origin.begin));
        out_.attribute("byteLength", static_cast<std::int64_t>(origin.end - origin.begin));
      });
    });
  }

  json::OStream &out_;
  llvm::ArrayRef<std::string> files_;
};

/// Characters that XML 1.0 has no place for become `?`.
std::string xml(llvm::StringRef text) {
  std::string out;
  for (char c : utf8(text))
    switch (c) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    case '\n': out += "&#10;"; break;
    case '\t': out += "&#9;"; break;
    default: out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  return out;
}

std::string asJunit(const GateResult &result, llvm::StringRef name) {
  auto count = [&](std::initializer_list<Verdict> verdicts) {
    return llvm::count_if(result.requirements, [&](const RequirementResult &each) {
      return llvm::is_contained(verdicts, each.verdict);
    });
  };
  std::string counts =
      fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="0")", result.requirements.size(),
                  count({Verdict::Fail}), count({Verdict::Error, Verdict::NotEvaluated}));
  std::string text = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n"
                                 "  <testsuite name=\"{1}\" {0}>\n",
                                 counts, xml(name));
  for (const RequirementResult &each : result.requirements) {
    text += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(name), xml(each.text));
    std::string message = xml(each.message);
    switch (each.verdict) {
    case Verdict::Pass: text += "/>\n"; break;
    case Verdict::Warn: text += fmt::format("><system-out>{}</system-out></testcase>\n", message); break;
    case Verdict::Fail: text += fmt::format("><failure message=\"{}\"/></testcase>\n", message); break;
    // Not `skipped`: that would count as harmless.
    case Verdict::NotEvaluated:
    case Verdict::Error: text += fmt::format("><error message=\"{}\"/></testcase>\n", message); break;
    }
  }
  return text + "  </testsuite>\n</testsuites>\n";
}

/// Text in a cell of a table: nothing in it is markup.
std::string cell(llvm::StringRef text) {
  std::string out;
  for (char c : utf8(text)) {
    if (llvm::StringRef("\\`*_{}[]<>()#+!|~&@$").contains(c)) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string asMarkdown(const GateResult &result, llvm::StringRef name) {
  std::string text = fmt::format("### Gate {}: {}\n\n", cell(name), cell(toText(result.verdict)));
  text += "| Verdict | Requirement | Found | Bound | Target | Evidence |\n|---|---|---|---|---|---|\n";
  for (const RequirementResult &each : result.requirements)
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", cell(toText(each.verdict)), cell(each.text),
                        cell(each.value), cell(each.bound), cell(each.target), cell(each.evidence));
  for (const RequirementResult &each : result.requirements)
    if (each.verdict != Verdict::Pass) text += "\n- " + cell(each.message);
  if (text.back() != '\n') text += '\n';
  return text;
}

} // namespace

std::optional<ResultFormat> resultFormatFromText(llvm::StringRef text) {
  return llvm::StringSwitch<std::optional<ResultFormat>>(text)
      .Case("text", ResultFormat::Text)
      .Case("json", ResultFormat::Json)
      .Case("sarif", ResultFormat::Sarif)
      .Case("junit", ResultFormat::Junit)
      .Case("markdown", ResultFormat::Markdown)
      .Default(std::nullopt);
}

std::string render(const GateResult &result, llvm::StringRef name, llvm::ArrayRef<std::string> files,
                   ResultFormat format) {
  switch (format) {
  case ResultFormat::Text: return asText(result, name);
  case ResultFormat::Json: return asJson(result, name);
  case ResultFormat::Sarif:
    return writeJson([&](json::OStream &out) { Sarif(out, files).write(result, name); });
  case ResultFormat::Junit: return asJunit(result, name);
  case ResultFormat::Markdown: return asMarkdown(result, name);
  }
  llvm_unreachable("all formats are handled");
}

} // namespace pipelang::gates
