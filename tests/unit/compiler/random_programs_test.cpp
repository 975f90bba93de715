// Programs made at random that are well typed are accepted, always with the same plan, which is valid; and
// they mean the same when they are formatted.
#include "tests/fuzz/targets.h"
#include "tests/unit/compiler/random_program.h"
#include "gtest/gtest.h"

namespace pipelang {
namespace {

std::string planOf(const std::string &program, std::string &problems) {
  fuzz::Reading reading(program);
  plan::Plan plan = reading.lowered();
  for (const Diagnostic &diagnostic : reading.diagnostics.all())
    if (diagnostic.severity == Severity::Error)
      problems += diagnostic.code + ": " + diagnostic.message + "\n";
  if (llvm::Error error = plan::validate(plan)) problems += llvm::toString(std::move(error)) + "\n";
  return plan::toJson(plan);
}

TEST(RandomPrograms, AreAcceptedAlwaysAlike) {
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    std::string program = RandomProgram(seed).text(), problems, again;
    std::string plan = planOf(program, problems);
    ASSERT_EQ(problems, "") << "seed " << seed << ":\n" << program;
    ASSERT_EQ(planOf(program, again), plan) << "seed " << seed;
  }
}

TEST(RandomPrograms, MeanTheSameFormatted) {
  for (std::uint32_t seed = 1000; seed < 1400; ++seed) {
    std::string program = RandomProgram(seed).text();
    fuzz::Reading loose(program), canonical("");
    std::string once = format(loose.file, loose.sources[loose.file], loose.diagnostics);
    fuzz::Reading tight(once);
    // The two imports are in order already: the trees are the same to the letter.
    ASSERT_EQ(ast::shape(tight.parsed(), tight.sources[tight.file]),
              ast::shape(fuzz::Reading(program).parsed(), loose.sources[loose.file]))
        << program;
    ASSERT_NE(once, program);
    fuzz::fuzzFormat(program);
    fuzz::fuzzCompile(once);
  }
}

} // namespace
} // namespace pipelang
