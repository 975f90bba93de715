#include "compiler/driver/compile.h"
#include "compiler/plan/canonical.h"
#include "gtest/gtest.h"

using namespace pipelang;

namespace {

plan::Plan planOf(const std::string &text) {
  driver::Compilation compilation = driver::compileText("main.pipe", text, {});
  EXPECT_FALSE(compilation.diagnostics.hasErrors());
  return std::move(compilation.plan);
}

std::string textOf(const plan::Plan &plan, llvm::StringRef name) {
  for (std::size_t i = 0; i < plan.nodes.size(); ++i)
    if (plan.nodes[plan.nodes.idAt(i)].name == name) return plan::canonicalText(plan, plan.nodes.idAt(i));
  ADD_FAILURE() << name.str();
  return {};
}

const std::string job = "  job b { env A = \"x\"; sh \"echo #{git.commit}\"; out v = text_file(\"v\") }\n";
const std::string user = "  job c { sh \"echo #{b.v}\" { timeout = 1min } }\n";

TEST(CanonicalText, IsTheSameWhereverTheNodeStands) {
  const plan::Plan one = planOf("import std.git\npipeline p {\n  on push\n" + job + user + "}\n");
  const plan::Plan two = planOf("import std.git\n// moved\npipeline p {\n  on push\n  job a { sh \"echo "
                                "#{git.branch}\" }\n" +
                                job + "  job z { sh \"true\" }\n" + user + "}\n");
  for (const char *name : {"b", "c"})
    EXPECT_EQ(textOf(one, name), textOf(two, name)) << name;
}

TEST(CanonicalText, TellsEveryEdit) {
  const std::string before = "import std.git\npipeline p {\n  on push\n", after = user + "}\n";
  const std::string was = textOf(planOf(before + job + after), "b");
  const std::pair<const char *, const char *> edits[] = {{"\"x\"", "\"y\""},
                                                         {"echo ", "printf "},
                                                         {"git.commit", "git.branch"},
                                                         {"env A", "env B"},
                                                         {"text_file(\"v\")", "text_file(\"w\")"},
                                                         {"{ env", "{ timeout = 7min; env"},
                                                         {"{ env", "{ sandbox = true; env"},
                                                         {"; out", "; sh \"true\"; out"}};
  for (const auto &[from, to] : edits) {
    std::string edited = job;
    edited.replace(edited.find(from), std::string(from).size(), to);
    const plan::Plan plan = planOf(before + edited + after);
    EXPECT_NE(textOf(plan, "b"), was) << edited;
    EXPECT_EQ(textOf(plan, "c"), textOf(planOf(before + job + after), "c")) << "it is another job's edit";
  }
}

} // namespace
