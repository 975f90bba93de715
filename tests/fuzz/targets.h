// What is fuzzed: any text through each part of the front end, with what must hold of the result. Used by the
// fuzzer (fuzz.cpp) and, with mutations of our own, by a unit test. A broken promise ends the process. Read
// next: readers.h, for everything else that is read.
#pragma once

#include "compiler/ast/shape.h"
#include "compiler/backends/backend.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/fixes.h"
#include "compiler/driver/module_files.h"
#include "compiler/driver/render.h"
#include "compiler/format/format.h"
#include "compiler/lower/lower.h"
#include "compiler/parse/parse.h"
#include "compiler/plan/json.h"
#include <cstdio>
#include <cstdlib>

namespace pipelang::fuzz {

inline void promise(bool kept, const char *what, llvm::StringRef detail = "") {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s: %s\n", what, detail.str().c_str());
  std::abort();
}

/// A text and all that was found out about it.
struct Reading {
  Sources sources;
  Id<SourceFile> file;
  Diagnostics diagnostics;

  explicit Reading(llvm::StringRef text)
      : file(sources.add(SourceFile("/nowhere/main.pipe", text.str(), SourceFile::Origin::User))) {}
  ast::Module parsed() { return parse(file, sources[file], diagnostics); }
  sema::Program checked() {
    auto tree = std::make_unique<ast::Module>(parsed());
    return sema::check(std::move(tree), driver::makeLoader(sources, diagnostics), diagnostics);
  }
  plan::Plan lowered() {
    sema::Program program = checked();
    LowerOptions options;
    options.name = "main";
    for (const SourceFile &source : sources)
      options.files.push_back(source.name().str());
    options.read = [](llvm::StringRef) {
      return llvm::createStringError(llvm::inconvertibleErrorCode(), "no files here");
    };
    return lower(program, options, diagnostics);
  }
};

/// Every diagnostic points into a text.
inline void placesHold(const Diagnostics &diagnostics, const Sources &sources) {
  for (const Diagnostic &diagnostic : diagnostics.all()) {
    if (!diagnostic.span.valid()) continue;
    std::size_t size = sources[diagnostic.span.file].text().size();
    promise(diagnostic.span.begin <= diagnostic.span.end && diagnostic.span.end <= size, "places",
            diagnostic.message);
  }
}

/// Parsing gives a module that can be walked.
inline void fuzzParse(llvm::StringRef text) {
  Reading reading(text);
  ast::Module module = reading.parsed();
  promise(!ast::dump(module, reading.sources[reading.file]).empty(), "a tree");
  placesHold(reading.diagnostics, reading.sources);
}

/// Formatting keeps the tree (imports aside) and is done after one time.
inline void fuzzFormat(llvm::StringRef text) {
  Reading reading(text);
  std::string once = format(reading.file, reading.sources[reading.file], reading.diagnostics);
  if (reading.diagnostics.hasErrors()) return promise(once == text, "broken texts stay");
  Reading again(once);
  std::string twice = format(again.file, again.sources[again.file], again.diagnostics);
  promise(!again.diagnostics.hasErrors(), "formatted text is readable", once);
  promise(once == twice, "once is enough", once);
}

/// Checking ends, with messages that point at text.
inline void fuzzCheck(llvm::StringRef text) {
  Reading reading(text);
  reading.checked();
  placesHold(reading.diagnostics, reading.sources);
}

/// What the Plan says, and every file that comes of it.
inline std::string everything(driver::Compilation &compilation) {
  std::string all = plan::toJson(compilation.plan);
  for (const auto &[path, file] : backends::emitAll(compilation.plan, "", compilation.diagnostics))
    all += path + "\n" + file.content.text;
  return all;
}

/// Compiling ends, and what it says can be shown; a plan without errors is valid, comes back from its JSON,
/// is written for every target, and is the same the next time.
inline void fuzzCompile(llvm::StringRef text) {
  driver::CompileOptions options;
  options.tests = options.notes = true;
  driver::Compilation tested = driver::compileText("/nowhere/main.pipe", text.str(), options);
  placesHold(tested.diagnostics, tested.sources);
  for (driver::Format format : {driver::Format::Text, driver::Format::Json, driver::Format::Sarif})
    driver::render(format, tested.diagnostics, tested.sources, false);
  driver::applyFixes(text, tested.sources.idAt(0), tested.diagnostics);
  promise(tested.internalError.empty(), "a valid plan", tested.internalError);
  if (tested.diagnostics.hasErrors()) return;
  driver::Compilation once = driver::compileText("/nowhere/main.pipe", text.str(), {});
  driver::Compilation twice = driver::compileText("/nowhere/main.pipe", text.str(), {});
  promise(once.internalError.empty(), "a valid plan", once.internalError);
  promise(everything(once) == everything(twice), "same input, same bytes");
  std::string json = plan::toJson(once.plan);
  auto back = plan::fromJson(json);
  if (!back) promise(false, "a plan from its JSON", llvm::toString(back.takeError()));
  promise(plan::toJson(*back) == json, "the same JSON");
  promise(!plan::describe(once.plan).empty() || once.plan.nodes.empty(), "a description");
}

/// The text as a script of a job, in both dialects, with holes in it.
inline void fuzzShell(llvm::StringRef text) {
  std::string script;
  for (char c : text) {
    if (c == '"' && llvm::StringRef(script).endswith("\"\"")) script += ' ';
    if (c != '\0') script += c;
  }
  std::string program =
      "let value = \"x\"\npipeline ci {\n  on push\n  job one {\n    let late = \"#{value}\"\n";
  program += "    sh \"\"\"\n" + script + "\n\"\"\"\n    bash \"\"\"\n" + script +
             "\n\"\"\"\n  }\n}\nemit github ci\n";
  fuzzCompile(program);
}

} // namespace pipelang::fuzz
