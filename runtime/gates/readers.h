// A report's text -> typed quantities. One file a format, one line in readers.def.
#pragma once

#include "compiler/plan/value.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace pipelang::gates {

/// What a report says, by field name as stdlib/report.pipe declares it. A field the report does not tell
/// (severity in a pip-audit report) is absent: a bound on it is "not evaluated".
using Reading = std::map<std::string, plan::Value>;

/// Reads `text` as `reader` (a name from readers.def) understands it. Any bytes give a Reading or an error
/// that says what is wrong with them; empty and "the tool itself failed" are errors, never "0 findings".
llvm::Expected<Reading> readReport(llvm::StringRef reader, llvm::StringRef text);

/// Every reader there is, in the order of readers.def.
std::vector<std::string> readerNames();

/// Field `field` of a reading, as plan::Facts::reportField gives it: `none` where the report does not tell.
plan::Value fieldOf(const Reading &reading, llvm::StringRef field);

} // namespace pipelang::gates
