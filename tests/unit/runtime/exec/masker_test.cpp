#include "runtime/exec/masker.h"
#include "llvm/Support/Base64.h"
#include "gtest/gtest.h"

using namespace pipelang::exec;

namespace {

std::string maskSplit(const std::string &text, const SecretForms &forms, std::size_t at) {
  Masker masker(forms);
  std::string result;
  masker.write(llvm::StringRef(text).take_front(at), result);
  masker.write(llvm::StringRef(text).drop_front(at), result);
  masker.flush(result);
  return result;
}

TEST(Masker, MasksWhereverTheTextIsCut) {
  const SecretForms forms(std::vector<std::string>{"hunter2", "s3cr3t-value"});
  const std::string text = "a hunter2 b s3cr3t-value c hunter22 hunter s3cr3t-valu";
  for (std::size_t at = 0; at <= text.size(); ++at)
    EXPECT_EQ(maskSplit(text, forms, at), "a *** b *** c ***2 hunter s3cr3t-valu") << at;
}

TEST(Masker, MasksBytewiseWrites) {
  const SecretForms forms(std::vector<std::string>{"hunter2"});
  Masker masker(forms);
  std::string result;
  for (const char c : std::string("xhunter2hunter2y"))
    masker.write(llvm::StringRef(&c, 1), result);
  masker.flush(result);
  EXPECT_EQ(result, "x***y");
}

TEST(Masker, HidesOverlappingSecretsWholly) {
  const SecretForms forms(std::vector<std::string>{"abcd", "abcdef", "cdefgh"});
  EXPECT_EQ(mask("_abcdefgh_", forms), "_***_");
  EXPECT_EQ(mask("_abcde_", forms), "_***e_");
  EXPECT_EQ(mask("_bcdefgh_", forms), "_b***_");
}

TEST(Masker, KnowsEncodedForms) {
  const std::string secret = "p@ss w/rd\"+é";
  const SecretForms forms(std::vector<std::string>{secret});
  EXPECT_EQ(mask("p%40ss%20w%2Frd%22%2B%C3%A9", forms), "***");
  EXPECT_EQ(mask("p%40ss+w%2frd%22%2b%c3%a9", forms), "***");
  EXPECT_EQ(mask("p@ss w/rd\\\"+é", forms), "***");
}

TEST(Masker, KnowsBase64WhereverTheSecretStands) {
  const std::string secret = "correct horse battery";
  const SecretForms forms(std::vector<std::string>{secret});
  for (const char *before : {"", "u", "us", "user:", "admin:"})
    for (const char *after : {"", "!", "\n", "::"}) {
      const std::string encoded = llvm::encodeBase64(before + secret + after);
      const std::string masked = mask(encoded, forms);
      EXPECT_NE(masked.find("***"), std::string::npos) << encoded;
      // What is left may tell at most the bits shared with its neighbours.
      EXPECT_LE(masked.size(),
                3 + 4 * ((std::string(before).size() + 2) / 3 + (std::string(after).size() + 2) / 3) + 8)
          << masked;
    }
}

TEST(Masker, KnowsLinesOfASecretKey) {
  const SecretForms forms(std::vector<std::string>{"-----BEGIN-----\nMIIEvQIBADAN\nab\n-----END-----\n"});
  EXPECT_EQ(mask("> MIIEvQIBADAN <", forms), "> *** <");
  EXPECT_EQ(mask("ab", forms), "ab"); // too short to hide alone
}

TEST(Masker, WithoutSecretsChangesNothing) {
  EXPECT_EQ(mask(std::string("a\0b***", 6), SecretForms()), std::string("a\0b***", 6));
}

} // namespace
