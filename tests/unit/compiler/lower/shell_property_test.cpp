// Holes keep their bytes: every place of shell_places.def is run by dash, sh and bash with random values, the
// way the runtime runs scripts. 100,000 values and more.
#include "compiler/lower/shell_scan.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"
#include <array>
#include <fcntl.h>
#include <random>
#include <set>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipelang::lowering {
namespace {

constexpr llvm::StringLiteral holeMark = "§";

std::vector<std::string> split(llvm::StringRef script) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  script.split(parts, holeMark);
  return std::vector<std::string>(parts.begin(), parts.end());
}

const char *const placeNames[] = {
#define SHELL_PLACE(name, dialect, quotings) #name,
#include "compiler/lower/shell_places.def"
};

struct Case {
  ShellPlace place;
  Quoting quoting;
  bool bashOnly = false;
  std::string script;
  std::string expected;
};

std::string unescape(llvm::StringRef text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '\\' && i + 1 < text.size() && llvm::StringRef("nt\\").contains(text[i + 1]);
    if (!escape) {
      result.push_back(text[i]);
      continue;
    }
    ++i;
    result.push_back(text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : '\\');
  }
  return result;
}

Quoting quotingOf(char letter, ShellPlace place) {
  switch (letter) {
  case 'W': return Quoting::Word;
  case 'D': return Quoting::DoubleQuotes;
  case 'S': return Quoting::SingleQuotes;
  case 'B': return Quoting::DollarQuotes;
  case 'H': return Quoting::HereDocument;
  default: return place == ShellPlace::Subscript ? Quoting::Subscript : Quoting::Arithmetic;
  }
}

std::vector<Case> readCases() {
  auto file = llvm::MemoryBuffer::getFile(PIPELANG_SOURCE_DIR "/tests/shell/places.txt");
  if (!file) return {};
  llvm::SmallVector<llvm::StringRef, 0> lines, fields;
  (*file)->getBuffer().split(lines, '\n', -1, false);
  std::vector<Case> cases;
  for (llvm::StringRef line : lines) {
    if (line.startswith("#")) continue;
    fields.clear();
    line.split(fields, '\t');
    if (fields.size() != 5) {
      ADD_FAILURE() << line.str();
      continue;
    }
    std::size_t place = 0;
    while (place < std::size(placeNames) && fields[0] != placeNames[place])
      ++place;
    auto kind = static_cast<ShellPlace>(place);
    cases.push_back(
        {kind, quotingOf(fields[1][0], kind), fields[2] == "bash", unescape(fields[3]), unescape(fields[4])});
  }
  return cases;
}

/// A statement within another construct; `@` is the statement. In backticks its backslashes need more. A
/// substitution drops the last line ends: there a `.` is printed behind.
struct Wrapper {
  const char *text;
  bool backticks = false;
  const char *behind = "";
};
const Wrapper wrappers[] = {{"@"},
                            {"{\n@\n}"},
                            {"if :; then\n@\nfi"},
                            {"case a in b) ;; (a)\n@\n;; esac"},
                            {"w() {\n@\n}\nw"},
                            {"while :; do\n@\nbreak; done"},
                            {"(\n@\n)"},
                            {"w=$(\n@\nprintf .); printf '%s' \"$w\"", false, "."},
                            {"printf '%s' \"$(\n@\nprintf .)\"", false, "."},
                            {"w=`@\nprintf .`; printf '%s' \"$w\"", true, "."},
                            {"w=$(printf '%s' \"`@\nprintf .`\"); printf '%s' \"$w\"", true, "."}};

std::string wrapped(const Wrapper &wrapper, const std::string &script) {
  std::string inner;
  for (char c : script) {
    if (wrapper.backticks && (c == '\\' || c == '`')) inner.push_back('\\');
    inner.push_back(c);
  }
  llvm::StringRef text = wrapper.text;
  std::size_t at = text.find('@');
  return (text.take_front(at) + inner + text.drop_front(at + 1)).str();
}

