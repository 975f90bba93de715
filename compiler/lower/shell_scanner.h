// The recursive scanner behind scanShell: commands in shell_scan.cpp, words in shell_words.cpp. For those
// two files alone.
#pragma once

#include "compiler/lower/shell_commands.h"

namespace pipelang::lowering {

inline constexpr int endOfText = -1;
inline constexpr int hole = 256; ///< A unit beyond every byte.

/// A here-document whose body begins after the next line end.
struct PendingDocument {
  std::string delimiter;
  bool quoted = false;
  bool stripTabs = false;
  std::shared_ptr<ShellPipeline> pipeline;
};

/// The recursive scanner. Every `scan…` starts behind what opened its construct and ends behind
/// what closes it, or at the end of the text: broken scripts are the shell's to refuse.
class Scanner {
public:
  Scanner(const std::vector<std::string> &texts, ShellDialect dialect) : dialect_(dialect) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      for (unsigned char byte : texts[i])
        units_.push_back(byte);
      if (i + 1 < texts.size()) units_.push_back(hole);
    }
    sites_.resize(texts.size() - 1);
  }

  std::vector<HoleSite> run() {
    while (peek() != endOfText) {
      scanCommands(endOfText);
      if (peek() != endOfText) ++at_; // a closing token without its opening
    }
    return std::move(sites_);
  }

private:
  int peek(std::size_t ahead = 0) const {
    return at_ + ahead < units_.size() ? units_[at_ + ahead] : endOfText;
  }
  bool accept(llvm::StringRef text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (peek(i) != text[i]) return false;
    at_ += text.size();
    return true;
  }
  /// Consumes the hole at the cursor.
  std::size_t takeHole(Quoting quoting, Danger danger = Danger::None) {
    ++at_;
    HoleSite &site = sites_[nextHole_];
    site.quoting = quoting;
    site.danger = danger != Danger::None ? danger : nestedBackticks_ ? Danger::NestedBackticks : Danger::None;
    return nextHole_++;
  }

  void scanCommands(int closing);
  bool scanOperator(int closing, CommandState &command);
  void scanRedirection(CommandState &command);
  void scanDocumentStart(CommandState &command, bool stripTabs);
  void scanDocuments();
  void scanDocumentBody(const PendingDocument &document);
  bool atDocumentEnd(const PendingDocument &document);
  void scanComment();
  void scanCase();
  void scanCasePatterns();
  void scanConditional(CommandState &command);
  ShellWord scanWord(llvm::StringRef stops);
  void scanWordUnit(ShellWord &word);
  void scanSingleQuotes(ShellWord &word, Quoting quoting);
  void scanDoubleQuotes(ShellWord &word);
  void scanDollar(ShellWord &word, bool inDouble);
  void scanBraces(ShellWord &word, bool inDouble);
  void scanBraceWord(ShellWord &word, bool quotedOutside, bool pattern);
  void scanArithmetic(int parentheses, ShellWord &word);
  void scanBackticks();
  void scanEscape(ShellWord &word, Quoting quoting);
  void skipBlanks();
  void takeInto(ShellWord &word, Quoting quoting, Danger danger = Danger::None) {
    word.holes.push_back(takeHole(quoting, danger));
    word.text.push_back('\0');
  }

  ShellDialect dialect_;
  std::vector<std::uint16_t> units_;
  std::vector<HoleSite> sites_;
  std::size_t at_ = 0;
  std::size_t nextHole_ = 0;
  bool inBackticks_ = false;
  bool nestedBackticks_ = false;
  std::vector<PendingDocument> pending_;
};

} // namespace pipelang::lowering
