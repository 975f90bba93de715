// Where in a Python or JavaScript text does a hole stand? Only where an expression can: never in a
// string, a comment or a name.
#pragma once

#include <string>
#include <vector>

namespace pipelang::lowering {

enum class CodePlace { Expression, String, Comment, Name, Assigned };
enum class CodeLanguage { Python, JavaScript };

/// The places of the holes of a script; `texts` as for scanShell.
std::vector<CodePlace> scanCode(const std::vector<std::string> &texts, CodeLanguage language);

/// The expression that reads environment variable `name`: `os.environ["X"]`, `process.env.X`.
std::string codeVariable(CodeLanguage language, const std::string &name);

} // namespace pipelang::lowering
