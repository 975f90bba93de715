// What came of tests: for people, as JSON (docs/testing.md), and as JUnit XML.
#pragma once

#include "compiler/driver/test_run.h"
#include <deque>

namespace pipelang::driver {

struct TestCounts {
  std::size_t tests = 0;
  std::size_t failed = 0;
  std::size_t broken = 0; ///< Files that do not compile.
};
TestCounts countTests(const std::deque<FileTests> &files);

/// A line a test (`quiet`: of failed ones alone), each failure below, the counts in the last line.
std::string testsAsText(const std::deque<FileTests> &files, bool quiet, bool color);
std::string testsAsJson(const std::deque<FileTests> &files);
std::string testsAsJunit(const std::deque<FileTests> &files);

} // namespace pipelang::driver
