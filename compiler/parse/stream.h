// Our tokens as the ANTLR runtime wants to see them, and the parser's handling of errors.
#pragma once

#include "PipeParser.h"
#include "compiler/parse/tokens.h"

namespace pipelang::parser {

using K = grammar::PipeParser;

/// One of our tokens for the runtime.
class StreamToken : public antlr4::Token {
public:
  StreamToken(const Lexeme &token, std::size_t index) : token_(token), index_(index) {}
  const Lexeme &token() const { return token_; }

  std::string getText() const override { return {}; }
  size_t getType() const override {
    return token_.kind == static_cast<std::uint32_t>(antlr4::Token::EOF) ? antlr4::Token::EOF : token_.kind;
  }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  size_t getChannel() const override { return DEFAULT_CHANNEL; }
  size_t getTokenIndex() const override { return index_; }
  size_t getStartIndex() const override { return token_.begin; }
  size_t getStopIndex() const override { return token_.end; }
  antlr4::TokenSource *getTokenSource() const override { return nullptr; }
  antlr4::CharStream *getInputStream() const override { return nullptr; }
  std::string toString() const override { return {}; }

private:
  Lexeme token_;
  std::size_t index_;
};

/// A TokenList for the runtime. Its last token is the end of file, which repeats for ever.
class Stream : public antlr4::TokenStream {
public:
  explicit Stream(const TokenList &list) : list_(list) {
    tokens_.reserve(list.tokens.size());
    for (std::size_t i = 0; i < list.tokens.size(); ++i)
      tokens_.emplace_back(list.tokens[i], i);
  }
  const TokenList &list() const { return list_; }
  StreamToken *at(std::size_t index) const {
    return const_cast<StreamToken *>(&tokens_[std::min(index, tokens_.size() - 1)]);
  }

  antlr4::Token *LT(ssize_t k) override {
    if (k < 0) return at_ < static_cast<std::size_t>(-k) ? nullptr : at(at_ - static_cast<std::size_t>(-k));
    return at(at_ + static_cast<std::size_t>(k) - 1);
  }
  size_t LA(ssize_t k) override {
    antlr4::Token *token = LT(k);
    return token ? token->getType() : antlr4::Token::INVALID_TYPE;
  }
  void consume() override {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  antlr4::Token *get(size_t index) const override { return at(index); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = std::min(index, tokens_.size() - 1); }
  size_t size() override { return tokens_.size(); }
  antlr4::TokenSource *getTokenSource() const override { return nullptr; }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval &) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext *) override { return {}; }
  std::string getText(antlr4::Token *, antlr4::Token *) override { return {}; }

private:
  const TokenList &list_;
  std::vector<StreamToken> tokens_;
  std::size_t at_ = 0;
};

/// Reads what has no error, as ErrorStrategy does, and gives up at the first: so it needs none of the
/// parser's tables, which take longer to set up than most files to read.
class FirstReading : public antlr4::ANTLRErrorStrategy {
public:
  struct Failed {};

  void reset(antlr4::Parser *) override {}
  bool inErrorRecoveryMode(antlr4::Parser *) override { return false; }
  void reportMatch(antlr4::Parser *) override {}
  antlr4::Token *recoverInline(antlr4::Parser *) override { throw Failed(); }
  void reportError(antlr4::Parser *, const antlr4::RecognitionException &) override { throw Failed(); }
  void recover(antlr4::Parser *, std::exception_ptr) override { throw Failed(); }
  void sync(antlr4::Parser *parser) override;
};

/// Reports a syntax error once in our words and goes on behind it.
class ErrorStrategy : public antlr4::ANTLRErrorStrategy {
public:
  ErrorStrategy(const Source &source, Stream &stream) : source_(source), stream_(stream) {}

  void reset(antlr4::Parser *) override { recovering_ = false; }
  bool inErrorRecoveryMode(antlr4::Parser *) override { return recovering_; }
  void reportMatch(antlr4::Parser *) override { recovering_ = false; }
  antlr4::Token *recoverInline(antlr4::Parser *parser) override;
  void reportError(antlr4::Parser *parser, const antlr4::RecognitionException &error) override;
  void recover(antlr4::Parser *parser, std::exception_ptr error) override;
  void sync(antlr4::Parser *parser) override;

private:
  void report(antlr4::Parser *parser);
  void skipTo(bool commas, bool bodies);
  std::string expectation(antlr4::Parser *parser);
  bool reportSpecial(antlr4::Parser *parser, const Lexeme &seen);
  std::string describe(const Lexeme &token) const;

  const Source &source_;
  Stream &stream_;
  bool recovering_ = false;
};

} // namespace pipelang::parser
