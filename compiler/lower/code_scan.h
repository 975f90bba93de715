// Where in a Python or JavaScript text does a hole stand? Only where an expression can: never in a
// string, a comment or a name, and never where the language executes it. What stands for a hole reads an
// environment variable, so no value ever becomes part of the text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace pipelang::lowering {

enum class CodePlace {
  Expression,
  String,
  Comment,
  Name,
  Assigned,
  Executed, ///< `eval(#{x})`, `subprocess.run(#{x}, shell=True)`
};
enum class CodeLanguage { Python, JavaScript };

/// A string, template or comment that is never closed.
struct CodeProblem {
  std::size_t offset = 0; ///< In the joined texts; every hole counts as one byte.
  std::string what;
};

struct CodeScan {
  std::vector<CodePlace> places;
  std::optional<CodeProblem> problem; ///< The first one.
};

/// The places of the holes of a script; `texts` as for scanShell. Total; linear in the texts.
CodeScan scanCode(const std::vector<std::string> &texts, CodeLanguage language);

/// What a hole's value is in the script.
enum class CodeType { Text, Integer, Truth };

/// The expression that reads environment variable `name`: `os.environ["X"]`, `process.env.X`.
std::string codeVariable(CodeLanguage language, const std::string &name, CodeType type);

} // namespace pipelang::lowering
