// The Deployment of one color and its pods. The comments in what it writes say what each line is for:
// they are for whoever reviews the manifests.
#include "compiler/backends/kubernetes/release.h"
#include <set>

namespace pipelang::backends::kubernetes {

namespace {

/// A user of no name: images that name theirs (`USER app`) are refused with runAsNonRoot alone, for the
/// kubelet cannot tell who that is.
constexpr int userId = 10001;
constexpr int startupPeriod = 2;
constexpr int minReadySeconds = 5;

std::int64_t roundedUpSeconds(Duration duration) {
  return (duration.milliseconds + 999) / 1000;
}

Document probe(const Release &release, const plan::Probe &probe) {
  Document document;
  switch (probe.kind) {
  case plan::Probe::Kind::Http:
    document.set("httpGet", DocumentMap{{"path", probe.path}, {"port", "http"}});
    break;
  case plan::Probe::Kind::Tcp: document.set("tcpSocket", DocumentMap{{"port", "http"}}); break;
  case plan::Probe::Kind::Exec: {
    Document command = Document::list();
    for (const std::string &word : probe.command)
      command.push(word);
    document.set("exec", DocumentMap{{"command", command}});
    break;
  }
  }
  if (probe.kind == plan::Probe::Kind::Http && (probe.expectedStatus < 200 || probe.expectedStatus > 399))
    release.diagnostics.report(release.node.origin, diag::KubernetesCannot,
                               "Kubernetes takes a status of 200 to 399 for an answer, and no other");
  return document;
}

Document timedProbe(const Release &release, const plan::Probe &asked) {
  Document document = probe(release, asked);
  document.set("initialDelaySeconds", wholeSeconds(release, asked.after));
  document.set("periodSeconds", wholeSeconds(release, asked.every));
  document.set("timeoutSeconds", wholeSeconds(release, asked.timeout));
  document.set("failureThreshold", asked.failures);
  return document;
}

/// The live probe until it first succeeds: a slow start is no reason to be ended and begun again.
Document startupProbe(const Release &release) {
  Document document = probe(release, release.deployment.live);
  std::int64_t seconds = roundedUpSeconds(release.deployment.startTimeout);
  document.set("periodSeconds", startupPeriod);
  document.set("failureThreshold", std::max<std::int64_t>(1, (seconds + startupPeriod - 1) / startupPeriod));
  return document;
}

std::string memoryText(Bytes bytes) {
  constexpr std::int64_t kibi = 1024;
  if (bytes.count % (kibi * kibi) == 0) return std::to_string(bytes.count / (kibi * kibi)) + "Mi";
  if (bytes.count % kibi == 0) return std::to_string(bytes.count / kibi) + "Ki";
  return std::to_string(bytes.count);
}

Document resources(const plan::Resources &asked) {
  Document amounts;
  amounts.set("cpu", std::to_string(asked.cpu.millis) + "m");
  amounts.set("memory", memoryText(asked.memory));
  Document document;
  document.set("requests", amounts);
  document.set("limits", amounts);
  return document;
}

/// Where the value of secret `id` is: a reference, whatever happens. The Secret must exist.
Document secretReference(const Release &release, plan::SecretId id) {
  const plan::Secret &secret = release.plan.secrets[id];
  bool there = secret.environments.empty() || llvm::is_contained(secret.environments, release.environmentId);
  if (!there)
    release.diagnostics
        .report(release.node.origin, diag::KubernetesSecret, secret.name, release.environment.name)
        .label(secret.origin, "declared here");
  Document reference;
  reference.set("name",
                Document(nameOf(secret.name)).commented("must exist: written by whoever keeps the secret"));
  reference.set("key", "value");
  return DocumentMap{{"secretKeyRef", reference}};
}

/// Secrets of the environment of a container. What is no secret comes from the ConfigMap.
Document secretEnv(const Release &release) {
  Document list = Document::list();
  for (const plan::EnvBinding &binding : release.deployment.env) {
    const plan::Expr &expr = release.plan.exprs[binding.value];
    Document entry;
    entry.set("name", binding.name);
    if (const auto *secret = std::get_if<plan::SecretRef>(&expr.node)) {
      entry.set("valueFrom", secretReference(release, secret->secret));
      list.push(entry.from(expr.origin));
    } else if (!std::get_if<plan::Literal>(&expr.node)) {
      release.diagnostics
          .report(expr.origin.valid() ? expr.origin : release.node.origin, diag::KubernetesLateValue,
                  binding.name)
          .note("give it a value that is known now, or a whole secret");
    }
  }
  return list;
}

Document containerSecurity() {
  Document document;
  document.set("allowPrivilegeEscalation", false);
  document.set("readOnlyRootFilesystem", true);
  document.set("capabilities", DocumentMap{{"drop", DocumentList{"ALL"}}});
  return document;
}

/// Never `:latest`, and nothing that could be pulled: what runs is what a deployment puts here.
Document imagePlaceholder(const Release &release) {
  return Document("registry.invalid/" + release.name + "@sha256:" + std::string(64, '0'))
      .commented("placeholder: `piperun deploy` puts the image's digest here");
}

/// `$(` begins a reference in a command of Kubernetes'.
Document commandWords(const std::vector<std::string> &command) {
  Document list = Document::list();
  for (const std::string &word : command) {
    std::string escapedWord;
    for (std::size_t i = 0; i < word.size(); ++i)
      escapedWord += word.compare(i, 2, "$(") == 0 ? "$$" : std::string(1, word[i]);
    list.push(escapedWord);
  }
  return list;
}

Document container(const Release &release) {
  const plan::Deployment &deployment = release.deployment;
  Document document;
  document.set("name", nameOf(release.node.name));
  document.set("image", imagePlaceholder(release));
  if (!deployment.command.empty()) document.set("command", commandWords(deployment.command));
  document.set("ports", DocumentList{DocumentMap{{"name", "http"}, {"containerPort", deployment.port}}});
  if (!release.configName.empty())
    document.set("envFrom",
                 DocumentList{DocumentMap{{"configMapRef", DocumentMap{{"name", release.configName}}}}});
  Document env = secretEnv(release);
  if (!env.asList()->empty()) document.set("env", env);
  document.set("resources", resources(release.environment.resources));
  document.set("startupProbe", startupProbe(release));
  document.set("livenessProbe", timedProbe(release, deployment.live));
  document.set("readinessProbe", timedProbe(release, deployment.ready));
  Document sleep =
      DocumentMap{{"sleep", DocumentMap{{"seconds", wholeSeconds(release, deployment.preStop)}}}};
  if (deployment.preStop.milliseconds > 0)
    document.set(
        "lifecycle",
        Document(DocumentMap{{"preStop", sleep}})
            .commented("serves on until no node sends it new connections; needs no shell in the image"));
  document.set("securityContext", containerSecurity());
  document.set("volumeMounts", DocumentList{DocumentMap{{"name", "tmp"}, {"mountPath", "/tmp"}}});
  return document;
}

Document podSecurity() {
  Document document;
  document.set("runAsNonRoot", true);
  document.set("runAsUser", userId);
  document.set("runAsGroup", userId);
  document.set("fsGroup", userId);
  document.set("seccompProfile", DocumentMap{{"type", "RuntimeDefault"}});
  return document;
}

Document podSpec(const Release &release, llvm::StringRef color) {
  Document spec;
  spec.set("automountServiceAccountToken", false);
  spec.set("enableServiceLinks", false);
  spec.set("terminationGracePeriodSeconds", Document(wholeSeconds(release, release.deployment.grace))
                                                .commented("longer than preStop and the longest request"));
  spec.set("securityContext", podSecurity());
  Document spread;
  spread.set("maxSkew", 1);
  spread.set("topologyKey", "kubernetes.io/hostname");
  spread.set("whenUnsatisfiable", "ScheduleAnyway");
  spread.set("labelSelector", DocumentMap{{"matchLabels", selector(release, color)}});
  spec.set("topologySpreadConstraints", DocumentList{spread});
  spec.set("containers", DocumentList{container(release)});
  Document tmp;
  tmp.set("name", "tmp");
  tmp.set("emptyDir", DocumentMap{{"sizeLimit", "64Mi"}});
  spec.set("volumes", DocumentList{tmp});
  return spec;
}

} // namespace

Document deploymentObject(const Release &release, llvm::StringRef color) {
  const plan::Environment &environment = release.environment;
  Document document = object(release, "apps/v1", "Deployment", release.name + "-" + color.str());
  Document metadata = *document.find("metadata");
  Document labels = selector(release, color);
  labels.set("app.kubernetes.io/part-of", nameOf(release.plan.name));
  metadata.set("labels", labels);
  document.set("metadata", metadata);
  Document spec;
  if (environment.autoscale)
    spec.commented("no replicas: the autoscaler has them, and to apply this again must not take them back");
  else
    spec.set("replicas", environment.replicas);
  spec.set("revisionHistoryLimit", 3);
  spec.set("minReadySeconds", minReadySeconds);
  spec.set("progressDeadlineSeconds", roundedUpSeconds(release.deployment.startTimeout) + 60);
  spec.set("selector", DocumentMap{{"matchLabels", selector(release, color)}});
  spec.set("strategy", DocumentMap{{"type", "RollingUpdate"},
                                   {"rollingUpdate", DocumentMap{{"maxSurge", 1}, {"maxUnavailable", 0}}}});
  Document pod;
  pod.set("metadata", DocumentMap{{"labels", labels}});
  pod.set("spec", podSpec(release, color));
  spec.set("template", pod);
  document.set("spec", spec);
  return document;
}

} // namespace pipelang::backends::kubernetes
