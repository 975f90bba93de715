#include "compiler/driver/one_cause.h"
#include "compiler/driver/source_blocks.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace pipelang::driver {
namespace {

using Codes = llvm::ArrayRef<llvm::StringLiteral>;

/// `P0202` as a number: there may be thousands of pairs to compare.
std::uint32_t numberOf(llvm::StringRef code) {
  std::uint32_t number = 0;
  for (char digit : code)
    number = number << 8 | static_cast<unsigned char>(digit);
  return number; // the last four characters
}

bool isOneOf(const Diagnostic &diagnostic, Codes codes) {
  const std::uint32_t number = numberOf(diagnostic.code);
  return llvm::any_of(codes, [&](llvm::StringRef code) { return numberOf(code) == number; });
}
bool isSyntax(const Diagnostic &diagnostic) {
  return llvm::StringRef(diagnostic.code).startswith("P00");
}
bool isError(const Diagnostic &diagnostic) {
  return diagnostic.severity == Severity::Error;
}

constexpr std::size_t mostCauses = 100; ///< So many errors may explain others: a flood does without.

/// What the parser makes of what it sees, wherever that comes from.
constexpr llvm::StringLiteral guesses[] = {"P0001", "P0002", "P0004", "P0017", "P0018"};
/// Says that a name means nothing.
constexpr llvm::StringLiteral unknown[] = {"P0101", "P0201", "P0202", "P0204", "P0206",
                                           "P0207", "P0209", "P0211", "P0932"};
/// One name that is nowhere declared, whatever it was looked for as.
constexpr llvm::StringLiteral undeclared[] = {"P0201", "P0202", "P0206", "P0211"};
/// Something else than what stands there was wanted.
constexpr llvm::StringLiteral misplaced[] = {"P0210", "P0320", "P0332", "P0334"};
/// Says what a body, a call or a value lacks: it may be what is wrong in it.
constexpr llvm::StringLiteral missing[] = {"P0305", "P0306", "P0310", "P0318", "P0322",
                                           "P0332", "P0333", "P0334", "P0933"};
/// Added up from all of a pipeline.
constexpr llvm::StringLiteral addedUp[] = {"P0804", "P0850"};
/// Depends on the events that start a pipeline.
constexpr llvm::StringLiteral ofEvents[] = {"P0743", "P0746"};
/// Worked out from all of a statement, or a declaration, and what it names.
constexpr llvm::StringLiteral workedOut[] = {"P0407", "P0411", "P0424", "P0503", "P0533",
                                             "P0702", "P0805", "P0806", "P0807", "P1170"};
/// Says of a statement what it is not, or of a call what it lacks.
constexpr llvm::StringLiteral leansOnItsLine[] = {"P0320", "P0327", "P0332", "P0334",
                                                  "P0370", "P0405", "P0742"};

/// The name that a message says is none: what stands in backticks behind `unknown` or `no`.
llvm::StringRef nameIn(llvm::StringRef message) {
  std::size_t at = message.find("unknown ");
  if (at == llvm::StringRef::npos) at = message.find(" no ");
  if (at == llvm::StringRef::npos) return {};
  return message.substr(at).split('`').second.split('`').first;
}

/// What a message names in backticks.
std::vector<llvm::StringRef> namesIn(llvm::StringRef message) {
  std::vector<llvm::StringRef> names;
  while (message.contains('`')) {
    auto [name, rest] = message.split('`').second.split('`');
    names.push_back(name);
    message = rest;
  }
  return names;
}

/// The rest of the declaration is not what it looks like.
bool spoilsBlock(const Diagnostic &error) {
  const llvm::StringRef message = error.message;
  if (error.code == "P0001")
    return message.startswith("expected `{`, found the end") || message.startswith("expected a declaration");
  if (error.code == "P0003" || error.code == "P0004")
    return message.contains("`{`") || message.contains("`}`");
  if (error.code == "P0005") return message.contains("of the file");
  return error.code == "P0017";
}

bool overlap(Span left, Span right) {
  return left.valid() && left.file == right.file && left.begin < right.end && right.begin < left.end;
}

/// Whether `error`, which could not be read, is why `later` could not be either. They are in the order of
/// their places.
bool explainsReading(SourceBlocks &blocks, const Diagnostic &error, const Diagnostic &later) {
  const bool guessed = isOneOf(error, guesses) || error.code == "P0019";
  if (later.code == "P0003") return guessed && blocks.sameLine(error.span, later.span);
  if (!isOneOf(later, guesses)) return false;
  const bool follows = later.code == "P0017" || later.code == "P0018" || later.code == "P0004";
  if (blocks.sameLine(error.span, later.span)) return !follows || later.code == "P0004";
  return blocks.sameBlock(error.span, later.span) && (spoilsBlock(error) || (follows && guessed));
}

/// Whether `error`, which may stand behind `found`, is why that is said.
bool explainsLack(SourceBlocks &blocks, const Diagnostic &error, const Diagnostic &found) {
  if (&error == &found || error.span.file != found.span.file) return false;
  const bool foundToTheEnd = llvm::StringRef(found.message).contains("of the file");
  if (error.code == "P0006" && found.code != "P0006" && !foundToTheEnd)
    if (blocks.sameLine(error.span, found.span)) return true;
  if (error.code == "P0005") { // what stands behind the quotes was read as if it stood outside of them
    const bool toTheEnd = llvm::StringRef(error.message).contains("of the file");
    if (found.code == "P0003" && blocks.sameLine(error.span, found.span)) return true;
    if (found.code != "P0005" && toTheEnd && blocks.sameBlock(error.span, found.span)) return true;
  }
  if (found.code != "P0019" || error.code == "P0019") return false;
  const auto [first, last] = blocks.lines(found.span);
  const std::uint32_t line = blocks.lines(error.span).first;
  return first <= line && line <= last;
}

/// Whether `error`, which could not be read, is why a later phase found `found`.
bool explainsMeaning(SourceBlocks &blocks, const Diagnostic &error, const Diagnostic &found) {
  if (!found.span.valid() || error.span.file != found.span.file) return false;
  const bool near = blocks.sameBlock(error.span, found.span);
  const bool spoils = spoilsBlock(error);
  if (isOneOf(found, workedOut) || isOneOf(found, addedUp) || isOneOf(found, ofEvents)) return true;
  if (near && (spoils || isOneOf(found, missing))) return true;
  if (isOneOf(found, unknown))
    if (spoils || llvm::StringRef(error.message).startswith("expected a name")) return true;
  if (!isOneOf(found, unknown) && !isOneOf(found, missing)) return false;
  return llvm::any_of(namesIn(found.message), [&](llvm::StringRef name) {
    return blocks.mentions(error.span, name) || blocks.isDeclaredBy(error.span, name);
  });
}

bool isKeyword(llvm::StringRef name) {
  return name == "let" || name == "out" || name == "env" || name == "service" || name == "job";
}

/// Whether `error` is why `found` is said, both of a program that could be read.
bool explains(SourceBlocks &blocks, const Diagnostic &error, const Diagnostic &found) {
  if (&error == &found || !isError(error) || error.span.file != found.span.file) return false;
  if (error.code < "P05" && !isOneOf(error, workedOut)) {
    if (isOneOf(found, addedUp) && blocks.sameBlock(error.span, found.span)) return true;
    if (isOneOf(found, workedOut) && blocks.sameStatement(error.span, found.span)) return true;
  }
  if (isOneOf(found, ofEvents) && error.code == "P0214" && blocks.sameBlock(error.span, found.span))
    return true;
  if (blocks.sameLine(error.span, found.span)) {
    const bool strange =
        isOneOf(error, unknown) || error.code == "P0210" || (found.code == "P0742" && error.code < "P04");
    if (strange && isOneOf(found, leansOnItsLine)) return true;
    if (found.code == "P0322" && isOneOf(error, misplaced)) return true;
  }
  // One name that is nowhere: what has no such field, parameter or value is said once.
  const bool sameName = (error.code == "P0202" && (found.code == "P0209" || found.code == "P0207")) ||
                        (error.code == "P0207" && found.code == "P0309");
  if (sameName && llvm::is_contained(namesIn(found.message), nameIn(error.message))) return true;
  if (!isOneOf(error, misplaced)) return false;
  if (isOneOf(found, missing) && blocks.below(error.span, found.span)) {
    const auto isMentioned = [&](llvm::StringRef name) { return blocks.mentions(error.span, name); };
    const bool anything = found.code != "P0322" || llvm::StringRef(found.message).contains("`require ");
    if (anything || llvm::any_of(namesIn(found.message), isMentioned)) return true;
  }
  if (!isOneOf(found, unknown)) return false;
  const llvm::StringRef wanted = nameIn(found.message);
  if (error.code == "P0210" && isKeyword(nameIn(error.message)) && blocks.sameBlock(error.span, found.span))
    return true;
  return !blocks.sameLine(error.span, found.span) && blocks.mentions(error.span, wanted);
}

/// Whether `later` says of another place what `first` says.
bool repeats(SourceBlocks &blocks, const Diagnostic &first, const Diagnostic &later) {
  if (!first.span.valid() || first.span.file != later.span.file || first.severity != later.severity)
    return false;
  if (isOneOf(first, undeclared) && isOneOf(later, undeclared))
    return nameIn(first.message) == nameIn(later.message);
  if (first.code != later.code) return false;
  if (first.span == later.span) return true; // of another cell, or another call of the same function
  if (first.code == "P0204") {               // `Source` has no `git`, union `Source` has no `git`
    const auto ofFirst = namesIn(first.message), ofLater = namesIn(later.message);
    return ofFirst.size() > 1 && ofLater.size() > 1 && ofFirst[0] == ofLater[0] && ofFirst[1] == ofLater[1];
  }
  if (first.message != later.message) return false;
  if (isOneOf(first, unknown) || first.code == "P0743") return true;
  return !isSyntax(first) && blocks.sameLine(first.span, later.span);
}

} // namespace

