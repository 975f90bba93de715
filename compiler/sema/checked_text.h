// Texts that are checked when they are made: one message for each kind, whether they are written in the
// source or computed.
#pragma once

#include "compiler/sema/types.h"
#include "compiler/support/diagnostics.h"
#include "compiler/support/formats.h"

namespace pipelang::sema {

/// Reports why `text` is no text of `kind` (Cron, Url, Image, GitRef, Path, Glob). False: it is one.
template <typename Reporter>
bool reportTextProblem(Reporter &reporter, TypeKind kind, llvm::StringRef text, Span span) {
  const auto report = [&](const std::string &problem, const auto &message) {
    if (!problem.empty()) reporter.report(span, message, text.take_front(200), problem);
    return !problem.empty();
  };
  switch (kind) {
  case TypeKind::Cron: return report(cronProblem(text), diag::BadCron);
  case TypeKind::Url: return report(urlProblem(text), diag::BadUrl);
  case TypeKind::Image: return report(imageProblem(text), diag::BadImage);
  case TypeKind::GitRef: return report(gitRefProblem(text), diag::BadGitRef);
  case TypeKind::Path: return report(pathProblem(text), diag::BadPath);
  case TypeKind::Glob: return report(globProblem(text), diag::BadGlob);
  default: return false;
  }
}

} // namespace pipelang::sema
