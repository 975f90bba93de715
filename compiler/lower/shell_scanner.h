// The recursive scanner behind scanShell: commands in shell_scan.cpp, compound ones in shell_compound.cpp,
// redirections and here-documents in shell_documents.cpp, words in shell_words.cpp, `${…}` and `$((…))` in
// shell_expansions.cpp. For those files alone.
#pragma once

#include "compiler/lower/shell_commands.h"
#include <set>

namespace pipelang::lowering {

inline constexpr int endOfText = -1;
inline constexpr int hole = 256;    ///< Units from here on are holes: `hole + index`.
inline constexpr int caseArm = 'e'; ///< Commands up to `;;` or `esac`.
inline constexpr char plainStops[] = " \t\n;&|<>()";

struct ShellUnit {
  std::int32_t code = 0; ///< A byte, or `hole + index`.
  std::uint32_t at = 0;  ///< Offset in the joined texts.
};

/// A here-document whose body begins after the next line end.
struct PendingDocument {
  std::string delimiter;
  bool quoted = false;
  bool stripTabs = false;
  bool known = true; ///< The delimiter is plain text.
  std::size_t at = 0;
  std::shared_ptr<ShellPipeline> pipeline;
  std::size_t member = 0;
};

/// What a word of `${x…}` stands in.
enum class Around { Nothing, DoubleQuotes, Document };

/// The recursive scanner. Every `scan…` starts behind what opened its construct and ends behind
/// what closes it, or at the end of the text.
class Scanner {
public:
  Scanner(const std::vector<ShellUnit> &units, std::size_t holes, ShellDialect dialect);

  void run();
  ShellState &state() { return state_; }
  std::vector<ShellProblem> &problems() { return problems_; }

private:
  /// A compound command that is open.
  struct Group {
    std::shared_ptr<ShellPipeline> pipeline;
    std::size_t firstHole = 0;
    bool reads = false;
    bool loop = false;
    std::string function;               ///< Whose body it is.
    std::unique_ptr<FunctionFacts> own; ///< Of that function.
    FunctionFacts *outer = nullptr;
  };
  /// Where the scan was, to go back to.
  struct Mark {
    std::size_t at, nextHole, problems;
  };

  int peek(std::size_t ahead = 0) const {
    return at_ + ahead < units_->size() ? (*units_)[at_ + ahead].code : endOfText;
  }
  bool atHole(std::size_t ahead = 0) const { return peek(ahead) >= hole; }
  bool atByte() const { return peek() >= 0 && peek() < hole; }
  bool atOneOf(llvm::StringRef bytes) const { return atByte() && bytes.contains(static_cast<char>(peek())); }
  bool accept(llvm::StringRef text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (peek(i) != static_cast<unsigned char>(text[i])) return false;
    at_ += text.size();
    return true;
  }
  std::size_t offset() const {
    if (units_->empty()) return 0;
    return at_ < units_->size() ? (*units_)[at_].at : units_->back().at + 1;
  }
  void problem(ShellProblem::Kind kind, std::size_t at, llvm::StringRef what);
  /// The closing `text` of what was opened at `opened`; its absence is a problem.
  void close(llvm::StringRef text, std::size_t opened, llvm::StringRef what);
  /// Whether one more construct may be opened; else the scan ends.
  bool deeper();
  Mark mark() const { return {at_, nextHole_, problems_.size()}; }
  void rewind(const Mark &to);

  // shell_scan.cpp
  bool scanCommands(int closing);
  void scanNested(llvm::StringRef closing, std::size_t opened, llvm::StringRef what);
  bool scanToken(int closing, CommandState &command);
  bool scanOperator(int closing, CommandState &command);
  void scanParenthesis(CommandState &command);
  void next(CommandState &command, bool pipe);
  void endPipeline(CommandState &command);
  void scanComment();
  void skipBlanks();
  void skipLines();

  // shell_compound.cpp
  void openGroup(CommandState &command, bool loop);
  void closeGroup(CommandState &command);
  bool scanKeyword(CommandState &command, const ShellWord &word);
  void scanFunction();
  void defineFunction(const std::string &name);
  void scanFor();
  void scanCase();
  void scanCasePatterns();
  void scanConditional(CommandState &command);
  void scanBinary(const ShellWord &left, llvm::StringRef op);
  ShellWord scanRegex();
  void numbersOnly(HoleRange range);

  // shell_documents.cpp
  void scanRedirection(CommandState &command);
  void scanProcess();
  void scanDocumentStart(CommandState &command, bool stripTabs);
  void scanDelimiter(PendingDocument &document);
  void scanDocuments();
  void scanDocumentBody(const PendingDocument &document);
  bool atDocumentEnd(const PendingDocument &document);
  std::vector<ShellUnit> takeDocument(const PendingDocument &document, bool &ended);
  void scanDocumentText(const PendingDocument &document);

  // shell_words.cpp
  ShellWord scanWord(llvm::StringRef stops, bool assigns = false);
  void scanWordUnit(ShellWord &word);
  void scanArray(ShellWord &word);
  void scanSubscript(ShellWord &word);
  void scanExtendedPattern(ShellWord &word);
  bool scanBraceRange(ShellWord &word);
  bool scanWordStop(ShellWord &word, bool assigns);
  void scanTilde(ShellWord &word);
  void scanEscape(ShellWord &word, Quoting quoting);
  void scanSingleQuotes(ShellWord &word, Quoting quoting);
  void scanDoubleQuotes(ShellWord &word);
  void scanBackticks(ShellWord &word, Around around);

  // shell_expansions.cpp
  void scanDollar(ShellWord &word, Around around);
  void scanSubstitution(ShellWord &word);
  void scanBraces(ShellWord &word, Around around);
  bool scanParameter(ShellWord &word);
  void scanSpecial(ShellWord &word, Around around);
  void noteRead();
  void scanOffset(ShellWord &word);
  void scanBraceWord(ShellWord &word, Around around, ShellPlace place, llvm::StringRef stops);
  void scanBraceUnit(ShellWord &word, Around around, bool pattern);
  bool scanArithmetic(ShellWord &word);
  bool scanArithmeticText(ShellWord &word);
  void scanNumberHole(ShellWord &word, Quoting quoting);

  void takeInto(ShellWord &word, Quoting quoting, Danger danger = Danger::None);
  void takeAll(HoleRange range, Danger danger) { state_.mark(range, danger); }

  ShellState state_;
  std::vector<ShellProblem> problems_;
  const std::vector<ShellUnit> *units_;
  std::size_t at_ = 0;
  std::size_t nextHole_ = 0;
  unsigned depth_ = 0;
  ShellPlace place_ = ShellPlace::Argument;
  bool numbers_ = false;      ///< In arithmetic: what is printed there is computed.
  bool outerPending_ = false; ///< Around a substitution, a here-document waits for the line's end.
  bool bashOnly_ = false;     ///< In a construct that a POSIX shell reads otherwise.
  bool splits_ = false;       ///< What the next word of `${…}` gives is split into words.
  bool reads_ = false;        ///< Since the command began, something executes its standard input.
  bool groupReads_ = false;   ///< The same, since the group began.
  std::string function_;      ///< The next group is its body.
  std::vector<Group> groups_; ///< Of the commands being scanned.
  std::vector<PendingDocument> pending_;
  std::set<std::size_t> notArithmetic_; ///< Offsets behind `((` where no arithmetic is: tried but once.
  FunctionFacts script_;
};

} // namespace pipelang::lowering
