// One deployment as it is in one environment: what the parts of the Kubernetes backend share.
#pragma once

#include "compiler/plan/plan.h"
#include "compiler/support/diagnostics.h"
#include "compiler/support/document.h"

namespace pipelang::backends::kubernetes {

/// Borrows everything but its names.
struct Release {
  const plan::Plan &plan;
  const plan::Node &node;
  const plan::Deployment &deployment;
  const plan::Environment &environment;
  plan::EnvironmentId environmentId;
  Diagnostics &diagnostics;
  std::string name;       ///< `sprint-reports-api`: of the Service, and what other names begin with.
  std::string configName; ///< Of the ConfigMap, with the digest of its content; empty: there is none.
};

inline constexpr const char *colors[] = {"blue", "green"};

/// `kind` with its version, name, namespace and labels.
Document object(const Release &release, llvm::StringRef apiVersion, llvm::StringRef kind,
                llvm::StringRef name);
/// What all pods of the release carry; with `color` those of one color.
Document selector(const Release &release, llvm::StringRef color);

/// The Deployment of one color.
Document deploymentObject(const Release &release, llvm::StringRef color);
/// Settings that are no secret: the environment's, then the deployment's own.
DocumentMap configData(const Release &release);

/// Whole seconds, which is what Kubernetes counts in; a diagnostic where there is a rest.
std::int64_t wholeSeconds(const Release &release, Duration duration);

/// `text` as a part of a name: `_` and others become `-`, capitals small.
std::string nameOf(llvm::StringRef text);

} // namespace pipelang::backends::kubernetes
