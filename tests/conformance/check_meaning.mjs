// check_meaning.mjs WORKFLOW.yml VALUES_FOLDER GITHUB.json: evaluates the environment of every step of the job
// `reader` with GitHub's own evaluator and compares it with what the steps of a local run found in theirs
// (FOLDER/*.values, from `env -0`). Exit 1 where they differ.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { Differences, render, toData } from "./evaluate.mjs";

const [workflowPath, folder, githubPath] = process.argv.slice(2);
const workflow = parse(readFileSync(workflowPath, "utf8"));
const github = JSON.parse(readFileSync(githubPath, "utf8"));
const outputs = {};
for (const [name, text] of Object.entries(workflow.jobs.source.outputs))
  outputs[name] = render(String(text), toData({ github, needs: {} }));
const contexts = toData({ github, needs: { source: { result: "success", outputs } } });

const here = new Map();
for (const file of readdirSync(folder).filter((name) => name.endsWith(".values")))
  for (const line of readFileSync(join(folder, file), "utf8").split("\0")) {
    const at = line.indexOf("=");
    if (/^V\d+$/.test(line.slice(0, at))) here.set(line.slice(0, at), line.slice(at + 1));
  }

let compared = 0;
let late = 0;
const differences = new Differences();
for (const step of workflow.jobs.reader.steps)
  for (const [name, text] of Object.entries(step.env ?? {})) {
    compared += 1;
    late += String(text).includes("${{") ? 1 : 0;
    differences.compare(`${name}: ${text}`, render(String(text), contexts), here.get(name));
  }
console.log(`${compared} values, ${late} of them late, ${differences.count} differ`);
process.exit(differences.count === 0 && late > 0 && compared === here.size ? 0 : 1);
