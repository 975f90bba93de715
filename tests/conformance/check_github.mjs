// check_github.mjs FILE…: each workflow against GitHub's own parser, actionlint, and what every workflow of
// ours promises. Exit 1 where something is found that allowed_github.txt does not name.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import path from "node:path";
import { parse } from "yaml";
import { loadActionlint } from "./actionlint.mjs";
import { finish, readAllowlist } from "./findings.mjs";

register("./json_loader.mjs", import.meta.url);
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await import("@actions/workflow-parser");

async function official(name, content) {
  const result = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  const errors = [...result.context.errors.getErrors()];
  if (result.value) {
    const template = await convertWorkflowTemplate(result.context, result.value);
    for (const error of template.errors ?? []) errors.push({ message: error.Message ?? error.message });
  }
  const texts = errors.map((error) => `parser: ${error.prefix ? error.prefix + " " : ""}${error.rawMessage ?? error.message}`);
  return [...new Set(texts)];
}

const pinned = /^(\.\/|[^@]+@[0-9a-f]{40}$)/;

/// What GITHUB_KEY and friends cannot show: the promises for every file.
function promises(content) {
  const workflow = parse(content);
  const found = [];
  const need = (holds, text) => holds || found.push(`promise: ${text}`);
  need(content.startsWith("# Generated from "), "no header");
  need(workflow.name, "no name");
  need(workflow.concurrency?.group, "no concurrency");
  need(JSON.stringify(workflow.permissions) === "{}", "permissions at the top are not {}");
  for (const [id, job] of Object.entries(workflow.jobs ?? {})) {
    need(job.permissions !== undefined, `${id}: no permissions`);
    need(job["timeout-minutes"], `${id}: no timeout-minutes`);
    need(job.name, `${id}: no name`);
    if (job.needs) need(/cancelled\(\)/.test(job.if ?? ""), `${id}: a hidden success() decides`);
    for (const step of job.steps ?? []) {
      need(step.name, `${id}: a step without a name`);
      need(!(step.run ?? "").includes("${{"), `${id}: an expression in a script`);
      if (step.run !== undefined) need(step.shell, `${id}: no shell`);
      if (step.uses) need(pinned.test(step.uses), `${id}: ${step.uses} is not pinned`);
      if (/^actions\/checkout@/.test(step.uses ?? ""))
        need(String(step.with?.["persist-credentials"]) === "false", `${id}: checkout leaves its credentials`);
    }
  }
  return found;
}

const files = process.argv.slice(2);
const lint = await loadActionlint();
const findings = [];
for (const file of files) {
  const content = readFileSync(file, "utf8");
  const name = ".github/workflows/" + path.basename(file);
  const texts = await official(name, content);
  for (const one of lint(content, name))
    if (one.message) texts.push(`actionlint: ${one.line}:${one.column}: ${one.message} [${one.kind}]`);
  if (texts.length === 0) texts.push(...promises(content));
  for (const text of texts) findings.push(`${file}: ${text}`);
}
const allowlist = readAllowlist(new URL("./allowed_github.txt", import.meta.url));
finish(files, findings, allowlist);
