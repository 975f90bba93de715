// Every rule of each text's form, both ways.
#include "compiler/support/formats.h"
#include <gtest/gtest.h>

namespace pipelang {
namespace {

using Problem = std::string (*)(llvm::StringRef);

void expectRight(Problem problem, std::initializer_list<const char *> texts) {
  for (const char *text : texts)
    EXPECT_EQ(problem(text), "") << text;
}

void expectWrong(Problem problem, std::initializer_list<const char *> texts) {
  for (const char *text : texts)
    EXPECT_NE(problem(text), "") << text;
}

TEST(Formats, CronFieldsHaveTheirRanges) {
  expectRight(cronProblem, {"* * * * *", "0 0 1 1 0", "59 23 31 12 7", "*/59 */23 */31 */12 */7",
                            "0,30 9-17 * JAN-dec Mon,fri", "  5   4 * * * "});
  expectWrong(cronProblem, {"",
                            "*",
                            "60 * * * *",
                            "* 24 * * *",
                            "* * 0 * *",
                            "* * 32 * *",
                            "* * * 0 *",
                            "* * * 13 *",
                            "* * * * 8",
                            "-1 * * * *",
                            "1- * * * *",
                            "5-1 * * * *",
                            "*/0 * * * *",
                            "*/x * * * *",
                            "1,,2 * * * *",
                            "/5 * * * *",
                            "mon * * * *",
                            "* * * * * *",
                            "@hourly",
                            "1.5 * * * *",
                            "+1 * * * *",
                            "99999999999999999999 * * * *"});
}

TEST(Formats, UrlsHaveASchemeAndAHost) {
  expectRight(urlProblem, {"https://a", "http://a:1/", "a+b-c.d://x?y#z", "file:///etc",
                           "https://u:p@h:443/a%2Fb", "http://[::1]", "http://[::1]:65535/x"});
  expectWrong(urlProblem, {"", "a", "://a", "1a://b", "https://", "https:///a", "https://a:0",
                           "https://a:65536", "https://a:b", "https://a b", "https://a\n", "https://a/%",
                           "https://a/%4", "https://a/%zz", "https://[::1", "file://"});
}

TEST(Formats, ImagesHaveATagOrADigest) {
  const std::string digest(64, 'a');
  expectRight(imageProblem, {"a:1", "a/b/c:1.2-x_Y", "localhost/a:1", "localhost:5000/a:1", "GHCR.io/a:1"});
  expectRight(imageProblem, {("a@sha256:" + digest).c_str(), ("a:1@sha256:" + digest).c_str()});
  expectWrong(imageProblem, {"",
                             "a",
                             "a/b",
                             "localhost:5000/a",
                             "a:",
                             ":1",
                             "A:1",
                             "a/B:1",
                             "a b:1",
                             "a//b:1",
                             "-a:1",
                             "a-:1",
                             "a:.1",
                             "a:-1",
                             "a:x y",
                             "host.x:0/a:1",
                             "a@sha256:",
                             "a@sha1:aa",
                             "a@sha256:AA",
                             ("a:" + std::string(129, '1')).c_str(),
                             ("a@sha256:" + digest + "a").c_str(),
                             "$a:1",
                             "a;b:1"});
}

TEST(Formats, ReferencesArePlainForGit) {
  expectRight(gitRefProblem, {"main", "a/b", "v1.0", "refs/heads/x", "a@b", "0123456"});
  expectWrong(gitRefProblem,
              {"",     "@",     "-x",   "a b", "a~1", "a^", "a:b", "a?",   "a*",     "a[",       "a\\b",
               "a..b", "a@{1}", "a//b", "/a",  "a/",  "a.", ".a",  "a/.b", "a.lock", "a.lock/b", "a\nb"});
}

TEST(Formats, PathsAndGlobsStandInOneLine) {
  expectRight(pathProblem, {".", "..", "a/b", "/a", "a b", "ä"});
  expectWrong(pathProblem, {"", " a", "a ", "a\nb", "a\\b", std::string(5000, 'a').c_str()});
  expectRight(globProblem, {"**", "*.x", "a/[a-z]/?", "[]]"});
  expectWrong(globProblem, {"", "[", "a/[b/c]"});
}

} // namespace
} // namespace pipelang
