#include "compiler/driver/test_program.h"
#include "compiler/backends/backend.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipelang::driver {
namespace {

/// Whether the program begins with a statement of a pipeline, comments aside.
bool beginsWithStatement(llvm::StringRef program) {
  for (;;) {
    program = program.ltrim();
    if (!program.startswith("//")) break;
    program = program.drop_until([](char c) { return c == '\n'; });
  }
  const llvm::StringRef word = program.take_while([](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return llvm::StringSwitch<bool>(word)
      .Cases("job", "gate", "deploy", "on", "budget", "after", true)
      .Default(false);
}

void blank(std::string &text, std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < end && at < text.size(); ++at)
    if (text[at] != '\n' && text[at] != '\r') text[at] = ' ';
}

/// `P0201 at 4:11: …`
std::string shown(const Diagnostic &diagnostic, const SourceFile &file) {
  const Position at = file.position(diagnostic.span.begin);
  return fmt::format("{} at {}:{}: {}", diagnostic.code, at.line, at.column, diagnostic.message);
}

} // namespace

std::string textWithProgram(const ast::Module &tree, llvm::StringRef text, Span program) {
  std::string result = text.str();
  for (const ast::Decl &decl : tree.declarations)
    if (std::holds_alternative<ast::TestDecl>(decl.node)) blank(result, decl.span.begin, decl.span.end);
  const llvm::StringRef inner = text.slice(program.begin, program.end);
  result.replace(program.begin, inner.size(), inner.str());
  if (!beginsWithStatement(inner)) return result;
  static constexpr llvm::StringLiteral opening = "pipeline tested {"; // shorter than `expect error P0000 {`
  result.replace(program.begin - opening.size(), opening.size(), opening.str());
  result[program.end] = '}';
  return result;
}

void expectError(const Compilation &compilation, const CompileOptions &options, llvm::StringRef code,
                 Span program, Span span, Diagnostics &failures) {
  const SourceFile &file = compilation.sources[program.file];
  const ast::Module &tree = *compilation.program.modules.front().tree;
  Compilation wrong = compileText(file.name(), textWithProgram(tree, file.text(), program), options);
  if (!wrong.diagnostics.hasErrors()) backends::emitAll(wrong.plan, "", wrong.diagnostics);
  bool found = false;
  std::vector<std::string> others;
  for (const Diagnostic &diagnostic : wrong.diagnostics.all()) {
    if (diagnostic.code == code)
      found = true;
    else if (diagnostic.severity == Severity::Error)
      others.push_back(shown(diagnostic, file));
  }
  if (found && others.empty()) return;
  const char *what = others.empty() ? "nothing is wrong with it" : found ? "there is more" : "it is another";
  Diagnostics::Builder report = failures.report(span, diag::OtherError, code, what);
  for (const std::string &other : others)
    report.note(other);
}

} // namespace pipelang::driver
