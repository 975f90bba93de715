// Holes keep their bytes: every allowed place is run by sh, dash and bash with random values, and
// every place that no quoting can save is refused.
#include "compiler/lower/shell_scan.h"
#include "llvm/ADT/SmallVector.h"
#include "gtest/gtest.h"
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <random>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipelang::lowering {
namespace {

/// `@` in `script` is a hole.
std::vector<std::string> split(llvm::StringRef script) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  script.split(parts, '@');
  return std::vector<std::string>(parts.begin(), parts.end());
}

HoleSite siteIn(llvm::StringRef script, ShellDialect dialect = ShellDialect::Bash) {
  std::vector<HoleSite> sites = scanShell(split(script), dialect);
  EXPECT_EQ(sites.size(), 1u) << script.str();
  return sites.empty() ? HoleSite{} : sites.front();
}

/// Output of `shell FILE` with `environment`; fails the test where the shell cannot be run.
std::string run(const std::string &shell, const std::string &file,
                const std::vector<std::string> &environment) {
  std::array<int, 2> pipe;
  EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  std::vector<char *> env;
  for (const std::string &entry : environment)
    env.push_back(const_cast<char *>(entry.c_str()));
  env.push_back(nullptr);
  std::array<char *, 3> argv = {const_cast<char *>(shell.c_str()), const_cast<char *>(file.c_str()), nullptr};
  pid_t child = 0;
  EXPECT_EQ(posix_spawn(&child, shell.c_str(), &actions, nullptr, argv.data(), env.data()), 0) << shell;
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  std::string output;
  std::array<char, 65536> buffer;
  for (ssize_t n = 0; (n = ::read(pipe[0], buffer.data(), buffer.size())) > 0;)
    output.append(buffer.data(), n);
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << shell;
  return output;
}

/// Places a hole may stand in. Each prints the value and `|end` after it, and then nothing more.
struct Place {
  const char *script;
  bool bashOnly = false;
};
const Place places[] = {
    {"printf '%s|end' @"},
    {"printf '%s|end' a@b"},
    {"printf '%s|end' \"@\""},
    {"printf '%s|end' \"a b@c d\""},
    {"printf '%s|end' 'x$y@z'"},
    {"printf '%s|end' \"$(printf '%s.' @)\""},
    {"printf '%s|end' \"$(printf '%s.' \"a @\")\""},
    {"printf '%s|end' \"$(printf '%s.' '@')\""},
    {"printf '%s|end' \"`printf '%s.' @`\""},
    {"x=`printf '%s.' \"a@\"`; printf '%s|end' \"$x\""},
    {"x=@; printf '%s|end' \"$x\""},
    {"x=\"pre @\"; printf '%s|end' \"$x\""},
    {"export x=@; printf '%s|end' \"$x\""},
    {"printf '%s|end' \"${unset_:-@}\""},
    {"printf '%s|end' ${unset_:-@}"},
    {"printf '%s|end' ${unset_:-\"a @\"}"},
    {"printf '%s|end' \"${unset_:-\"@\"}\""},
    {"x=1; printf '%s|end' \"${x:+@}\""},
    {"x=@; printf '%s|end' \"${x#nothing@}\""},
    {"cat <<EOF\n@|end\nEOF\n"},
    {"cat <<-EOF\n\ta@|end\n\tEOF\n"},
    {"if true; then cat <<EOF; fi\n$(printf '%s.' @)|end\nEOF\n"},
    {"x=@; case \"$x\" in @) printf '%s|end' \"$x\";; *) printf 'no match|end';; esac"},
    {"case @ in y) ;; *) printf '%s|end' @;; esac"},
    {"f() { printf '%s|end' \"$1\"; }; f @"},
    {"(printf '%s|end' @)"},
    {"{ printf '%s' @; } | cat; printf '|end'"},
    {"for x in @ ; do printf '%s|end' \"$x\"; done"},
    {"set -- @; printf '%s|end' \"$1\""},
    {"true && printf '%s|end' @ # comment"},
    {"sh -c 'printf \"%s|end\" \"$1\"' sh @"},
    {"printf '%s|end' $'a\\tb@c'", true},
    {"x=(a @); printf '%s|end' \"${x[1]}\"", true},
    {"[[ @ == @ ]] && printf '%s|end' @", true},
    {"x=ab; printf '%s|end' \"${x/ab/@}\"", true},
    {"cat <<< @; printf '|end'", true},
    {"cat < <(printf '%s|end' @)", true},
};

/// What the place prints for `value`, from the reading of its script by a person.
std::string expectedOf(const Place &place, const std::string &value) {
  llvm::StringRef script = place.script;
  auto is = [&](llvm::StringRef piece) { return script.contains(piece); };
  if (is("${x#nothing")) return value + "|end";
  if (is("a@b'") || is(" a@b")) return "a" + value + "b|end";
  if (is("a b@c d")) return "a b" + value + "c d|end";
  if (is("x$y@z")) return "x$y" + value + "z|end";
  if (is("'%s.' @")) return value + ".|end" + (is("cat") ? "\n" : "");
  if (is("'%s.' \"a @")) return "a " + value + ".|end";
  if (is("'%s.' '@'")) return value + ".|end";
  if (is("'%s.' \"a@")) return "a" + value + ".|end";
  if (is("pre @")) return "pre " + value + "|end";
  if (is(":-\"a @")) return "a " + value + "|end";
  if (is("<<-")) return "a" + value + "|end\n";
  if (is("<<EOF")) return value + "|end\n";
  if (is("<<<")) return value + "\n|end";
  if (is("$'a")) return "a\tb" + value + "c|end";
  return value + "|end";
}

std::string randomValue(std::mt19937 &random) {
  static const std::string nasty = " \t\n'\"`$\\(){}[]*?~#&;|<>!^=%@:-/EOFabc{}$(id)${HOME}";
  std::string value;
  std::size_t length = random() % 24;
  for (std::size_t i = 0; i < length; ++i) {
    if (random() % 3 != 0)
      value.push_back(nasty[random() % nasty.size()]);
    else
      value.push_back(static_cast<char>(1 + random() % 255));
  }
  return value;
}

/// Runs every place with `rounds` values in one process of `shell` and compares the bytes.
void checkShell(const std::string &shell, ShellDialect dialect, std::size_t rounds, unsigned seed) {
  std::mt19937 random(seed);
  std::string script, expected;
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
  for (std::size_t round = 0; round < rounds; ++round) {
    for (const Place &place : places) {
      if (place.bashOnly && dialect == ShellDialect::Posix) continue;
      std::string value = randomValue(random);
      if (llvm::StringRef(place.script).contains("#nothing")) value = "q" + value;
      std::string name = "V" + std::to_string(environment.size());
      environment.push_back(name + "=" + value);
      std::vector<std::string> texts = split(place.script);
      std::vector<HoleSite> sites = scanShell(texts, dialect);
      ASSERT_EQ(sites.size() + 1, texts.size()) << place.script;
      for (std::size_t i = 0; i < sites.size(); ++i) {
        ASSERT_EQ(sites[i].danger, Danger::None) << place.script;
        script += texts[i] + quotedVariable(sites[i], name);
      }
      script += texts.back() + "\nprintf '\\000'\n";
      expected += expectedOf(place, value) + std::string(1, '\0');
    }
  }
  std::array<char, 32> file = {"/tmp/pipelang-shell-XXXXXX"};
  int descriptor = ::mkstemp(file.data());
  ASSERT_GE(descriptor, 0);
  ASSERT_EQ(::write(descriptor, script.data(), script.size()), static_cast<ssize_t>(script.size()));
  ::close(descriptor);
  std::string output = run(shell, file.data(), environment);
  ::unlink(file.data());
  if (output == expected) return;
  llvm::SmallVector<llvm::StringRef, 0> got, wanted;
  llvm::StringRef(output).split(got, '\0');
  llvm::StringRef(expected).split(wanted, '\0');
  for (std::size_t i = 0; i < std::min(got.size(), wanted.size()); ++i)
    ASSERT_EQ(got[i].str(), wanted[i].str()) << shell << ", value " << environment[i + 2];
  FAIL() << shell << ": " << got.size() << " values of " << wanted.size();
}

TEST(ShellScan, keepsEveryByteInDash) {
  checkShell("/bin/dash", ShellDialect::Posix, 30, 1);
}
TEST(ShellScan, keepsEveryByteInSh) {
  checkShell("/bin/sh", ShellDialect::Posix, 30, 2);
}
TEST(ShellScan, keepsEveryByteInBash) {
  checkShell("/bin/bash", ShellDialect::Bash, 30, 3);
}
TEST(ShellScan, keepsEveryByteOfPosixScriptsInBash) {
  checkShell("/bin/bash", ShellDialect::Posix, 30, 4);
}

struct Refused {
  const char *script;
  Danger danger;
};
class ShellRefusal : public testing::TestWithParam<Refused> {};

TEST_P(ShellRefusal, isReported) {
  EXPECT_EQ(siteIn(GetParam().script).danger, GetParam().danger);
}

INSTANTIATE_TEST_SUITE_P(
    Places, ShellRefusal,
    testing::Values(
        Refused{"@ --version", Danger::CommandName}, Refused{"./@.sh", Danger::CommandName},
        Refused{"a; @", Danger::CommandName}, Refused{"if @; then b; fi", Danger::CommandName},
        Refused{"a | @", Danger::CommandName}, Refused{"$(@)", Danger::CommandName},
        Refused{"\"@\" x", Danger::CommandName}, Refused{"X=1 @", Danger::CommandName},
        Refused{"sudo -u me @", Danger::CommandName}, Refused{"exec @", Danger::CommandName},
        Refused{"f() { @; }", Danger::CommandName}, Refused{". @", Danger::CommandName},
        Refused{"@=1", Danger::CommandName}, Refused{"`@`", Danger::CommandName},
        Refused{"case x in a) @;; esac", Danger::CommandName}, Refused{"eval echo @", Danger::Code},
        Refused{"eval \"x '@'\"", Danger::Code}, Refused{"sh -c \"echo @\"", Danger::Code},
        Refused{"bash -lc 'echo @'", Danger::Code}, Refused{"python3 -c 'print(\"@\")'", Danger::Code},
        Refused{"ssh host ls @", Danger::Code}, Refused{"ssh -p 22 host \"ls @\"", Danger::Code},
        Refused{"trap 'rm @' EXIT", Danger::Code}, Refused{"sudo bash -c \"@\"", Danger::Code},
        Refused{"bash <<< @", Danger::Code}, Refused{"bash <<EOF\n@\nEOF\n", Danger::ExecutedHereDocument},
        Refused{"cat <<EOF | sh\n@\nEOF\n", Danger::ExecutedHereDocument},
        Refused{"ssh host <<EOF\n@\nEOF\n", Danger::ExecutedHereDocument},
        Refused{"cat <<'EOF'\n@\nEOF\n", Danger::QuotedHereDocument},
        Refused{"cat <<@\nEOF\n", Danger::Delimiter}, Refused{"export @=1", Danger::VariableName},
        Refused{"for @ in a b; do :; done", Danger::VariableName}, Refused{"echo ${@}", Danger::VariableName},
        Refused{"echo ${a[@]}", Danger::VariableName}, Refused{"unset @", Danger::VariableName},
        Refused{"echo \\@", Danger::AfterBackslash}, Refused{"echo \"\\@\"", Danger::AfterBackslash},
        Refused{"echo $@", Danger::AfterDollar}, Refused{"echo \"$@\"", Danger::AfterDollar},
        Refused{"echo `echo \\`echo @\\``", Danger::NestedBackticks}));

TEST(ShellScan, knowsArithmetic) {
  EXPECT_EQ(siteIn("echo $((1 + @))").quoting, Quoting::Arithmetic);
  EXPECT_EQ(siteIn("echo \"$(( (2) * @ ))\"").quoting, Quoting::Arithmetic);
  EXPECT_EQ(siteIn("(( i = @ ))").quoting, Quoting::Arithmetic);
}

TEST(ShellScan, knowsComments) {
  EXPECT_EQ(siteIn("echo a # @\n").quoting, Quoting::Comment);
  EXPECT_EQ(siteIn("echo a#@").quoting, Quoting::Word);
  EXPECT_EQ(siteIn("echo '#' @").quoting, Quoting::Word);
}

TEST(ShellScan, knowsRedirections) {
  EXPECT_TRUE(siteIn("echo a > @").redirection);
  EXPECT_TRUE(siteIn("echo a >> \"out/@\" ").redirection);
  EXPECT_TRUE(siteIn("sort < @ | uniq").redirection);
  EXPECT_FALSE(siteIn("echo a > x @").redirection);
}

TEST(ShellScan, refusesDollarQuotesInPosixScripts) {
  EXPECT_EQ(siteIn("echo $'@'", ShellDialect::Posix).danger, Danger::DollarQuotesInSh);
}

TEST(ShellScan, survivesBrokenScripts) {
  for (const char *script :
       {"echo \"@", "echo '@", "echo $(@", "cat <<EOF\n@", "case @ in", "echo ${x:-@", ")@", "`@"})
    EXPECT_EQ(scanShell(split(script), ShellDialect::Bash).size(), 1u) << script;
}

} // namespace
} // namespace pipelang::lowering
