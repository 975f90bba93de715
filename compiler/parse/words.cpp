// Which words are keywords where. A word is a keyword only in a place where it can be meant as one,
// so `after`, `target` or `service` stay free as names of jobs, fields and values.
#include "PipeParser.h"
#include "compiler/parse/tokens.h"
#include <algorithm>

namespace pipelang::parser {
namespace {

using K = grammar::PipeParser;

struct Keyword {
  const char *text;
  std::uint32_t kind;
};

/// They begin a declaration or statement, and a name follows.
const Keyword beginners[] = {{"let", K::LET},
                             {"fn", K::FN},
                             {"record", K::RECORD},
                             {"enum", K::ENUM},
                             {"union", K::UNION},
                             {"type", K::TYPE},
                             {"environment", K::ENVIRONMENT},
                             {"secret", K::SECRET},
                             {"param", K::PARAM},
                             {"task", K::TASK},
                             {"reader", K::READER},
                             {"pipeline", K::PIPELINE},
                             {"emit", K::EMIT},
                             {"import", K::IMPORT},
                             {"test", K::TEST},
                             {"native", K::NATIVE},
                             {"private", K::PRIVATE},
                             {"opaque", K::OPAQUE},
                             {"job", K::JOB},
                             {"gate", K::GATE},
                             {"deploy", K::DEPLOY},
                             {"service", K::SERVICE},
                             {"env", K::ENV},
                             {"out", K::OUT},
                             {"on", K::ON},
                             {"simulate", K::SIMULATE}};

/// They stand between operands, or behind one.
const Keyword connectors[] = {
    {"and", K::AND},       {"or", K::OR},       {"is", K::IS},     {"when", K::WHEN}, {"within", K::WITHIN},
    {"target", K::TARGET}, {"for", K::FOR},     {"in", K::IN},     {"if", K::IF},     {"then", K::THEN},
    {"else", K::ELSE},     {"where", K::WHERE}, {"from", K::FROM}, {"as", K::AS},     {"of", K::OF}};

template <std::size_t N> std::uint32_t find(const Keyword (&table)[N], llvm::StringRef text) {
  for (const Keyword &keyword : table)
    if (text == keyword.text) return keyword.kind;
  return 0;
}

bool opensString(std::uint32_t kind) {
  return kind == K::STRING_OPEN || kind == K::TRIPLE_OPEN || kind == K::RAW_STRING;
}

/// Whether what follows shows that the word before it is an operand: `after.x`, `env == 1`, `job = 2`.
bool followsOperand(std::uint32_t next) {
  if (isOperator(next)) return true;
  switch (next) {
  case K::DOT:
  case K::QUESTION_DOT:
  case K::LPAREN:
  case K::LBRACKET:
  case K::ASSIGN:
  case K::COLON:
  case K::FAT_ARROW:
  case K::COMMA:
  case K::RPAREN:
  case K::RBRACKET:
  case K::RBRACE: return true;
  default: return false;
  }
}

/// Statements that an expression follows.
std::uint32_t expressionStatement(llvm::StringRef text, const WordContext &context) {
  std::uint32_t next = context.next;
  bool operandNext =
      next == K::WORD || next == K::NUMBER || opensString(next) || next == K::NOT || next == K::MINUS;
  if (text == "return")
    return operandNext || next == K::LPAREN || next == K::LBRACKET || next == K::LBRACE ? K::RETURN : 0;
  if (text == "require") return operandNext || next == K::LPAREN ? K::REQUIRE : 0;
  if (text == "expect") return operandNext || next == K::LPAREN ? K::EXPECT : 0;
  if (text == "after") return operandNext ? K::AFTER : 0;
  if (text == "before") return context.nextText == "switch" ? K::BEFORE : 0;
  if (text == "switch") return context.nextText == "within" ? K::SWITCH : 0;
  if (text == "budget") return next == K::LBRACE ? K::BUDGET : 0;
  if (text == "open") return next == K::WORD ? K::OPEN : 0;
  if (text == "raw") return next == K::WORD ? K::RAW : 0;
  return 0;
}

/// Keywords where an operand may begin.
std::uint32_t operandKeyword(llvm::StringRef text, const WordContext &context) {
  if (text == "true") return K::TRUE;
  if (text == "false") return K::FALSE;
  if (text == "none") return K::NONE;
  if (text == "sh" || text == "bash" || text == "python" || text == "node")
    return opensString(context.next) ? K::SCRIPT : 0;
  if (text == "exec") return context.next == K::LBRACKET ? K::EXEC : 0;
  if (text == "uses") return opensString(context.next) ? K::USES : 0;
  if (text == "fn") return context.next == K::LPAREN ? K::FN : 0;
  if (context.next == K::FAT_ARROW || context.next == K::DOT || context.next == K::COMMA) return 0;
  if (text == "not") return K::NOT;
  if (text == "if") return K::IF;
  if (text == "match") return K::MATCH;
  return 0;
}

/// A keyword right after another keyword that asks for it.
std::uint32_t pairedKeyword(llvm::StringRef text, const WordContext &context) {
  switch (context.previous) {
  case K::ON: return text == "outcome" && context.nextText == "of" ? K::OUTCOME : 0;
  case K::OUTCOME: return text == "of" ? K::OF : 0;
  case K::EXPECT: return text == "error" && context.next == K::WORD ? K::ERROR : 0;
  case K::BEFORE: return text == "switch" ? K::SWITCH : 0;
  case K::AFTER: return text == "switch" && context.next == K::LBRACE ? K::SWITCH : 0;
  case K::SWITCH: return text == "within" ? K::WITHIN : 0;
  default: return 0;
  }
}

bool startsField(std::uint32_t previous) {
  return previous == 0 || previous == K::SEPARATOR || previous == K::LBRACE || previous == K::LPAREN ||
         previous == K::COMMA;
}

} // namespace

bool isOperator(std::uint32_t kind) {
  switch (kind) {
  case K::PLUS:
  case K::MINUS:
  case K::STAR:
  case K::SLASH:
  case K::EQUAL:
  case K::NOT_EQUAL:
  case K::LESS:
  case K::LESS_EQUAL:
  case K::GREATER:
  case K::GREATER_EQUAL:
  case K::AND:
  case K::OR:
  case K::COALESCE:
  case K::IS: return true;
  default: return false;
  }
}

bool endsOperand(std::uint32_t kind) {
  switch (kind) {
  case K::WORD:
  case K::NUMBER:
  case K::STRING_CLOSE:
  case K::RAW_STRING:
  case K::RPAREN:
  case K::RBRACKET:
  case K::RBRACE:
  case K::TRUE:
  case K::FALSE:
  case K::NONE:
  case K::QUESTION: return true;
  default: return false;
  }
}

bool declaresName(std::uint32_t kind) {
  switch (kind) {
  case K::IMPORT:
  case K::LET:
  case K::FN:
  case K::RECORD:
  case K::ENUM:
  case K::UNION:
  case K::TYPE:
  case K::ENVIRONMENT:
  case K::SECRET:
  case K::PARAM:
  case K::TASK:
  case K::READER:
  case K::PIPELINE:
  case K::EMIT:
  case K::JOB:
  case K::GATE:
  case K::DEPLOY:
  case K::SERVICE:
  case K::ENV:
  case K::OUT:
  case K::ON:
  case K::SIMULATE:
  case K::FROM:
  case K::AS:
  case K::FOR:
  case K::ERROR:
  case K::AT:
  case K::RAW:
  case K::OPEN: return true;
  default: return false;
  }
}

std::uint32_t classifyWord(llvm::StringRef text, const WordContext &context) {
  if (context.previous == K::DOT || context.previous == K::QUESTION_DOT) return K::WORD;
  if (std::uint32_t paired = pairedKeyword(text, context)) return paired;
  if (declaresName(context.previous)) return K::WORD;
  if (context.next == K::ASSIGN && startsField(context.previous)) return K::FIELD_NAME;
  if (context.next == K::COLON) return K::WORD;
  if (!context.atStart && endsOperand(context.previous)) {
    std::uint32_t connector = find(connectors, text);
    return connector != 0 ? connector : static_cast<std::uint32_t>(K::WORD);
  }
  if (context.atStart && context.plainWords)
    return text == "open" && context.next == K::WORD ? K::OPEN : K::WORD;
  const bool continues = text == "else" || text == "then" || text == "where";
  if (context.atStart && continues && !followsOperand(context.next))
    return text == "else" ? K::ELSE : text == "then" ? K::THEN : K::WHERE;
  if (context.atStart) {
    std::uint32_t kind = find(beginners, text);
    if (kind != 0 && !followsOperand(context.next)) return kind;
    kind = expressionStatement(text, context);
    if (kind != 0) return kind;
  }
  std::uint32_t operand = operandKeyword(text, context);
  return operand != 0 ? operand : static_cast<std::uint32_t>(K::WORD);
}

llvm::ArrayRef<std::string> allKeywords() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> words = {"return", "require", "expect", "after", "before", "switch",
                                      "budget", "open",    "true",   "false", "none",   "sh",
                                      "bash",   "python",  "node",   "exec",  "uses",   "not",
                                      "match",  "outcome", "error",  "raw"};
    for (const Keyword &keyword : beginners)
      words.push_back(keyword.text);
    for (const Keyword &keyword : connectors)
      words.push_back(keyword.text);
    std::sort(words.begin(), words.end());
    return words;
  }();
  return all;
}

} // namespace pipelang::parser
