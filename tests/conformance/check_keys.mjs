// Compares the backend's tables with the schema of GitHub's own parser: what is allowed in an expression
// (keys.def) and which filters an event takes (events.def). Exit 1 where a newer schema says otherwise.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const schema = JSON.parse(
  readFileSync(new URL("./node_modules/@actions/workflow-parser/dist/workflow-v1.0.min.json", import.meta.url)),
).definitions;
const tables = process.argv[2]
  ? pathToFileURL(process.argv[2] + "/")
  : new URL("../../compiler/backends/github/", import.meta.url);
let wrong = 0;
let lines = 0;

function same(where, ours, theirs) {
  lines += 1;
  const [left, right] = [[...ours].sort().join(" "), [...theirs].sort().join(" ")];
  if (left === right) return;
  wrong += 1;
  console.log(`${where}: ours is \`${left}\`, the schema's \`${right}\``);
}

const words = (text) => text.split(" ").filter((word) => word);

for (const [, name, , definition, allowed] of readFileSync(new URL("keys.def", tables), "utf8").matchAll(
  /^GITHUB_KEY\((\w+),\s*"([^"]*)",\s*"([^"]*)",\s*"([^"]*)"\)/gm,
)) {
  const theirs = (schema[definition]?.context ?? []).map((one) => one.replace(/\(.*/, ""));
  same(`keys.def: ${name}`, words(allowed), theirs);
}

/// The keys of an event's mapping, wherever its definition keeps it.
function filtersOf(event) {
  const definition = schema[schema["on-mapping-strict"].mapping.properties[event]?.type ?? schema["on-mapping-strict"].mapping.properties[event]];
  if (event === "schedule") return ["cron"];
  for (const one of definition?.["one-of"] ?? []) if (schema[one]?.mapping) return Object.keys(schema[one].mapping.properties ?? {});
  return Object.keys(definition?.mapping?.properties ?? {});
}

for (const [, event, filters] of readFileSync(new URL("events.def", tables), "utf8").matchAll(
  /^GITHUB_EVENT\("(\w+)",\s*"([^"]*)",\s*"[^"]*"\)/gm,
)) {
  const theirs = filtersOf(event).filter((one) => !["inputs", "secrets", "outputs"].includes(one)); // written from params and secrets
  same(`events.def: ${event}`, words(filters), theirs);
}
console.log(`${lines} lines, ${wrong} differ`);
process.exit(wrong === 0 && lines > 0 ? 0 : 1);
