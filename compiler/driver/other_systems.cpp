#include "compiler/driver/other_systems.h"
#include "compiler/driver/source_blocks.h"
#include "compiler/sema/settings.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <optional>

namespace pipelang::driver {
namespace {

/// What the rest of a line is made into, behind our own word for it.
enum class Rest {
  Unknown, ///< Nothing: only a person knows.
  Same,    ///< It stays: `const a = 1`, `let a = 1`.
  Command, ///< A script: `run: make all`, `sh "make all"`.
  Names,   ///< Of jobs: `needs: [a, b]`, `after a, b`.
  Text,    ///< `image: debian:12`, `container = "debian:12"`.
  Minutes, ///< `timeout-minutes: 10`, `timeout = 10min`.
  Setting, ///< Of our own: `retries: x`, `retries = x`.
};

struct Foreign {
  /// With spaces between; `-` and `_` are one. `on:` is meant before `:` or `{` only.
  llvm::StringLiteral words;
  llvm::StringLiteral instead; ///< What one writes here.
  Rest rest = Rest::Unknown;
  llvm::StringLiteral ours = ""; ///< What the rest stands behind.
};

constexpr Foreign beginnings[] = {
    {"needs depends_on dependsOn depends dependencies requires",
     "a job waits for those whose outputs it uses, and for others by `after build, lint`", Rest::Names,
     "after "},
    {"run script cmd command commands before_script after_script",
     "a step is its shell and its script: `sh \"make\"`", Rest::Command, "sh "},
    {"step", "a step is its shell and its script: `sh \"make\" { name = \"compiling\" }`"},
    {"steps", "steps stand in the job itself"},
    {"jobs", "jobs stand in the pipeline itself: `job build { … }`"},
    {"stage stages", "there are no stages; a job begins when what it needs is done"},
    {"workflow workflows", "it is a pipeline: `pipeline ci { … }`"},
    {"runs_on agent pool", "a job asks for its machine by `runs_on = \"ubuntu-24.04\"`", Rest::Text,
     "runs_on = "},
    {"image docker:", "a job runs in an image by `container = \"debian:12\"`", Rest::Text, "container = "},
    {"timeout_minutes timeout_in_minutes", "a time has its unit: `timeout = 10min`", Rest::Minutes,
     "timeout = "},
    {"uses:", "an action is called in a task: `task lint() { on github { uses \"owner/name\" } }`"},
    {"with", "what is given to a task stands behind its name: `git.checkout(depth = 0)`"},
    {"matrix strategy parallel",
     "a matrix is in the job's first line: `job unit for py in [3.11, 3.12] { … }`"},
    {"if:", "a condition is in the job's first line: `job publish when git.branch == \"main\" { … }`"},
    {"rules only except", "triggers have filters, `on push { branches = [\"main\"] }`, and jobs a condition, "
                          "`job publish when … { … }`"},
    {"always finally post on_failure",
     "a job that follows a failure has it in its first line: `job tell when build is failure { … }`"},
    {"continue_on_error allow_failure",
     "a step may fail by what is in its block: `sh \"make lint\" { continue_on_error = true }`"},
    {"retry", "retries say after what: `retries = { times = 2; on = [failure] }`"},
    {"cache", "a job that says `pure = true` does not run again for the same inputs; downloads are kept by "
              "`python.setup(version = 3.11, cache = pip)`"},
    {"artifact artifacts upload",
     "files that other jobs take are an output: `out site = files(\"site/**\")`"},
    {"outputs output", "each output has a line: `out version = text_file(\"VERSION\")`"},
    {"services", "each service has a line: `service db = postgres(version = 15)`"},
    {"env: variables vars", "each variable has a line: `env LEVEL = \"1\"`"},
    {"secrets", "each secret has a line at the top level: `secret token in production`"},
    {"environment:", "an environment is declared at the top level, and named by `environment = production`"},
    {"on: trigger triggers", "each trigger has a line: `on push { branches = [\"main\"] }`"},
    {"schedule cron", "it is a trigger: `on schedule { cron = [\"0 3 * * *\"] }`"},
    {"name display_name displayName", "pipelines and jobs are named in their first line, steps by `name = …` "
                                      "in their block, runs by `run_name`"},
    {"working_directory workdir",
     "a step runs elsewhere by what is in its block: `sh \"make\" { directory = \"docs\" }`"},
    {"shell", "a step begins with its shell: `sh`, `bash`, `python` or `node`"},
    {"permissions:", "permissions are a list: `permissions = [\"contents: read\"]`"},
    {"concurrency:", "runs that wait for each other are `concurrency = { group = \"…\" }`"},
    {"include extends", "other files are imported: `import \"./common.pipe\" as common`"},
    {"var const val", "a value is named by `let`", Rest::Same, "let "},
    {"def function func", "a function is `fn double(n: int) -> int = 2 * n`"},
    {"class struct interface", "a type with fields is `record Name { … }`"},
    {"foreach each for",
     "jobs have cells, `job unit for py in [3.11, 3.12] { … }`; lists are `[f(x) for x in xs]`"},
    {"sh bash python node", "a script is a text in quotes"},
};

/// Programs that scripts begin with. The line is the command.
constexpr Foreign command = {
    "make cmake ninja npm npx yarn pnpm pip pip3 pipx poetry uv python3 pytest tox "
    "cargo rustup go mvn gradle ant java docker podman kubectl helm terraform git curl wget cd mkdir cp mv "
    "rm ls cat echo printf export source sudo apt apt_get chmod tar",
    "a command stands in a step: `sh \"make\"`", Rest::Command, "sh "};

/// A setting of ours that is not written as one.
constexpr Foreign setting = {"", "a setting has a `=`", Rest::Setting};

/// Behind the name in a first line.
constexpr Foreign inHeaders[] = {
    {"after needs depends_on requires",
     "what a job waits for stands in it: `job publish { after build; … }`"},
    {"if unless", "a condition is `when`: `job publish when git.branch == \"main\" { … }`"},
};

/// Objects that hold what goes by its own name here.
constexpr Foreign objects[] = {
    {"secrets", "a secret is declared, `secret token in production`, and then used by its name"},
    {"inputs params parameters", "a `param` is used by its name"},
    {"matrix", "the variable of a job's `for` is used by its name"},
    {"needs jobs steps", "what a job gives, `out version = …`, is used as `build.version`"},
    {"env vars",
     "a script reads its environment itself, as `$HOME`; a value of this file is used by its name"},
    {"github", "the library has what GitHub knows of a run: `import std.git`, `std.run`, `std.event`"},
};
constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral> ofGithub[] = {
    {"sha", "git.commit"},        {"ref_name", "git.branch"},
    {"ref", "git.ref"},           {"head_ref", "git.pull_request.head"},
    {"actor", "git.actor"},       {"base_ref", "git.pull_request.base"},
    {"run_id", "run.id"},         {"repository", "git.repository"},
    {"run_number", "run.number"}, {"run_attempt", "run.attempt"},
    {"event_name", "event.name"},
};

constexpr std::size_t mostLine = 1000; ///< Bytes: longer lines are left as they are.

/// Where it could not be read.
constexpr llvm::StringLiteral unread[] = {"P0001", "P0003"};
/// Of the word itself.
constexpr llvm::StringLiteral ofName[] = {"P0001", "P0017", "P0022", "P0202", "P0210", "P0320"};

/// Whether `words` has `word`; `next` is what follows it.
bool names(llvm::StringRef words, llvm::StringRef word, char next) {
  std::string spelt = word.str();
  std::replace(spelt.begin(), spelt.end(), '-', '_');
  const bool opens = next == ':' || next == '{';
  while (!words.empty()) {
    auto [each, others] = words.split(' ');
    words = others;
    if ((each.consume_back(":") ? opens : true) && each == spelt) return true;
  }
  return false;
}

/// The rest of a line as a text in quotes, if it is one without any care.
std::optional<std::string> asText(llvm::StringRef rest) {
  if (rest.size() > 1 && rest.front() == rest.back() && (rest.front() == '"' || rest.front() == '\''))
    rest = rest.drop_front().drop_back();
  if (rest.empty() || rest.find_first_of("\"'\\#{}[]|>\t") != llvm::StringRef::npos || rest.contains("//"))
    return {};
  return "\"" + rest.str() + "\"";
}

std::optional<std::string> asNames(llvm::StringRef rest) {
  if (rest.startswith("[") && rest.endswith("]")) rest = rest.drop_front().drop_back();
  std::string all;
  llvm::SmallVector<llvm::StringRef> each;
  rest.split(each, ',');
  for (llvm::StringRef name : each) {
    name = name.trim().trim("\"'");
    const bool word = llvm::all_of(name, [](char byte) { return llvm::isAlnum(byte) || byte == '_'; });
    if (name.empty() || !word || llvm::isDigit(name.front())) return {};
    all += (all.empty() ? "" : ", ") + name.str();
  }
  return all;
}

/// What stands for the whole line, from its word on.
std::optional<std::string> rewritten(const Foreign &foreign, llvm::StringRef word, llvm::StringRef rest) {
  if (rest.empty()) return {};
  const std::string ours = foreign.ours.str();
  const auto behind = [&](std::optional<std::string> text) {
    return text ? std::optional(ours + *text) : text;
  };
  switch (foreign.rest) {
  case Rest::Unknown: return {};
  case Rest::Same: return ours + rest.str();
  case Rest::Command:
  case Rest::Text: return behind(asText(rest));
  case Rest::Names: return behind(asNames(rest));
  case Rest::Minutes:
    if (!llvm::all_of(rest, llvm::isDigit)) return {};
    return ours + rest.str() + "min";
  case Rest::Setting: return word.str() + " = " + rest.str();
  }
  llvm_unreachable("a kind of rest");
}

/// A statement that begins with such a word.
struct Statement {
  Span word;
  Span whole; ///< Its line without the indentation; none where another statement is before it.
  const Foreign *foreign;
  llvm::StringRef rest; ///< Behind the word and a `:` or `=`; of a command all of it.
};

bool isWordByte(char byte) {
  return llvm::isAlnum(byte) || byte == '_' || byte == '-';
}

/// Where the statement of `line` begins that `offset` is in: behind the last `{` or `;` outside of quotes.
std::size_t beginOfStatement(llvm::StringRef line, std::size_t offset) {
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < std::min(offset, line.size()); ++at) {
    if (line[at] == '"') quoted = !quoted;
    if (!quoted && (line[at] == '{' || line[at] == ';')) begin = at + 1;
  }
  return begin;
}

llvm::StringRef firstWord(llvm::StringRef line) {
  return line.ltrim().take_while(isWordByte);
}

const Foreign *meaning(llvm::StringRef word, char next) {
  if (names(command.words, word, next)) return next == '=' || next == ':' ? nullptr : &command;
  const auto isMeant = [&](const Foreign &foreign) { return names(foreign.words, word, next); };
  const auto *found = llvm::find_if(beginnings, isMeant);
  if (found != std::end(beginnings)) return found;
  const auto isOurs = [&](const sema::Setting &known) { return word == known.name; };
  return next != '=' && llvm::any_of(sema::allSettings(), isOurs) ? &setting : nullptr;
}

/// Whether statements stand in what begins with `header`: fields of records may have any name.
bool holdsStatements(llvm::StringRef header) {
  static constexpr llvm::StringLiteral bodies[] = {"pipeline", "job", "gate",    "deploy", "task",
                                                   "on",       "if",  "service", "before", "after"};
  return llvm::is_contained(bodies, header) || meaning(header, '{');
}

std::optional<Statement> statementAt(Span place, const Sources &sources, SourceBlocks &blocks) {
  const SourceFile &source = sources[place.file];
  const llvm::StringRef text = source.text();
  const auto offset = [&](llvm::StringRef part) {
    return static_cast<std::uint32_t>(part.data() - text.data());
  };
  const llvm::StringRef written = source.line(source.position(place.begin).line).rtrim();
  if (written.size() > mostLine) return {};
  const std::size_t begin = beginOfStatement(written, place.begin - offset(written));
  llvm::StringRef line = written.drop_front(begin).ltrim();
  const llvm::StringRef whole = line;
  if (begin == 0 && line.consume_front("- ")) line = line.ltrim(); // of a list in YAML
  const bool indented = offset(line) != offset(written);
  const llvm::StringRef around = begin > 0 ? written : source.line(blocks.enclosing(place));
  if (indented && !holdsStatements(firstWord(around))) return {};

  const bool program = line.startswith("./");
  const llvm::StringRef word = program ? line.split(' ').first : firstWord(line);
  const llvm::StringRef behind = line.drop_front(word.size()).ltrim();
  const char next = behind.empty() ? '\n' : behind.front();
  if (word.empty() || llvm::StringRef(".([").contains(next)) return {};
  const Foreign *foreign = program ? &command : meaning(word, next);
  if (!foreign || (foreign == &setting && !indented)) return {};
  const auto spanOf = [&](llvm::StringRef part) {
    return Span{place.file, offset(part), static_cast<std::uint32_t>(offset(part) + part.size())};
  };
  const bool divided = next == ':' || next == '=';
  return Statement{spanOf(word), begin == 0 ? spanOf(whole) : Span(), foreign,
                   foreign == &command ? line
                   : divided           ? behind.drop_front().trim()
                                       : behind};
}

/// The word of a first line that could not be read on from there.
const Foreign *inHeader(const Diagnostic &error, const Sources &sources) {
  if (error.code != "P0001" || !llvm::StringRef(error.message).startswith("expected `{`")) return nullptr;
  const llvm::StringRef word = sources[error.span.file].text().slice(error.span.begin, error.span.end);
  const auto isMeant = [&](const Foreign &foreign) { return names(foreign.words, word, ' '); };
  const auto *found = llvm::find_if(inHeaders, isMeant);
  return found == std::end(inHeaders) ? nullptr : found;
}

/// `github.sha`: what the object holds is found elsewhere. False: it is no such object.
bool reportObject(const Diagnostic &error, llvm::StringRef text, Diagnostics &to) {
  const llvm::StringRef object = text.slice(error.span.begin, error.span.end);
  const auto isMeant = [&](const Foreign &foreign) { return names(foreign.words, object, '.'); };
  const auto *found = llvm::find_if(objects, isMeant);
  llvm::StringRef member = text.substr(error.span.end);
  if (error.code != "P0202" || found == std::end(objects) || !member.consume_front(".")) return false;
  member = firstWord(member);
  auto builder = to.report(error.span, diag::UnknownName, object, "");
  builder.note(found->instead.str());
  const Span whole{error.span.file, error.span.begin,
                   static_cast<std::uint32_t>(member.end() - text.begin())};
  for (const auto &[theirs, ours] : ofGithub)
    if (object == "github" && member == theirs) builder.fix(whole, ours.str(), "write `" + ours.str() + "`");
  return true;
}

/// Says in our words what `error` comes of, if it does of a foreign word: which is given back.
std::optional<Span> report(const Diagnostic &error, const Sources &sources, SourceBlocks &blocks,
                           Diagnostics &to) {
  const llvm::StringRef text = sources[error.span.file].text();
  const auto wordAt = [&](Span span) { return text.slice(span.begin, span.end); };
  if (const Foreign *header = inHeader(error, sources)) {
    auto builder = to.report(error.span, diag::ForeignWord, wordAt(error.span), header->instead);
    if (wordAt(error.span) == "if") builder.fix(error.span, "when", "write `when`");
    return error.span;
  }
  const std::optional<Statement> statement = statementAt(error.span, sources, blocks);
  if (!statement) return {};
  const bool ofWord = error.span.begin == statement->word.begin && llvm::is_contained(ofName, error.code);
  // What is wrong behind the beginning of a value is not about the word.
  const bool follows = error.span.begin >= statement->word.end && llvm::is_contained(unread, error.code) &&
                       text.slice(statement->word.end, error.span.begin).find_first_of("\"{=") == text.npos;
  if (!ofWord && !follows) return {};
  const Foreign &foreign = *statement->foreign;
  auto builder = to.report(statement->word, diag::ForeignWord, wordAt(statement->word), foreign.instead);
  if (const auto ours = rewritten(foreign, wordAt(statement->word), statement->rest);
      ours && statement->whole.valid())
    builder.fix(statement->whole, *ours, "write `" + *ours + "`");
  return statement->word;
}

} // namespace

Diagnostics inOurWords(const Diagnostics &all, const Sources &sources) {
  Diagnostics kept;
  kept.addOmitted(all);
  SourceBlocks blocks(sources);
  std::optional<Span> last;
  for (const Diagnostic &found : all.all()) {
    if (last && (blocks.sameLine(*last, found.span) || blocks.below(found.span, *last))) continue;
    std::optional<Span> word;
    if (found.severity == Severity::Error && found.span.valid()) word = report(found, sources, blocks, kept);
    if (word)
      last = word;
    else if (!found.span.valid() || !reportObject(found, sources[found.span.file].text(), kept))
      kept.keep(found);
  }
  return kept;
}

} // namespace pipelang::driver
