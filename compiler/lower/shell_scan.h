// Where in a shell script does a hole `#{…}` stand? A scanner for POSIX sh and bash that follows
// quotes, substitutions, here-documents and commands as far as that question needs. Read next:
// script.h.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
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
  Comment,      ///< Never read by the shell.
};

/// Why no quoting can save a hole where it stands.
enum class Danger {
  None,
  CommandName,          ///< The value would choose the program.
  Code,                 ///< `eval`, `sh -c`, `trap`: the value would be read as code.
  ExecutedHereDocument, ///< `bash <<EOF`
  QuotedHereDocument,   ///< `<<'EOF'`: nothing is filled in there.
  VariableName,         ///< `export #{x}=1`, `for #{x} in`, `${#{x}}`
  AfterBackslash,       ///< `\` before it would take its quotes away.
  AfterDollar,          ///< `$` before it.
  Delimiter,            ///< The word after `<<`.
  NestedBackticks,      ///< Backticks in backticks.
  DollarQuotesInSh,     ///< `$'…'` is not in POSIX sh.
};

/// What the scanner found for one hole.
struct HoleSite {
  Quoting quoting = Quoting::Word;
  Danger danger = Danger::None;
  bool redirection = false; ///< It names a file after `>` or `<`.
};

enum class ShellDialect { Posix, Bash };

/// The sites of the holes of a script, in order. `texts` are the script's text before the first
/// hole, between the holes, and after the last: one more than there are holes.
std::vector<HoleSite> scanShell(const std::vector<std::string> &texts, ShellDialect dialect);

/// How variable `name` is written at `site`, which has no danger.
std::string quotedVariable(const HoleSite &site, llvm::StringRef name);

/// Every name the script could mean as a variable: `X` in `$X`, `${X…}`, `X=`, and plain words too.
std::vector<std::string> wordsOf(llvm::StringRef text);

} // namespace pipelang::lowering