/// Whether what `found` says may come of another mistake at all: asked first, for there may be hundreds of
/// both.
static bool mayFollow(const Diagnostic &found) {
  return isOneOf(found, addedUp) || isOneOf(found, ofEvents) || isOneOf(found, workedOut) ||
         isOneOf(found, leansOnItsLine) || isOneOf(found, missing) || isOneOf(found, unknown) ||
         found.code == "P0309";
}

Diagnostics causesOf(const Diagnostics &syntax, const Sources &sources) {
  Diagnostics ordered = syntax, kept;
  ordered.sort();
  kept.addOmitted(syntax);
  SourceBlocks blocks(sources);
  std::vector<const Diagnostic *> causes;
  std::vector<const Diagnostic *> strings; // without an end
  for (const Diagnostic &error : ordered.all())
    if ((error.code == "P0005" || error.code == "P0006") && strings.size() < mostCauses)
      strings.push_back(&error);
  for (const Diagnostic &found : ordered.all()) {
    const auto reads = [&](const Diagnostic *error) { return explainsReading(blocks, *error, found); };
    const auto lacks = [&](const Diagnostic *error) { return explainsLack(blocks, *error, found); };
    const auto lacksAny = [&](const Diagnostic &error) { return explainsLack(blocks, error, found); };
    const bool guessed = isOneOf(found, guesses) || found.code == "P0003";
    const bool follows =
        (guessed && llvm::any_of(causes, reads)) || llvm::any_of(strings, lacks) ||
        (found.code == "P0019" && llvm::any_of(ordered.all().take_front(mostCauses), lacksAny));
    if (follows) continue;
    if (isError(found) && found.span.valid() && causes.size() < mostCauses) causes.push_back(&found);
    kept.keep(found);
  }
  return kept;
}

