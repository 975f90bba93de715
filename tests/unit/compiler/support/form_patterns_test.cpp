// The patterns of forms against the functions that decide them, on texts that are nearly right.
#include "compiler/support/form_patterns.h"
#include "compiler/support/formats.h"
#include "llvm/Support/Regex.h"
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace pipelang {
namespace {

bool matches(const FormPattern &pattern, const std::string &text) {
  const bool allowed = llvm::Regex("^(" + pattern.allowed + ")$").match(text);
  return allowed && (pattern.refused.empty() || !llvm::Regex(pattern.refused).match(text));
}

const std::map<std::string, std::vector<std::string>> &seeds() {
  static const std::map<std::string, std::vector<std::string>> all{
      {"Url",
       {"https://example.com", "http://u:p@[::1]:8443/a%20b?c=d#e", "file:///etc", "s3://b/k", "a://:80"}},
      {"Image", {"postgres:15", "localhost:5000/a/b:1", "ghcr.io/x/y-z.q:v1@sha256:" + std::string(64, 'a')}},
      {"Cron", {"0 0 * * *", "*/15 2,4-6 1-31/2 jan-MAR sun", "59 23 31 12 7"}},
      {"GitRef", {"main", "refs/heads/feature/x.y", "v1.2.3", "a]b", "@x"}},
      {"Path", {"a/b.txt", "../x y", "/etc"}},
      {"Glob", {"dist/**", "a[bc]/?.txt", "[]x]", "[a/b]"}}};
  return all;
}

std::string changed(std::string text, std::mt19937 &chance) {
  static const std::string bytes = "aZ09 ./:@[]{}%?#*~^\\-_,+\tlock";
  for (int changes = static_cast<int>(chance() % 4); changes > 0; --changes) {
    const std::size_t at = text.empty() ? 0 : chance() % (text.size() + 1);
    const char byte = bytes[chance() % bytes.size()];
    switch (chance() % 3) {
    case 0: text.insert(at, 1, byte); break;
    case 1:
      if (at < text.size()) text[at] = byte;
      break;
    default:
      if (at < text.size()) text.erase(at, 1 + chance() % 3);
    }
  }
  return text;
}

TEST(FormPatterns, SayWhatTheFunctionsSay) {
  std::mt19937 chance(7);
  for (const auto &[name, texts] : seeds()) {
    const FormPattern pattern = formPattern(name);
    int right = 0;
    for (int i = 0; i < 6000; ++i) {
      const std::string text = changed(texts[chance() % texts.size()], chance);
      if (name == "Cron" && llvm::StringRef(cronProblem(text)).contains("backwards")) continue;
      right += hasForm(text, name);
      ASSERT_EQ(hasForm(text, name), matches(pattern, text)) << name << " `" << text << "`";
    }
    EXPECT_GT(right, 500) << name;
  }
}

TEST(FormPatterns, KnowQuantities) {
  for (const char *text : {"5min", "1.5h", "1_000ms"})
    EXPECT_TRUE(matches(formPattern("Duration"), text)) << text;
  for (const char *text : {"5", "min", "5 min", "5m", "5minutes", ""})
    EXPECT_FALSE(matches(formPattern("Duration"), text)) << text;
  EXPECT_TRUE(matches(formPattern("Bytes"), "512MiB"));
  EXPECT_FALSE(matches(formPattern("Bytes"), "512kiB"));
  EXPECT_TRUE(matches(formPattern("Rate"), "200/s"));
  EXPECT_TRUE(matches(formPattern("Version"), "3.10"));
  EXPECT_FALSE(matches(formPattern("Version"), "3."));
  EXPECT_TRUE(formPattern("string").allowed.empty());
}

} // namespace
} // namespace pipelang
