#include "compiler/lower/github_words.h"
#include "compiler/support/diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

namespace {

struct SeenInput {
  llvm::StringLiteral action;
  llvm::StringLiteral input;
  const char *what;
};

constexpr SeenInput seenInputs[] = {
#define SEEN(ACTION, INPUT, WHAT) {ACTION, INPUT, WHAT},
#define CREDENTIAL(INPUT)
#define MACHINE(LABEL)
#define SCOPE(NAME)
#define GONE(COMMAND, INSTEAD)
#include "compiler/lower/github_words.def"
};

constexpr llvm::StringLiteral credentials[] = {
#define SEEN(ACTION, INPUT, WHAT)
#define CREDENTIAL(INPUT) INPUT,
#define MACHINE(LABEL)
#define SCOPE(NAME)
#define GONE(COMMAND, INSTEAD)
#include "compiler/lower/github_words.def"
};

} // namespace

const char *seenInput(llvm::StringRef action, llvm::StringRef input) {
  for (const SeenInput &seen : seenInputs)
    if (input == seen.input && (action == seen.action || action.startswith((seen.action + "/").str())))
      return seen.what;
  return nullptr;
}

bool isCredential(llvm::StringRef input) {
  return llvm::is_contained(credentials, input);
}

const std::vector<std::string> &machines() {
  static const std::vector<std::string> all = {
#define SEEN(ACTION, INPUT, WHAT)
#define CREDENTIAL(INPUT)
#define MACHINE(LABEL) LABEL,
#define SCOPE(NAME)
#define GONE(COMMAND, INSTEAD)
#include "compiler/lower/github_words.def"
  };
  return all;
}

const std::vector<std::string> &permissionScopes() {
  static const std::vector<std::string> all = {
#define SEEN(ACTION, INPUT, WHAT)
#define CREDENTIAL(INPUT)
#define MACHINE(LABEL)
#define SCOPE(NAME) NAME,
#define GONE(COMMAND, INSTEAD)
#include "compiler/lower/github_words.def"
  };
  return all;
}

llvm::ArrayRef<std::pair<llvm::StringLiteral, llvm::StringLiteral>> goneCommands() {
  static constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral> all[] = {
#define SEEN(ACTION, INPUT, WHAT)
#define CREDENTIAL(INPUT)
#define MACHINE(LABEL)
#define SCOPE(NAME)
#define GONE(COMMAND, INSTEAD) {COMMAND, INSTEAD},
#include "compiler/lower/github_words.def"
  };
  return all;
}

bool isUnknownMachine(llvm::StringRef label) {
  if (llvm::is_contained(machines(), label.str())) return false;
  for (llvm::StringRef system : {"ubuntu-", "windows-", "macos-"}) {
    llvm::StringRef version = label;
    // Larger machines have names that their owners chose, longer than a version.
    if (version.consume_front(system))
      return llvm::all_of(version, [](char c) { return llvm::isDigit(c) || c == '.'; }) ||
             !nearestName(version, {"latest"}).empty();
  }
  return false;
}

} // namespace pipelang::lowering