/// A value for `test`: bytes that shells care about, and all others but NUL.
std::string randomValue(const Case &test, std::mt19937 &random) {
  if (test.place == ShellPlace::CommandName) return "intf";
  bool number = test.quoting == Quoting::Arithmetic || test.quoting == Quoting::Subscript ||
                test.place == ShellPlace::NumberOperand || test.place == ShellPlace::NumberArgument;
  if (number) return std::to_string(static_cast<int>(random() % 2000001) - 1000000);
  static const char *const payloads[] = {"$(touch PWNED)",
                                         "`touch PWNED`",
                                         "'; touch PWNED; '",
                                         "\"; touch PWNED; \"",
                                         "\ntouch PWNED\n",
                                         "-n",
                                         "--",
                                         "=x",
                                         "~",
                                         "~root",
                                         "*",
                                         "?",
                                         "[a-z]",
                                         "{a,b}",
                                         "a[$(touch PWNED)]",
                                         "EOF",
                                         "\nEOF\n",
                                         "\\",
                                         "!!",
                                         "${HOME}",
                                         "&",
                                         "|",
                                         ">x",
                                         ""};
  static const std::string nasty = " \t\n'\"`$\\(){}[]*?~#&;|<>!^=%@:-/EOFabc{}";
  std::string value;
  if (random() % 4 == 0) value = payloads[random() % std::size(payloads)];
  for (std::size_t length = random() % 24; length > 0; --length)
    value.push_back(random() % 3 != 0 ? nasty[random() % nasty.size()]
                                      : static_cast<char>(1 + random() % 255));
  if (test.place == ShellPlace::Redirection) llvm::erase_value(value, '/');
  return value;
}

bool startsPrograms(const Case &test) {
  for (llvm::StringRef program : {"cat ", "sh -c", "env ", "rm ", "| "})
    if (llvm::StringRef(test.script).contains(program)) return true;
  return false;
}

struct Batch {
  std::string script, expected;
  std::vector<std::string> environment;
  std::vector<std::string> what; ///< For each statement, what to say if it fails.
  std::size_t values = 0;
};

void add(Batch &batch, const Case &test, const Wrapper &wrapper, ShellDialect dialect, std::mt19937 &random) {
  std::string value = randomValue(test, random);
  std::string name = "PIPE_" + std::to_string(batch.what.size());
  std::vector<std::string> texts = split(wrapped(wrapper, test.script));
  std::vector<HoleSite> sites = scanShell(texts, dialect).sites;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    Danger wanted = test.place == ShellPlace::CommandName ? Danger::CommandName : Danger::None;
    ASSERT_EQ(static_cast<int>(sites[i].danger), static_cast<int>(wanted)) << wrapped(wrapper, test.script);
    batch.script += texts[i] + quotedVariable(sites[i], name);
  }
  batch.script += texts.back() + "\nprintf '\\000'\n";
  llvm::SmallVector<llvm::StringRef, 4> pieces;
  llvm::StringRef(test.expected).split(pieces, holeMark);
  batch.expected += llvm::join(pieces, value) + wrapper.behind + std::string(1, '\0');
  batch.environment.push_back(name + "=" + value);
  batch.what.push_back(test.script + " in " + wrapper.text + " with " + value);
  batch.values += sites.size();
}

/// Standard output of `argv`, run in `directory`.
std::string run(std::vector<std::string> argv, std::vector<std::string> environment) {
  std::array<int, 2> pipe;
  EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  std::vector<char *> words, env;
  for (std::string &word : argv)
    words.push_back(word.data());
  words.push_back(nullptr);
  for (std::string &entry : environment)
    env.push_back(entry.data());
  env.push_back(nullptr);
  pid_t child = 0;
  EXPECT_EQ(posix_spawn(&child, argv[0].c_str(), &actions, nullptr, words.data(), env.data()), 0) << argv[0];
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  std::string output;
  std::array<char, 65536> buffer;
  for (ssize_t n = 0; (n = ::read(pipe[0], buffer.data(), buffer.size())) > 0;)
    output.append(buffer.data(), n);
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << argv[0];
  return output;
}