void addIndependent(const Diagnostics &later, const Sources &sources, Diagnostics &known) {
  known.addOmitted(later);
  std::vector<Diagnostic> wrong;
  for (const Diagnostic &diagnostic : known.all())
    if (isError(diagnostic) && diagnostic.span.valid() && wrong.size() < mostCauses)
      wrong.push_back(diagnostic);
  SourceBlocks blocks(sources);
  for (const Diagnostic &found : later.all()) {
    const auto isCause = [&](const Diagnostic &error) {
      if (overlap(error.span, found.span)) return true;
      if (!isSyntax(error)) return false;
      return blocks.sameLine(error.span, found.span) || explainsMeaning(blocks, error, found);
    };
    if (llvm::none_of(wrong, isCause)) known.keep(found);
  }
}

Diagnostics withoutConsequences(const Diagnostics &all, const Sources &sources) {
  Diagnostics kept;
  kept.addOmitted(all);
  SourceBlocks blocks(sources);
  std::vector<Diagnostic> left;
  for (const Diagnostic &found : all.all()) {
    const auto isCause = [&](const Diagnostic &error) { return explains(blocks, error, found); };
    if (found.span.valid() && mayFollow(found) && llvm::any_of(all.all().take_front(mostCauses), isCause))
      continue;
    const auto first =
        llvm::find_if(left, [&](const Diagnostic &known) { return repeats(blocks, known, found); });
    if (first == left.end()) {
      left.push_back(found);
      continue;
    }
    if (first->span == found.span) continue;
    first->labels.push_back({found.span, "and here"});
    first->fixes.insert(first->fixes.end(), found.fixes.begin(), found.fixes.end());
  }
  for (const Diagnostic &found : left)
    kept.keep(found);
  return all.hasErrors() && !kept.hasErrors() ? all : kept;
}

} // namespace pipelang::driver
