#include "compiler/support/command_line.h"
#include "gtest/gtest.h"

using namespace pipelang;

namespace {

const cli::Program &program() {
  static const cli::Program example{
      "tool",
      "1",
      "A tool.",
      {{"", "FILE", "runs a file", {{"--jobs", "-j", "N", "how many"}}, 1, 1},
       {"check", "FILE…", "checks", {{"--format", "", "FMT", "form", {"text", "json"}}}, 1}},
      {{"--help", "-h", "", "help"}, {"--quiet", "-q", "", "quiet"}}};
  return example;
}

std::string parsed(std::vector<std::string> words) {
  auto result = cli::parse(program(), words);
  if (!result) return "error: " + llvm::toString(result.takeError());
  std::string text = result->command ? result->command->name + ":" : "none:";
  for (const std::string &argument : result->arguments)
    text += " " + argument;
  for (const auto &[name, values] : result->options)
    for (const std::string &value : values)
      text += " " + name + "=" + value;
  return text;
}

TEST(CommandLine, ReadsEveryFormOfAnOption) {
  EXPECT_EQ(parsed({"check", "a", "b", "--format", "json"}), "check: a b --format=json");
  EXPECT_EQ(parsed({"check", "--format=json", "a"}), "check: a --format=json");
  EXPECT_EQ(parsed({"f", "-j4"}), ": f --jobs=4");
  EXPECT_EQ(parsed({"f", "-j", "4", "-q"}), ": f --jobs=4 --quiet=");
  EXPECT_EQ(parsed({"check", "--", "--format"}), "check: --format");
  EXPECT_EQ(parsed({"check", "-"}), "check: -");
}

TEST(CommandLine, AnswersMistakesWithTheNearestSpelling) {
  EXPECT_EQ(parsed({"check", "a", "--fromat=json"}),
            "error: unknown option `--fromat`; did you mean `--format`?");
  EXPECT_EQ(parsed({"check", "a", "--format=jsno"}),
            "error: `--format` is one of text, json; not `jsno`; did you mean `json`?");
  EXPECT_EQ(parsed({"check", "a", "--format"}), "error: `--format` needs a value: FMT");
  EXPECT_EQ(parsed({"check", "a", "--quiet=yes"}), "error: `--quiet` takes no value");
  EXPECT_EQ(parsed({"check"}), "error: an argument is missing; expected `tool check FILE…`");
  EXPECT_EQ(parsed({"a", "b"}), "error: unexpected `b`; expected `tool FILE`");
}

TEST(CommandLine, TheOneDescriptionMakesHelpCompletionsAndManual) {
  std::string help = cli::help(program());
  std::string manual = cli::manualPage(program());
  for (const char *shell : {"bash", "zsh", "fish"}) {
    auto script = cli::completions(program(), shell);
    ASSERT_TRUE(bool(script));
    EXPECT_NE(script->find("check"), std::string::npos) << shell;
    EXPECT_NE(script->find("format"), std::string::npos) << shell;
  }
  EXPECT_NE(help.find("tool check FILE…"), std::string::npos);
  EXPECT_NE(manual.find(".TH TOOL 1"), std::string::npos);
  EXPECT_EQ(llvm::toString(cli::completions(program(), "tcsh").takeError()),
            "no completions for `tcsh`; there are bash, zsh and fish");
}

} // namespace