class ShellProperty : public testing::Test {
protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }
  void TearDown() override {
    EXPECT_NE(::access(path("PWNED").c_str(), F_OK), 0) << "a value was executed";
    run({"/bin/rm", "-rf", folder_.data()}, {});
  }
  std::string path(const std::string &name) const { return std::string(folder_.data()) + "/" + name; }

  void check(const Batch &batch, std::vector<std::string> argv) {
    std::string script = "cd '" + std::string(folder_.data()) + "'\n" + batch.script;
    int file = ::open(path("script").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    ASSERT_EQ(::write(file, script.data(), script.size()), static_cast<ssize_t>(script.size()));
    ::close(file);
    argv.push_back(path("script"));
    std::vector<std::string> environment = batch.environment;
    environment.insert(environment.end(), {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/root"});
    std::string output = run(argv, std::move(environment));
    if (output == batch.expected) return;
    llvm::SmallVector<llvm::StringRef, 0> got, wanted;
    llvm::StringRef(output).split(got, '\0');
    llvm::StringRef(batch.expected).split(wanted, '\0');
    for (std::size_t i = 0; i < std::min(got.size(), wanted.size()); ++i)
      ASSERT_EQ(got[i].str(), wanted[i].str())
          << argv[0] << ": " << batch.what[std::min(i, batch.what.size() - 1)];
    FAIL() << argv[0] << ": " << got.size() << " values of " << wanted.size();
  }

  /// At least `values` of them, in scripts of some hundred statements. How many they were.
  std::size_t checkShell(const std::vector<std::string> &argv, ShellDialect dialect, std::size_t values,
                         unsigned seed) {
    std::mt19937 random(seed);
    std::vector<Case> cases = readCases();
    std::size_t done = 0, turn = 0;
    while (done < values && !HasFatalFailure() && !HasNonfatalFailure()) {
      Batch batch;
      while (batch.what.size() < 1500 && !HasFatalFailure()) {
        const Case &test = cases[turn++ % cases.size()];
        if (test.bashOnly && dialect == ShellDialect::Posix) continue;
        // Most stay in the shell's own process: a hundred thousand forks would take a minute.
        bool first = turn < 20 * cases.size();
        if (!first && startsPrograms(test) && random() % 10 != 0) continue;
        std::size_t wrapper = random() % (first ? std::size(wrappers) : 6);
        add(batch, test, wrappers[wrapper], dialect, random);
      }
      if (!HasFatalFailure()) check(batch, argv);
      done += batch.values;
    }
    return done;
  }

  std::array<char, 32> folder_ = {"/tmp/pipelang-shell-XXXXXX"};
};

TEST_F(ShellProperty, hasACaseForEveryPlace) {
  std::set<std::pair<ShellPlace, Quoting>> seen;
  for (const Case &test : readCases())
    for (const HoleSite &site : scanShell(split(test.script), ShellDialect::Bash).sites)
      if (site.place == test.place && site.quoting == test.quoting) seen.insert({site.place, site.quoting});
  for (std::size_t place = 0; place < std::size(placeNames); ++place)
    for (char letter : llvm::StringRef("WDSBHN")) {
      auto kind = static_cast<ShellPlace>(place);
      Quoting quoting = quotingOf(letter, kind);
      if (!allows(kind, quoting, ShellDialect::Bash)) continue;
      EXPECT_TRUE(seen.count({kind, quoting}))
          << "no case of tests/shell/places.txt for " << placeNames[place] << " with " << letter;
    }
}
TEST_F(ShellProperty, keepsEveryByteInDash) {
  EXPECT_GE(checkShell({"/bin/dash", "-e"}, ShellDialect::Posix, 25000, 1), 25000u);
}
TEST_F(ShellProperty, keepsEveryByteInSh) {
  EXPECT_GE(checkShell({"/bin/sh", "-e"}, ShellDialect::Posix, 25000, 2), 25000u);
}
TEST_F(ShellProperty, keepsEveryByteInBash) {
  EXPECT_GE(checkShell({"/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail"}, ShellDialect::Bash,
                       30000, 3),
            30000u);
}
TEST_F(ShellProperty, keepsEveryByteOfPosixScriptsInBash) {
  EXPECT_GE(checkShell({"/bin/bash", "--posix", "-e"}, ShellDialect::Posix, 25000, 4), 25000u);
}

} // namespace
} // namespace pipelang::lowering
