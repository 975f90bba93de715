// Every deployment of the Plan as it is in one environment, as Kubernetes' objects; one object a file.
// docs/kubernetes.md says what each guards against. Read next: pod.cpp.
#include "compiler/backends/backend.h"
#include "compiler/backends/header.h"
#include "compiler/backends/kubernetes/release.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

namespace pipelang::backends {

namespace kubernetes {

std::string nameOf(llvm::StringRef text) {
  std::string name;
  for (char c : text) {
    if (llvm::isAlnum(c))
      name += llvm::toLower(c);
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  while (!name.empty() && name.back() == '-')
    name.pop_back();
  return name;
}

Document object(const Release &release, llvm::StringRef apiVersion, llvm::StringRef kind,
                llvm::StringRef name) {
  Document document;
  document.from(release.node.origin);
  document.set("apiVersion", apiVersion);
  document.set("kind", kind);
  Document metadata;
  metadata.set("name", name);
  metadata.set("namespace", release.environment.namespaceName); // always: never where kubectl happens to be
  document.set("metadata", metadata.from(release.environment.origin));
  return document;
}

Document selector(const Release &release, llvm::StringRef color) {
  Document labels;
  labels.set("app.kubernetes.io/name", release.name);
  labels.set("pipelang/color", color);
  return labels;
}

std::int64_t wholeSeconds(const Release &release, Duration duration) {
  if (duration.milliseconds % 1000 != 0)
    release.diagnostics.report(release.node.origin, diag::KubernetesSeconds, toText(duration));
  return duration.milliseconds / 1000;
}

DocumentMap configData(const Release &release) {
  Document data = Document::map();
  for (const auto &[name, value] : release.environment.config)
    data.set(name, value);
  for (const plan::EnvBinding &binding : release.deployment.env)
    if (const auto *literal = std::get_if<plan::Literal>(&release.plan.exprs[binding.value].node))
      data.set(binding.name, literal->value.toText());
  return *data.asMap();
}

namespace {

constexpr int longestName = 63;

void checkName(Diagnostics &diagnostics, Span origin, llvm::StringRef name, llvm::StringRef what) {
  bool valid = !name.empty() && name.size() <= longestName && llvm::all_of(name, [](char c) {
    return llvm::isDigit(c) || (c >= 'a' && c <= 'z') || c == '-';
  });
  if (!valid || name.front() == '-' || name.back() == '-')
    diagnostics.report(origin, diag::KubernetesName, name, what, longestName);
}

/// Its name holds the digest of its content: a release keeps the settings it was made with, also when
/// traffic goes back to it.
Document configMap(const Release &release, const DocumentMap &data) {
  Document document = object(release, "v1", "ConfigMap", release.configName);
  document.set("immutable", true);
  document.set("data", data);
  return document;
}

std::string configNameOf(const std::string &name, const DocumentMap &data) {
  if (data.empty()) return "";
  auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(toJson(data).text));
  return name + "-config-" + llvm::toHex(digest, /*LowerCase=*/true).substr(0, 10);
}

Document service(const Release &release, const std::string &name, llvm::StringRef color,
                 const char *comment) {
  Document document = object(release, "v1", "Service", name);
  Document ports;
  ports.set("name", "http");
  ports.set("port", 80);
  ports.set("targetPort", "http");
  Document chosen = selector(release, color);
  chosen.set("pipelang/color", Document(color).commented(comment));
  Document spec;
  spec.set("type", "ClusterIP"); // a cloud's balancer in the way of the switch would have a will of its own
  spec.set("selector", chosen);
  spec.set("ports", DocumentList{ports});
  document.set("spec", spec);
  return document;
}

Document autoscaler(const Release &release, const plan::Autoscale &autoscale, const std::string &target) {
  if (autoscale.cpu.millionths % Percent::scale != 0 || autoscale.min < 1 || autoscale.max < autoscale.min)
    release.diagnostics.report(release.environment.origin, diag::KubernetesCannot,
                               "autoscale needs 1 <= min <= max and a whole percentage");
  Document document = object(release, "autoscaling/v2", "HorizontalPodAutoscaler", target);
  Document aim;
  aim.set("type", "Utilization");
  aim.set("averageUtilization", autoscale.cpu.millionths / Percent::scale);
  Document resource;
  resource.set("name", "cpu");
  resource.set("target", aim);
  Document metric;
  metric.set("type", "Resource");
  metric.set("resource", resource);
  Document spec;
  spec.commented("while the color is idle (0 replicas) Kubernetes suspends its autoscaler by itself");
  spec.set("scaleTargetRef",
           DocumentMap{{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", target}});
  spec.set("minReplicas", autoscale.min);
  spec.set("maxReplicas", autoscale.max);
  spec.set("metrics", DocumentList{metric});
  document.set("spec", spec);
  return document;
}

Document disruptionBudget(const Release &release, llvm::StringRef color) {
  Document document = object(release, "policy/v1", "PodDisruptionBudget", release.name + "-" + color.str());
  Document spec;
  spec.set("maxUnavailable", 1);
  spec.set("unhealthyPodEvictionPolicy", "AlwaysAllow");
  spec.set("selector", DocumentMap{{"matchLabels", selector(release, color)}});
  document.set("spec", spec);
  return document;
}

Document namespaceObject(const plan::Environment &environment) {
  Document labels;
  labels.set("name", environment.namespaceName);
  labels.set("pod-security.kubernetes.io/warn", "restricted");
  Document metadata;
  metadata.set("name", environment.namespaceName);
  metadata.set("labels", labels);
  Document document;
  document.from(environment.origin);
  document.set("apiVersion", "v1");
  document.set("kind", "Namespace");
  document.set("metadata", metadata);
  return document;
}

/// Objects by the names of their files.
std::map<std::string, Document> objectsOf(const Release &release, const DocumentMap &data) {
  std::map<std::string, Document> objects;
  std::string base = nameOf(release.node.name) + "-";
  if (!data.empty()) objects[base + "configmap.yaml"] = configMap(release, data);
  objects[base + "service.yaml"] =
      service(release, release.name, "blue", "at first; from then on `piperun deploy` owns this field");
  objects[base + "service-preview.yaml"] =
      service(release, release.name + "-preview", "green", "the idle color, for a look at what is to come");
  for (const char *color : colors) {
    std::string target = release.name + "-" + color;
    objects[base + "deployment-" + color + ".yaml"] = deploymentObject(release, color);
    objects[base + "disruption-budget-" + color + ".yaml"] = disruptionBudget(release, color);
    if (release.environment.autoscale)
      objects[base + "autoscaler-" + color + ".yaml"] =
          autoscaler(release, *release.environment.autoscale, target);
  }
  return objects;
}

} // namespace
} // namespace kubernetes

FileSet emitKubernetes(const plan::Plan &plan, const plan::EmitKubernetes &emit, Diagnostics &diagnostics) {
  using namespace kubernetes;
  const plan::Environment &environment = plan.environments[emit.environment];
  if (environment.namespaceName.empty())
    diagnostics.report(environment.origin, diag::KubernetesNamespace, environment.name);
  else
    checkName(diagnostics, environment.origin, environment.namespaceName, "a namespace");
  if (environment.replicas < 1)
    diagnostics.report(environment.origin, diag::KubernetesCannot,
                       "an environment needs at least one replica");
  std::map<std::string, Document> objects;
  objects["namespace.yaml"] = namespaceObject(environment);
  for (const plan::Node &node : plan.nodes) {
    const plan::Deployment *deployment = node.asDeployment();
    if (!deployment) continue;
    Release release{plan, node, *deployment, environment, emit.environment, diagnostics, "", ""};
    release.name = nameOf(plan.name + "-" + node.name);
    DocumentMap data = configData(release);
    release.configName = configNameOf(release.name, data);
    checkName(diagnostics, node.origin, release.name + "-preview", "a Service");
    objects.merge(objectsOf(release, data));
  }
  FileSet files;
  for (const auto &[name, document] : objects)
    files[emit.directory + "/" + name] = {withHeader(plan, toYaml(document), document.origin),
                                          document.origin, true};
  return files;
}

} // namespace pipelang::backends
