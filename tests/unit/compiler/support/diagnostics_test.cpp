#include "compiler/support/diagnostics.h"
#include "gtest/gtest.h"

using namespace pipelang;

namespace {

TEST(NearestName, FindsTyposAndLeavesStrangersAlone) {
  std::vector<std::string> names = {"build", "unit", "quality_gate", "os"};
  EXPECT_EQ(nearestName("biuld", names), "build");
  EXPECT_EQ(nearestName("unti", names), "unit");
  EXPECT_EQ(nearestName("qualty_gaet", names), "quality_gate");
  EXPECT_EQ(nearestName("so", names), "");
  EXPECT_EQ(nearestName("o", names), "os");
  EXPECT_EQ(nearestName("deployment", names), "");
}

TEST(Diagnostics, SortsByPlaceAndDropsRepetitions) {
  Sources sources;
  Id<SourceFile> file = sources.add(SourceFile("a.pipe", "abc", SourceFile::Origin::User));
  Diagnostics diagnostics;
  diagnostics.report({file, 2, 3}, diag::Syntax, "second");
  diagnostics.report({file, 0, 1}, diag::Syntax, "first");
  diagnostics.report({file, 2, 3}, diag::Syntax, "second");
  diagnostics.sort();
  ASSERT_EQ(diagnostics.all().size(), 2u);
  EXPECT_EQ(diagnostics.all()[0].message, "first");
  EXPECT_EQ(diagnostics.errorCount(), 2u);
}

TEST(SourceFile, CountsLinesAndCodePoints) {
  SourceFile file("a.pipe", "é=1\r\nxy", SourceFile::Origin::User);
  EXPECT_EQ(file.position(2).column, 2u);
  EXPECT_EQ(file.position(6).line, 2u);
  EXPECT_EQ(file.position(100).column, 3u);
  EXPECT_EQ(file.line(1), "é=1");
  EXPECT_EQ(file.line(3), "");
}

} // namespace
