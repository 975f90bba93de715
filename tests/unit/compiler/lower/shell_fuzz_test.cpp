// Random scripts with holes at random places: what the scanner allows is run by dash and bash, and no value
// is ever executed. Most such scripts are refused, or are errors of syntax; that is fine.
#include "compiler/lower/shell_scan.h"
#include "gtest/gtest.h"
#include <array>
#include <cstdlib>
#include <fstream>
#include <random>
#include <unistd.h>

namespace pipelang::lowering {
namespace {

const char *const pieces[] = {
    "echo ", "a",         " ",      "\n",         ";",           "'",       "\"",       "`",       "$(",
    ")",     "${x:-",     "}",      "$((",        "))",          "((",      "(",        "{ ",      "; }",
    "<<E\n", "\nE\n",     "<<-E\n", "<<'E'\n",    "E",           "|",       "&&",       "||",      "&",
    "\\",    "#",         " # ",    "case x in ", "a) ",         ";;",      "esac",     "if ",     "then ",
    "fi",    "for i in ", "; do ",  "done",       "f() ",        "x=",      "x+=",      "x=(",     "[[ ",
    " ]]",   " == ",      "=~ ",    "-eq ",       "$x",          "$1",      "\"$@\"",   "${x#",    "${x/a/",
    "${x//", "$'",        "$\"",    ">",          "<",           ">&",      "<<<",      "<(",      "~",
    "{1..",  "..3}",      "{a,",    "[",          "]",           "x[",      "test -n ", "export ", "local ",
    "eval ", "true ",     "false",  "printf %s ", ":",           "!",       "@(",       "?",       "*",
    "\t",    "\\\n",      "=",      "in",         "while ",      "set -- ", "shift\n",  "let ",    "declare ",
    "read ", "unset ",    "trap ",  "alias a=",   "function g ", "${#",     "${!x",     "@Q",      "$",
    "cat ",  "sh -c ",    "xargs "};
const char *const values[] = {"$(touch PWNED)",      "`touch PWNED`",     "'; touch PWNED; '",
                              "\"; touch PWNED; \"", "\ntouch PWNED\n",   "-n",
                              "a[$(touch PWNED)]",   "; touch PWNED;",    "touch PWNED",
                              ")\ntouch PWNED\n(",   "}; touch PWNED; {", "E\ntouch PWNED\n",
                              "x=$(touch PWNED)",    "($(touch PWNED))"};

/// A script with holes, as scanShell takes it; empty where it has none.
std::vector<std::string> randomScript(std::mt19937 &random) {
  std::vector<std::string> texts(1);
  for (std::size_t left = 3 + random() % 14; left > 0; --left) {
    if (random() % 5 == 0)
      texts.emplace_back();
    else
      texts.back() += pieces[random() % std::size(pieces)];
  }
  return texts.size() > 1 ? texts : std::vector<std::string>{};
}

/// What is run for `texts`; empty where the scanner refuses something, or wants a number.
std::string allowedScript(const std::vector<std::string> &texts, ShellDialect dialect) {
  ShellScan scan = scanShell(texts, dialect);
  if (!scan.problems.empty()) return "";
  std::string script;
  for (std::size_t i = 0; i < scan.sites.size(); ++i) {
    if (scan.sites[i].danger != Danger::None || scan.sites[i].numberOnly) return "";
    script += texts[i] + quotedVariable(scan.sites[i], "PIPE_V");
  }
  return script + texts.back();
}

TEST(ShellFuzz, neverExecutesAValue) {
  std::array<char, 32> folder = {"/tmp/pipelang-fuzz-XXXXXX"};
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  std::string in = std::string(folder.data()) + "/";
  std::mt19937 random(11);
  int allowed = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<std::string> texts = randomScript(random);
    ShellDialect dialect = random() % 2 ? ShellDialect::Bash : ShellDialect::Posix;
    std::string script = texts.empty() ? "" : allowedScript(texts, dialect);
    if (script.empty()) continue;
    ++allowed;
    std::ofstream(in + "script") << script;
    std::string shell = dialect == ShellDialect::Bash ? "bash" : random() % 2 ? "dash" : "bash --posix";
    ::setenv("PIPE_V", values[random() % std::size(values)], 1);
    std::string command = "cd " + in + " && timeout 5 " + shell + " script < /dev/null > output 2>&1";
    EXPECT_GE(std::system(command.c_str()), 0);
    ASSERT_NE(::access((in + "PWNED").c_str(), F_OK), 0)
        << shell << " executed " << ::getenv("PIPE_V") << " in\n"
        << script;
  }
  ::unsetenv("PIPE_V");
  EXPECT_GT(allowed, 100);
  EXPECT_EQ(std::system(("rm -rf " + in).c_str()), 0);
}

} // namespace
} // namespace pipelang::lowering
