// The phases of reading one file, and the limits that keep every one of them short.
#include "compiler/parse/parse.h"
#include "compiler/parse/build.h"
#include "llvm/Support/ConvertUTF.h"

namespace pipelang {
namespace {

using namespace parser;

constexpr std::size_t sizeLimit = 16 << 20; ///< Bytes of a file.
constexpr std::size_t lineLimit = 100'000;  ///< Bytes of a line.
constexpr std::size_t stackLimit = 2 << 20; ///< Bytes of stack the generated parser may use.

/// False: not to be read at all (reported).
bool withinLimits(const Source &source) {
  if (source.text.size() > sizeLimit) {
    source.diagnostics.report(source.span(0, 0), diag::FileTooLarge,
                              static_cast<std::int64_t>(sizeLimit >> 20));
    return false;
  }
  for (std::size_t begin = 0; begin < source.text.size();) {
    std::size_t end = std::min(source.text.find('\n', begin), source.text.size());
    if (end - begin > lineLimit) {
      auto place = static_cast<std::uint32_t>(begin);
      source.diagnostics.report(source.span(place, place), diag::LineTooLong,
                                static_cast<std::int64_t>(lineLimit));
      return false;
    }
    begin = end + 1;
  }
  return true;
}

/// Reports the first byte that is no UTF-8, and the first NUL.
void checkBytes(const Source &source) {
  const auto *begin = reinterpret_cast<const llvm::UTF8 *>(source.text.data());
  const auto *end = begin + source.text.size();
  const auto *at = begin;
  if (!llvm::isLegalUTF8String(&at, end)) {
    auto place = static_cast<std::uint32_t>(at - begin);
    source.diagnostics.report(source.span(place, place + 1), diag::InvalidUtf8)
        .note("save the file as UTF-8");
  }
  std::size_t nul = source.text.find('\0');
  if (nul == llvm::StringRef::npos) return;
  auto place = static_cast<std::uint32_t>(nul);
  source.diagnostics.report(source.span(place, place + 1), diag::NulByte);
}

/// The generated parser, stopped before it runs out of stack.
class GuardedParser : public grammar::PipeParser {
public:
  explicit GuardedParser(antlr4::TokenStream *stream) : PipeParser(stream), base_(place()) {}

  void enterRule(antlr4::ParserRuleContext *context, size_t state, size_t rule) override {
    if (base_ - place() > stackLimit) throw antlr4::ParseCancellationException("nested too deeply");
    PipeParser::enterRule(context, state, rule);
  }

private:
  static std::uintptr_t place() { return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }
  std::uintptr_t base_;
};

/// All of the text. Every choice is made by one token (see PipeParser.g4), so there is no prediction mode to
/// fall back from.
grammar::PipeParser::FileContext *read(GuardedParser &parser,
                                       std::shared_ptr<antlr4::ANTLRErrorStrategy> errors) {
  parser.removeErrorListeners();
  parser.setErrorHandler(std::move(errors));
  parser.reset(); // to the first token
  return parser.file();
}

void buildTree(const Source &source, const TokenList &list, ast::Module &module) {
  Stream stream(list);
  GuardedParser parser(&stream);
  grammar::PipeParser::FileContext *tree;
  try {
    try {
      tree = read(parser, std::make_shared<FirstReading>());
    } catch (const FirstReading::Failed &) {
      tree = read(parser, std::make_shared<ErrorStrategy>(source, stream));
    }
    Builder(source, list, module).file(tree);
  } catch (const antlr4::ParseCancellationException &) {
    const parser::Lexeme &token = stream.at(stream.index())->token();
    source.diagnostics.report(source.span(token), diag::TooDeep, static_cast<std::int64_t>(nestingLimit));
  }
}

} // namespace

ast::Module parse(Id<SourceFile> file, const SourceFile &source, Diagnostics &diagnostics) {
  ast::Module module;
  module.file = file;
  Source text{file, source.text(), diagnostics};
  if (!withinLimits(text)) return module;
  checkBytes(text);
  std::vector<parser::Lexeme> tokens = repairSpelling(text, carvePrograms(text, lex(text)));
  if (diagnostics.errorCount() > Diagnostics::mostKept) { // what is left of such a text says nothing
    module.declarations.emplace_back();
    return module;
  }
  if (!balanceBrackets(text, tokens)) return module;
  TokenList list = layOut(text, tokens);
  if (limitChains(text, list)) buildTree(text, list, module);
  return module;
}

} // namespace pipelang
