// Where in a shell script does a hole `#{…}` stand? A scanner for POSIX sh and bash that follows quotes,
// substitutions, here-documents and commands. It allows a hole only where it is sure how every shell of the
// dialect reads the place. Read next: shell_places.def, shell_scanner.h.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace pipelang::lowering {

/// What surrounds a hole, and so how a variable must be written there to mean its bytes.
enum class Quoting {
  Word,         ///< Bare: `"${X}"`
  DoubleQuotes, ///< `${X}`
  SingleQuotes, ///< `'"${X}"'`
  DollarQuotes, ///< `$'…'` of bash: `'"${X}"$'`
  HereDocument, ///< Its delimiter is unquoted: `${X}`
  Arithmetic,   ///< `$((…))`: `(${X})`, for whole numbers only
  Subscript,    ///< `a[…]`: `${X}`, for whole numbers only
  Comment,      ///< Never read by the shell.
};

/// What the word that holds a hole is for.
enum class ShellPlace {
#define SHELL_PLACE(name, dialect, quotings) name,
#include "compiler/lower/shell_places.def"
};

enum class ShellDialect { Posix, Bash };

/// Why no quoting can save a hole where it stands.
enum class Danger {
  None,
  CommandName,          ///< The value would choose the program.
  Code,                 ///< `eval`, `sh -c`, `trap`: the value would be read as code.
  PipedCode,            ///< `echo #{x} | sh`
  ExecutedHereDocument, ///< `bash <<EOF`
  QuotedHereDocument,   ///< `<<'EOF'`: nothing is filled in there.
  VariableName,         ///< `export #{x}=1`, `for #{x} in`, `${#{x}}`
  AfterBackslash,       ///< `\` before it would take its quotes away.
  AfterDollar,          ///< `$` before it.
  Delimiter,            ///< The word after `<<`.
  Descriptor,           ///< `>&#{x}`
  Pattern,              ///< A bare pattern: the value would not be one.
  Tilde,                ///< `~#{x}`
  BraceRange,           ///< `{1..#{x}}`
  Split,                ///< `${y/a/#{x}}` without quotes: what comes out is split into words.
  DollarQuotesInSh,     ///< `$'…'` is not in POSIX sh.
  BashOnly,             ///< `[[`, `((`, arrays, `<<<` in sh.
  Unclear,              ///< Shells do not agree how they read the place.
};

/// What the scanner found for one hole.
struct HoleSite {
  Quoting quoting = Quoting::Word;
  ShellPlace place = ShellPlace::Argument;
  Danger danger = Danger::None;
  bool numberOnly = false; ///< A text there would be computed.
};

/// What is wrong with the script's text itself.
struct ShellProblem {
  enum class Kind { Unclosed, UnclosedDocument, TooDeep };
  Kind kind = Kind::Unclosed;
  std::size_t offset = 0; ///< In the joined texts; every hole counts as one byte.
  std::string what;       ///< What was opened: `"`, `$(`; or the delimiter.
};

/// `$name` or `${name}`, where the shell puts in the variable's value and nothing for want of one.
struct ShellRead {
  std::size_t offset = 0; ///< Of the `$` in the joined texts.
  std::size_t size = 0;   ///< To the end of the name or its bracket.
  std::string name;
  auto operator<=>(const ShellRead &) const = default;
};

struct ShellScan {
  std::vector<HoleSite> sites; ///< In the order of the holes.
  std::set<ShellRead> reads;
  std::vector<ShellProblem> problems; ///< At most one: the first that was seen.
};

/// How deep constructs may be in each other.
inline constexpr unsigned deepestShell = 100;

/// `texts` are the script's text before the first hole, between the holes, and after the last: one more than
/// there are holes. Total; time grows with the length of the texts.
ShellScan scanShell(const std::vector<std::string> &texts, ShellDialect dialect);

/// Whether a hole with `quoting` may stand at `place` in this dialect: the table of shell_places.def.
bool allows(ShellPlace place, Quoting quoting, ShellDialect dialect);

/// How variable `name` is written at `site`, which has no danger.
std::string quotedVariable(const HoleSite &site, llvm::StringRef name);

/// Every name the script could mean as a variable: `X` in `$X`, `${X…}`, `X=`, and plain words too.
std::vector<std::string> wordsOf(llvm::StringRef text);

} // namespace pipelang::lowering
