#include "compiler/driver/shellcheck.h"
#include "compiler/lower/script_span.h"
#include "compiler/support/bounded_json.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::driver {

namespace {

struct ShellLiteral {
  const SourceFile *source;
  const ast::StringExpr *text;
  Span span;
  bool bash;
  lowering::WrittenScript written;
};

llvm::Error cannot(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), why);
}

std::vector<ShellLiteral> literalsOf(const Compilation &compilation) {
  std::vector<ShellLiteral> found;
  for (const sema::Module &module : compilation.program.modules) {
    if (module.isLibrary) continue;
    const SourceFile &source = compilation.sources[module.tree->file];
    for (const ast::Expr &expr : module.tree->expressions) {
      const auto *script = std::get_if<ast::ScriptExpr>(&expr.node);
      if (!script || (script->language != "sh" && script->language != "bash")) continue;
      const ast::Expr &literal = module.tree->expressions[script->text];
      const auto *text = std::get_if<ast::StringExpr>(&literal.node);
      bool bash = script->language == "bash";
      auto dialect = bash ? lowering::ShellDialect::Bash : lowering::ShellDialect::Posix;
      if (text) found.push_back({&source, text, literal.span, bash, lowering::writtenScript(*text, dialect)});
    }
  }
  return found;
}

/// Byte of `line` and `column`, both from 1; columns count code points.
std::size_t offsetOf(llvm::StringRef text, std::int64_t line, std::int64_t column) {
  std::size_t at = 0;
  for (; line > 1 && at < text.size(); --line)
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  for (; column > 1 && at < text.size() && text[at] != '\n'; --column)
    for (++at; at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;)
      ++at;
  return at;
}

void reportFinding(const llvm::json::Object &comment, const ShellLiteral &literal, Diagnostics &diagnostics) {
  auto number = [&](const char *key) { return comment.getInteger(key).getValueOr(1); };
  const lowering::WrittenScript &written = literal.written;
  std::size_t begin = offsetOf(written.text, number("line"), number("column"));
  std::size_t end = std::max(offsetOf(written.text, number("endLine"), number("endColumn")), begin + 1);
  const auto &first = written.at(begin), &last = written.at(end - 1);
  if (first.ours && last.ours) return;
  auto place = [&](const lowering::WrittenScript::Piece &piece, std::size_t offset) {
    std::size_t joined = piece.ours ? piece.origin : piece.origin + (offset - piece.begin);
    return lowering::scriptSpan(*literal.source, *literal.text, joined, literal.span);
  };
  Span span = place(first, begin);
  span.end = std::max(span.end, place(last, end - 1).end);
  std::string code = "SC" + std::to_string(number("code"));
  std::string message = comment.getString("message").getValueOr("").str();
  while (llvm::StringRef(message).endswith("."))
    message.pop_back();
  auto report = comment.getString("level").getValueOr("") == "error"
                    ? diagnostics.report(span, diag::ShellcheckError, message, code)
                    : diagnostics.report(span, diag::ShellcheckFinding, message, code);
  report.note("https://www.shellcheck.net/wiki/" + code);
}

/// A folder that is gone at the end.
struct TemporaryFolder {
  llvm::SmallString<128> path;
  bool made = !llvm::sys::fs::createUniqueDirectory("pipelang-shellcheck", path);
  ~TemporaryFolder() {
    if (made) llvm::sys::fs::remove_directories(path);
  }
};

llvm::Error write(const std::string &path, llvm::StringRef text) {
  std::error_code code;
  llvm::raw_fd_ostream file(path, code);
  if (code) return cannot(path + ": " + code.message());
  file << text;
  file.close();
  return file.has_error() ? cannot(path + ": " + file.error().message()) : llvm::Error::success();
}

} // namespace

/// Runs `program` over the files of `literals` with index in `which`, all of one shell.
static llvm::Error checkAll(const std::string &program, llvm::StringRef folder, bool bash,
                            const std::vector<ShellLiteral> &literals, Diagnostics &diagnostics) {
  std::vector<std::string> words = {program, "--norc", "--format=json1",
                                    bash ? "--shell=bash" : "--shell=sh"};
  std::string prefix = folder.str() + "/";
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (literals[i].bash != bash) continue;
    words.push_back(prefix + std::to_string(i));
    if (llvm::Error error = write(words.back(), literals[i].written.text)) return error;
  }
  if (words.size() == 4) return llvm::Error::success();
  std::vector<llvm::StringRef> arguments(words.begin(), words.end());
  std::string output = prefix + "findings", message;
  int status = llvm::sys::ExecuteAndWait(program, arguments, llvm::None,
                                         {llvm::StringRef(""), llvm::StringRef(output), llvm::StringRef("")},
                                         120, 0, &message);
  auto text = llvm::MemoryBuffer::getFile(output);
  if (status < 0 || status > 1 || !text)
    return cannot("`shellcheck` failed" + (message.empty() ? "" : ": " + message));
  auto parsed = parseBoundedJson((*text)->getBuffer());
  if (!parsed) return parsed.takeError();
  const llvm::json::Object *root = parsed->getAsObject();
  const llvm::json::Array *comments = root ? root->getArray("comments") : nullptr;
  if (!comments) return cannot("`shellcheck` wrote no findings");
  for (const llvm::json::Value &value : *comments) {
    const llvm::json::Object *comment = value.getAsObject();
    llvm::StringRef file = comment ? comment->getString("file").getValueOr("") : "";
    std::size_t index = 0;
    if (file.consume_front(prefix) && !file.getAsInteger(10, index) && index < literals.size())
      reportFinding(*comment, literals[index], diagnostics);
  }
  return llvm::Error::success();
}

llvm::Error runShellcheck(Compilation &compilation) {
  std::vector<ShellLiteral> literals = literalsOf(compilation);
  if (literals.empty()) return llvm::Error::success();
  auto program = llvm::sys::findProgramByName("shellcheck");
  if (!program) return cannot("`shellcheck` is not installed; on Debian: apt-get install shellcheck");
  TemporaryFolder folder;
  if (!folder.made) return cannot("no temporary folder can be made");
  for (bool bash : {false, true})
    if (llvm::Error error = checkAll(*program, folder.path, bash, literals, compilation.diagnostics))
      return error;
  compilation.diagnostics.sort();
  return llvm::Error::success();
}

} // namespace pipelang::driver
