#include "compiler/driver/test_report.h"
#include "compiler/driver/render.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace pipelang::driver {
namespace {

std::string nameOf(const FileTests &file) {
  return file.compilation.sources[file.compilation.sources.idAt(0)].name().str();
}

std::string counted(std::size_t count, const char *what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// JSON and XML are UTF-8; the user's file may be anything.
std::string utf8(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

/// XML's own characters escaped; those XML cannot hold at all as `?`.
std::string xml(llvm::StringRef text) {
  std::string result;
  for (const char c : utf8(text)) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (c == '\n')
      result += "&#10;";
    else if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
      result += '?';
    else
      result += c;
  }
  return result;
}

Position placeOf(const FileTests &file, Span span) {
  return file.compilation.sources[span.file].position(span.begin);
}

} // namespace

TestCounts countTests(const std::deque<FileTests> &files) {
  TestCounts counts;
  for (const FileTests &file : files) {
    counts.broken += file.compilation.diagnostics.hasErrors();
    counts.tests += file.results.size();
    for (const TestResult &test : file.results)
      counts.failed += test.failures.hasErrors();
  }
  return counts;
}

std::string testsAsText(const std::deque<FileTests> &files, bool quiet, bool color) {
  std::string text;
  for (const FileTests &file : files) {
    std::string lines, failures;
    for (const TestResult &test : file.results) {
      const bool failed = test.failures.hasErrors();
      if (quiet && !failed) continue;
      const char *style = failed ? "\033[1;31m" : "\033[1;32m";
      const std::string word = failed ? "FAILED" : "ok    ";
      lines += fmt::format("  {}  {}", color ? style + word + "\033[0m" : word, test.name);
      if (test.combinations > 0) lines += fmt::format(" ({})", counted(test.combinations, "combination"));
      lines += "\n";
      for (const Diagnostic &failure : test.failures.all())
        failures += renderOne(failure, file.compilation.sources, color);
    }
    for (const std::string &path : file.updated)
      lines += "  wrote   " + path + "\n";
    if (!lines.empty()) text += nameOf(file) + "\n" + lines + "\n" + failures;
  }
  const TestCounts counts = countTests(files);
  text += fmt::format("{}: {} ok, {} failed", counted(counts.tests, "test"), counts.tests - counts.failed,
                      counts.failed);
  if (counts.broken > 0) text += fmt::format("; {} with errors not tested", counted(counts.broken, "file"));
  return text + "\n";
}

std::string testsAsJson(const std::deque<FileTests> &files) {
  llvm::json::Array listed;
  for (const FileTests &file : files) {
    llvm::json::Array tests;
    for (const TestResult &test : file.results) {
      llvm::json::Array failures;
      for (const Diagnostic &failure : test.failures.all()) {
        const Position at = placeOf(file, failure.span);
        llvm::json::Array notes;
        for (const std::string &note : failure.notes)
          notes.push_back(utf8(note));
        failures.push_back(llvm::json::Object{{"code", failure.code},
                                              {"message", utf8(failure.message)},
                                              {"line", at.line},
                                              {"column", at.column},
                                              {"notes", std::move(notes)}});
      }
      tests.push_back(llvm::json::Object{{"name", utf8(test.name)},
                                         {"line", placeOf(file, test.span).line},
                                         {"ok", !test.failures.hasErrors()},
                                         {"expectations", static_cast<std::int64_t>(test.expectations)},
                                         {"combinations", static_cast<std::int64_t>(test.combinations)},
                                         {"failures", std::move(failures)}});
    }
    listed.push_back(llvm::json::Object{{"file", utf8(nameOf(file))},
                                        {"compiles", !file.compilation.diagnostics.hasErrors()},
                                        {"tests", std::move(tests)}});
  }
  const TestCounts counts = countTests(files);
  llvm::json::Value whole = llvm::json::Object{{"version", 1},
                                               {"tests", static_cast<std::int64_t>(counts.tests)},
                                               {"failed", static_cast<std::int64_t>(counts.failed)},
                                               {"files", std::move(listed)}};
  return llvm::formatv("{0:2}", whole).str() + "\n";
}

std::string testsAsJunit(const std::deque<FileTests> &files) {
  const TestCounts all = countTests(files);
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format("<testsuites name=\"pipec test\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
                      all.tests, all.failed, all.broken);
  for (const FileTests &file : files) {
    std::size_t failed = 0;
    std::string cases;
    for (const TestResult &test : file.results) {
      failed += test.failures.hasErrors();
      cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(nameOf(file)), xml(test.name));
      if (!test.failures.hasErrors()) {
        cases += "/>\n";
        continue;
      }
      cases += ">\n";
      for (const Diagnostic &failure : test.failures.all())
        cases += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", failure.code,
                             xml(failure.message), xml(renderOne(failure, file.compilation.sources, false)));
      cases += "    </testcase>\n";
    }
    const bool broken = file.compilation.diagnostics.hasErrors();
    if (broken)
      cases += fmt::format(
          "    <testcase classname=\"{0}\" name=\"compiles\">\n      <error message=\"the file has "
          "errors\"/>\n    </testcase>\n",
          xml(nameOf(file)));
    text += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}  </testsuite>\n",
        xml(nameOf(file)), file.results.size() + broken, failed, broken ? 1 : 0, cases);
  }
  return text + "</testsuites>\n";
}

} // namespace pipelang::driver
