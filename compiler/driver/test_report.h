// What came of tests: for people, as JSON (docs/testing.md), and as JUnit XML.
#pragma once

#include "compiler/driver/test_run.h"

namespace pipelang::driver {

struct TestCounts {
  std::size_t tests = 0;
  std::size_t failed = 0;
  std::size_t broken = 0; ///< Files that do not compile.
};
TestCounts countTests(const std::vector<FileTests> &files);

/// A line a test (`quiet`: of failed ones alone), each failure below, the counts in the last line.
std::string testsAsText(const std::vector<FileTests> &files, bool quiet, bool color);
std::string testsAsJson(const std::vector<FileTests> &files);
std::string testsAsJunit(const std::vector<FileTests> &files);

} // namespace pipelang::driver
