// What a syntax error says, and where reading goes on.
#include "compiler/parse/stream.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

namespace pipelang::parser {
namespace {

bool opens(size_t kind) {
  return kind == K::LBRACE || kind == K::LPAREN || kind == K::LBRACKET || kind == K::HOLE_OPEN ||
         kind == K::STRING_OPEN || kind == K::TRIPLE_OPEN;
}
bool closes(size_t kind) {
  return kind == K::RBRACE || kind == K::RPAREN || kind == K::RBRACKET;
}

bool declares(size_t kind) {
  switch (kind) {
  case K::IMPORT:
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
  case K::TEST:
  case K::FN:
  case K::PRIVATE:
  case K::NATIVE: return true;
  default: return false;
  }
}

bool beginsStatement(size_t kind) {
  switch (kind) {
  case K::JOB:
  case K::GATE:
  case K::DEPLOY:
  case K::ENV:
  case K::OUT:
  case K::RETURN:
  case K::AFTER:
  case K::BEFORE:
  case K::SWITCH:
  case K::REQUIRE:
  case K::ON:
  case K::BUDGET:
  case K::SIMULATE:
  case K::EXPECT:
  case K::RAW:
  case K::SCRIPT:
  case K::EXEC:
  case K::USES:
  case K::IF:
  case K::FIELD_NAME: return true;
  default: return false;
  }
}

/// Braced bodies: `sync` runs before each of their elements.
bool hasElements(size_t rule) {
  switch (rule) {
  case K::RuleFile:
  case K::RuleBlock:
  case K::RuleRecordBody:
  case K::RuleEnumBody:
  case K::RuleUnionBody:
  case K::RuleOutcomeBody:
  case K::RuleFactBody:
  case K::RuleBraces:
  case K::RuleMatchBody: return true;
  default: return false;
  }
}

size_t elementRule(size_t rule) {
  switch (rule) {
  case K::RuleFile: return K::RuleDeclaration;
  case K::RuleBlock: return K::RuleStatement;
  case K::RuleRecordBody: return K::RuleField;
  case K::RuleEnumBody: return K::RuleName;
  case K::RuleUnionBody: return K::RuleUnionCase;
  case K::RuleOutcomeBody: return K::RuleOutcomeArm;
  case K::RuleFactBody: return K::RuleFact;
  case K::RuleBraces: return K::RuleEntry;
  default: return K::RuleMatchArm;
  }
}

size_t parentRule(antlr4::ParserRuleContext *context) {
  auto *parent = dynamic_cast<antlr4::ParserRuleContext *>(context->parent);
  return parent ? parent->getRuleIndex() : static_cast<size_t>(-1);
}

const char *elementWords(size_t rule) {
  switch (rule) {
  case K::RuleFile: return "a declaration";
  case K::RuleBlock: return "a statement";
  case K::RuleRecordBody: return "a field, as `name: Type`";
  case K::RuleEnumBody: return "a name";
  case K::RuleUnionBody: return "a case, as `Name { field: Type }`";
  case K::RuleOutcomeBody: return "an outcome, as `success => …`";
  case K::RuleFactBody: return "a fact, as `name fails`";
  case K::RuleBraces: return "a field, as `name = value`";
  default: return "a case, as `pattern => value`";
  }
}

std::string tokenWords(size_t kind) {
  switch (kind) {
  case K::WORD: return "a name";
  case K::SEPARATOR: return "the end of the line";
  case K::STRING_OPEN:
  case K::TRIPLE_OPEN:
  case K::RAW_STRING: return "a string";
  case K::FIELD_NAME: return "`name =`";
  case K::LBRACE: return "`{`";
  case K::RBRACE: return "`}`";
  case K::LPAREN: return "`(`";
  case K::RPAREN: return "`)`";
  case K::LBRACKET: return "`[`";
  case K::RBRACKET: return "`]`";
  case K::COMMA: return "`,`";
  case K::COLON: return "`:`";
  case K::ASSIGN: return "`=`";
  case K::ARROW: return "`->`";
  case K::FAT_ARROW: return "`=>`";
  case K::THEN: return "`then`";
  case K::ELSE: return "`else`";
  case K::IN: return "`in`";
  case K::OF: return "`of`";
  case K::SWITCH: return "`switch`";
  case K::WITHIN: return "`within`";
  case K::STRING_CLOSE: return "the end of the string";
  default: return {};
  }
}

} // namespace

std::string ErrorStrategy::describe(const Lexeme &token) const {
  switch (token.kind) {
  case static_cast<std::uint32_t>(antlr4::Token::EOF): return "the end of the file";
  case K::SEPARATOR: return source_.text.substr(token.begin).startswith(";") ? "`;`" : "the end of the line";
  case K::STRING_OPEN:
  case K::TRIPLE_OPEN:
  case K::RAW_STRING: return "a string";
  case K::STRING_CLOSE: return "the end of the string";
  case K::TEXT: return "text";
  default: break;
  }
  if (token.begin == token.end) return tokenWords(token.kind);
  return "`" + source_.textOf(token).str() + "`";
}

/// What may stand here, in words; the operand forms count as one thing.
std::string ErrorStrategy::expectation(antlr4::Parser *parser) {
  antlr4::misc::IntervalSet set = parser->getATN().nextTokens(parser->getATN().states[parser->getState()]);
  if (set.contains(size_t{K::MATCH}) && set.contains(size_t{K::NUMBER})) {
    bool statement = set.contains(size_t{K::JOB});
    if (statement) return "a statement";
    if (!set.contains(size_t{K::RPAREN})) return "a value";
  }
  if (set.contains(size_t{K::PIPELINE})) return "a declaration";
  std::vector<std::string> words;
  for (ssize_t kind : set.toList()) {
    if (kind < 0) continue;
    std::string text = tokenWords(static_cast<size_t>(kind));
    if (!text.empty() && std::find(words.begin(), words.end(), text) == words.end()) words.push_back(text);
  }
  if (words.empty() || words.size() > 4) return {};
  std::string all = words.front();
  for (std::size_t i = 1; i < words.size(); ++i)
    all += (i + 1 == words.size() ? " or " : ", ") + words[i];
  return all;
}

/// Mistakes with a message of their own. True: reported.
bool ErrorStrategy::reportSpecial(antlr4::Parser *parser, const Lexeme &seen) {
  auto *context = parser->getContext();
  size_t rule = context->getRuleIndex();
  llvm::StringRef text = source_.textOf(seen);
  if (rule == K::RuleFile || rule == K::RuleDeclaration) {
    if (!beginsStatement(seen.kind) && seen.kind != K::WORD) return false;
    static const std::vector<std::string> beginners = {"import",  "let",         "fn",     "record", "enum",
                                                       "type",    "environment", "secret", "param",  "task",
                                                       "service", "pipeline",    "emit",   "test"};
    if (beginsStatement(seen.kind) && seen.kind != K::FIELD_NAME) {
      source_.diagnostics.report(source_.span(seen), diag::StatementAtTopLevel, text)
          .note("jobs, gates, deployments and triggers stand in `pipeline name { … }`; steps in a "
                "job or task");
      return true;
    }
    auto builder = source_.diagnostics.report(source_.span(seen), diag::Syntax,
                                              "expected a declaration, found `" + text.str() + "`");
    std::string near = nearestName(text, beginners);
    if (seen.kind == K::FIELD_NAME)
      builder.fix(source_.span(seen.begin, seen.begin), "let ", "declare it with `let`");
    else if (!near.empty())
      builder.fix(source_.span(seen), near, "write `" + near + "`");
    return true;
  }
  if (rule == K::RuleBlock && declares(seen.kind)) {
    source_.diagnostics.report(source_.span(seen), diag::MisplacedDeclaration, text)
        .note("if it was meant to be at the top level, a `}` is missing before it");
    return true;
  }
  return false;
}

void ErrorStrategy::report(antlr4::Parser *parser) {
  if (recovering_) return;
  recovering_ = true;
  const Lexeme &seen = stream_.at(stream_.index())->token();
  if (reportSpecial(parser, seen)) return;
  size_t rule = parser->getContext()->getRuleIndex();
  std::string expected = expectation(parser);
  // Between the elements of a body any element could follow; say what the body holds.
  if (expected.empty() && hasElements(rule)) expected = elementWords(rule);
  std::string message = expected.empty() ? "unexpected " + describe(seen)
                                         : "expected " + expected + ", found " + describe(seen);
  Span span = source_.span(seen);
  if (seen.kind == K::SEPARATOR && stream_.index() > 0) {
    std::uint32_t end = stream_.list().tokens[stream_.index() - 1].end;
    span = source_.span(end, end);
  }
  auto builder = source_.diagnostics.report(span, diag::Syntax, message);
  if (seen.kind != K::WORD || stream_.index() == 0) return;
  // `for` or `target` misspelt, where only such a word could go on.
  static const std::vector<std::string> connectors = {"for",  "in",     "is",     "and",  "or",   "if",
                                                      "when", "within", "target", "then", "else", "where"};
  std::string near = nearestName(source_.textOf(seen), connectors);
  bool behindOperand = endsOperand(stream_.list().tokens[stream_.index() - 1].kind);
  if (behindOperand && !near.empty()) builder.fix(span, near, "write `" + near + "`");
}

antlr4::Token *ErrorStrategy::recoverInline(antlr4::Parser *parser) {
  // A header that ends in something odd: go on with its body.
  antlr4::misc::IntervalSet expected =
      parser->getATN().nextTokens(parser->getATN().states[parser->getState()]);
  if (expected.contains(size_t{K::SEPARATOR}) && hasElements(parser->getContext()->getRuleIndex())) {
    report(parser);
    skipTo(false, false);
    while (stream_.LA(1) == K::RPAREN || stream_.LA(1) == K::RBRACKET) {
      stream_.consume();
      skipTo(false, false);
    }
    if (stream_.LA(1) != K::SEPARATOR) return stream_.LT(1);
    antlr4::Token *separator = parser->consume();
    recovering_ = false;
    return separator;
  }
  if (expected.contains(size_t{K::LBRACE}) && expected.size() == 1) {
    for (std::size_t at = stream_.index();; ++at) {
      const Lexeme &token = stream_.at(at)->token();
      if (token.kind == K::SEPARATOR || token.kind == static_cast<std::uint32_t>(antlr4::Token::EOF)) break;
      if (token.kind == K::LBRACE) {
        report(parser);
        stream_.seek(at);
        parser->getContext()->start = stream_.at(at);
        return parser->consume();
      }
      if (opens(token.kind))
        at = stream_.list().partners[at];
      else if (closes(token.kind))
        break;
    }
  }
  throw antlr4::InputMismatchException(parser);
}

void ErrorStrategy::reportError(antlr4::Parser *parser, const antlr4::RecognitionException &) {
  report(parser);
}

/// Moves to the next separator or closing bracket of this level, or (if asked) comma or `{`.
void ErrorStrategy::skipTo(bool commas, bool bodies) {
  for (;; stream_.consume()) {
    size_t kind = stream_.LA(1);
    if (kind == antlr4::Token::EOF || kind == K::SEPARATOR || closes(kind)) return;
    if (kind == K::STRING_CLOSE) return;
    if ((commas && kind == K::COMMA) || (bodies && kind == K::LBRACE)) return;
    if (opens(kind)) stream_.seek(stream_.list().partners[stream_.index()]);
  }
}

void ErrorStrategy::recover(antlr4::Parser *parser, std::exception_ptr) {
  auto *context = parser->getContext();
  // A rule that began with a bracket ends with its partner.
  auto *start = context->start ? dynamic_cast<StreamToken *>(context->start) : nullptr;
  if (start && opens(start->token().kind)) {
    std::size_t partner = stream_.list().partners[start->getTokenIndex()];
    if (partner >= stream_.index() && partner != start->getTokenIndex()) {
      stream_.seek(partner);
      stream_.consume();
      return;
    }
  }
  switch (context->getRuleIndex()) {
  case K::RuleName: return; // the parent goes on, or fails at the same token
  case K::RuleHeadOperand:
  case K::RuleHeadExpression: return skipTo(true, true);
  case K::RulePrimary: return skipTo(true, parentRule(context) == K::RuleHeadOperand);
  case K::RuleOperand:
  case K::RuleExpression:
  case K::RuleArgument:
  case K::RuleParameter:
  case K::RuleType:
  case K::RulePlainType: return skipTo(true, false);
  default: return skipTo(false, false);
  }
}

/// Where no element begins with the next token the rule goes on to its end, and fails at that token.
void FirstReading::sync(antlr4::Parser *parser) {
  if (!hasElements(parser->getContext()->getRuleIndex())) return;
  while (parser->getTokenStream()->LA(1) == K::SEPARATOR)
    parser->getTokenStream()->consume();
}

void ErrorStrategy::sync(antlr4::Parser *parser) {
  size_t rule = parser->getContext()->getRuleIndex();
  if (!hasElements(rule)) return;
  const antlr4::atn::ATN &atn = parser->getATN();
  size_t end = rule == K::RuleFile ? antlr4::Token::EOF : static_cast<size_t>(K::RBRACE);
  antlr4::misc::IntervalSet first;
  for (;;) {
    size_t kind = stream_.LA(1);
    if (kind == end || kind == antlr4::Token::EOF) return;
    if (kind != K::SEPARATOR) {
      if (first.isEmpty()) first = atn.nextTokens(atn.ruleToStartState[elementRule(rule)]);
      if (first.contains(kind)) return;
      report(parser);
      skipTo(false, false);
      kind = stream_.LA(1);
      if (kind != K::SEPARATOR && kind != end && kind != antlr4::Token::EOF) stream_.consume();
    }
    if (stream_.LA(1) != K::SEPARATOR) continue;
    stream_.consume();
    recovering_ = false;
  }
}

} // namespace pipelang::parser
