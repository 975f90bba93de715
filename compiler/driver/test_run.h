// Runs the tests of one file: conditions over its values and its simulated pipelines, programs that must be
// wrong, files that must come out. Read next: compiler/lower/tests.h, compiler/plan/simulate.h.
#pragma once

#include "compiler/driver/compile.h"

namespace pipelang::driver {

struct TestOptions {
  std::map<std::string, std::string> params; ///< As of CompileOptions.
  std::string filter;                        ///< Only tests whose name holds this text.
  bool update = false;                       ///< Snapshots are written instead of compared.
};

struct TestResult {
  std::string name;
  Span span;
  Diagnostics failures;         ///< One for each expectation that does not hold; empty: the test passed.
  std::size_t expectations = 0; ///< That were asked.
  std::size_t combinations = 0; ///< Of outcomes that were gone through, where it asked for all.
};

struct FileTests {
  Compilation compilation;          ///< With errors: it was not tested.
  std::vector<TestResult> results;  ///< In the order written, those the filter lets through.
  std::vector<std::string> updated; ///< Snapshots written anew.
};

/// Error: the file cannot be read.
llvm::Expected<FileTests> runTests(llvm::StringRef path, const TestOptions &options);

} // namespace pipelang::driver
