// check_kubernetes.mjs FILE…: each manifest strictly against the models of Kubernetes' API (unknown fields,
// wrong types and missing ones are findings), then all of them together: what a server checks in names and
// quantities, and what no server checks, such as a selector that matches nothing. Exit 1 where something is
// found that allowed_kubernetes.txt does not name.
import { existsSync, readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { finish, readAllowlist } from "./findings.mjs";
import { checkTogether } from "./kubernetes_together.mjs";

const models = new URL("./node_modules/@kubernetes/client-node/dist/gen/models/", import.meta.url);
const known = new Map();

/// The fields of a model: their types, and whether they must be there.
async function fieldsOf(type) {
  if (known.has(type)) return known.get(type);
  const file = new URL(`${type}.js`, models);
  if (!existsSync(file)) return undefined;
  const model = (await import(file))[type];
  const declaration = readFileSync(new URL(`${type}.d.ts`, models), "utf8");
  const required = new Set([...declaration.matchAll(/^ {4}'([^']+)': /gm)].map(([, name]) => name));
  const fields = new Map();
  for (const { name, baseName, type: fieldType } of model.getAttributeTypeMap())
    fields.set(baseName, { type: fieldType, required: required.has(name) });
  known.set(type, fields);
  return fields;
}

const scalars = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  IntOrString: (value) => typeof value === "string" || Number.isInteger(value),
  Date: (value) => typeof value === "string",
  any: () => true,
  object: (value) => typeof value === "object",
};

async function check(value, type, path, report) {
  if (scalars[type]) {
    if (!scalars[type](value)) report(`${path}: wants ${type}, has ${JSON.stringify(value)}`);
    return;
  }
  const list = type.match(/^Array<(.*)>$/);
  if (list) {
    if (!Array.isArray(value)) return report(`${path}: wants a list, has ${JSON.stringify(value)}`);
    for (const [index, element] of value.entries()) await check(element, list[1], `${path}[${index}]`, report);
    return;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return report(`${path}: wants ${type}, has ${JSON.stringify(value)}`);
  const map = type.match(/^\{ \[key: string\]: (.*); \}$/);
  if (map) {
    for (const [key, element] of Object.entries(value)) await check(element, map[1], `${path}.${key}`, report);
    return;
  }
  const fields = await fieldsOf(type);
  if (!fields) return report(`${path}: no model ${type}`);
  for (const key of Object.keys(value)) if (!fields.has(key)) report(`${path}.${key}: unknown field of ${type}`);
  for (const [name, field] of fields) {
    if (value[name] !== undefined) await check(value[name], field.type, `${path}.${name}`, report);
    else if (field.required) report(`${path}.${name}: missing in ${type}`);
  }
}

/// `apps/v1`, `Deployment` -> `V1Deployment`; core objects have no group.
const modelOf = (object) =>
  object?.apiVersion && object.kind ? `${object.apiVersion.split("/").pop().replace(/^v/, "V")}${object.kind}` : undefined;
const groups = {
  Namespace: "v1",
  ConfigMap: "v1",
  Service: "v1",
  Deployment: "apps/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
  PodDisruptionBudget: "policy/v1",
};

const files = process.argv.slice(2);
const findings = [];
const objects = [];
for (const file of files)
  for (const document of parseAllDocuments(readFileSync(file, "utf8"), { uniqueKeys: true })) {
    const report = (text) => findings.push(`${file}: ${text}`);
    for (const error of document.errors) report(error.message);
    const object = document.toJS();
    const type = modelOf(object);
    if (!type) {
      report("no apiVersion and kind");
      continue;
    }
    if (groups[object.kind] !== object.apiVersion) report(`apiVersion: ${object.kind} is not in ${object.apiVersion}`);
    await check(object, type, object.kind, report);
    objects.push({ object, report });
  }
checkTogether(objects);
finish(files, findings, readAllowlist(new URL("./allowed_kubernetes.txt", import.meta.url)));
