// What the manifests of one environment must be together. Each entry is { object, report }.

const name = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const quantity = /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
const configKey = /^[-._a-zA-Z0-9]+$/;

const contains = (labels, selector) => Object.entries(selector).every(([key, value]) => labels?.[key] === value);

function checkMetadata({ object, report }) {
  const { metadata } = object;
  if (!name.test(metadata?.name ?? "") || metadata.name.length > 63) report(`metadata.name: ${metadata?.name} is no name`);
  if (object.kind !== "Namespace" && !metadata?.namespace) report("metadata.namespace: missing");
  for (const [key, value] of Object.entries(metadata?.labels ?? {}))
    if (!labelValue.test(value) || value.length > 63) report(`metadata.labels.${key}: ${value} is no label`);
}

function checkContainer(container, pod, report) {
  const where = `container ${container.name}`;
  if (/:latest$/.test(container.image) || !/@sha256:[0-9a-f]{64}$/.test(container.image))
    report(`${where}: image ${container.image} has no digest`);
  for (const kind of ["requests", "limits"])
    for (const amount of ["cpu", "memory"])
      if (!quantity.test(container.resources?.[kind]?.[amount] ?? "")) report(`${where}: no ${kind}.${amount}`);
  const ports = new Set([container.ports ?? []].flat().map((port) => port.name));
  for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
    const port = container[probe]?.httpGet?.port ?? container[probe]?.tcpSocket?.port;
    if (!container[probe]) report(`${where}: no ${probe}`);
    if (typeof port === "string" && !ports.has(port)) report(`${where}: ${probe} asks port ${port}, which is none`);
  }
  const stop = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  if (stop >= (pod.terminationGracePeriodSeconds ?? 30)) report(`${where}: preStop takes the whole grace period`);
  const security = container.securityContext ?? {};
  if (security.allowPrivilegeEscalation !== false || !security.capabilities?.drop?.includes("ALL"))
    report(`${where}: has privileges it may not need`);
  const volumes = new Set((pod.volumes ?? []).map((volume) => volume.name));
  for (const mount of container.volumeMounts ?? [])
    if (!volumes.has(mount.name)) report(`${where}: mounts ${mount.name}, which is no volume`);
}

function checkDeployment({ object, report }, byKind) {
  const { spec } = object;
  const pod = spec?.template?.spec ?? {};
  if (!contains(spec?.template?.metadata?.labels, spec?.selector?.matchLabels ?? { none: "" }))
    report("spec.selector: does not match its own pods");
  if (!pod.securityContext?.runAsNonRoot) report("pods may run as root");
  const configMaps = new Set(byKind("ConfigMap").map((one) => one.object.metadata.name));
  for (const container of pod.containers ?? []) {
    checkContainer(container, pod, report);
    for (const from of container.envFrom ?? [])
      if (from.configMapRef && !configMaps.has(from.configMapRef.name)) report(`no ConfigMap ${from.configMapRef.name}`);
  }
}

export function checkTogether(entries) {
  const byKind = (kind) => entries.filter((entry) => entry.object.kind === kind);
  const deployments = byKind("Deployment");
  const podsMatching = (selector) =>
    deployments.filter((one) => selector && contains(one.object.spec?.template?.metadata?.labels, selector));
  const namespaces = new Set(byKind("Namespace").map((one) => one.object.metadata?.name));
  const seen = new Set();
  for (const entry of entries) {
    const { object, report } = entry;
    checkMetadata(entry);
    const id = `${object.kind} ${object.metadata?.namespace ?? ""}/${object.metadata?.name}`;
    if (seen.has(id)) report(`${id} stands twice`);
    seen.add(id);
    if (object.metadata?.namespace && !namespaces.has(object.metadata.namespace))
      report(`no Namespace ${object.metadata.namespace}`);
    if (object.kind === "Deployment") checkDeployment(entry, byKind);
    if (object.kind === "Service") {
      if (podsMatching(object.spec?.selector).length !== 1) report("spec.selector: must match the pods of one Deployment");
      if (object.spec?.type === "LoadBalancer") report("spec.type: a LoadBalancer in the way of the switch");
    }
    if (object.kind === "PodDisruptionBudget" && podsMatching(object.spec?.selector?.matchLabels).length !== 1)
      report("spec.selector: must match the pods of one Deployment");
    if (object.kind === "HorizontalPodAutoscaler") {
      const target = deployments.find((one) => one.object.metadata.name === object.spec?.scaleTargetRef?.name);
      if (!target) report(`no Deployment ${object.spec?.scaleTargetRef?.name}`);
      else if (target.object.spec.replicas !== undefined) report("its Deployment has replicas of its own");
    }
    if (object.kind === "ConfigMap")
      for (const key of Object.keys(object.data ?? {})) if (!configKey.test(key)) report(`data.${key}: no key`);
    if (object.kind === "Secret") report("a Secret in a file");
  }
}
