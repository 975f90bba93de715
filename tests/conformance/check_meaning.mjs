// check_meaning.mjs WORKFLOW.yml VALUES_FOLDER GITHUB.json: evaluates the environment of every step of the job
// `reader` with GitHub's own evaluator and compares it with what the steps of a local run found in theirs
// (FOLDER/*.values, from `env -0`). Exit 1 where they differ.
import { readFileSync, readdirSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";

register("./json_loader.mjs", import.meta.url);
const { Parser, Lexer, Evaluator, data } = await import("@actions/expressions");

function toData(value) {
  if (value === null) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  return new data.Dictionary(...Object.entries(value).map(([key, one]) => ({ key, value: toData(one) })));
}

const cancelled = { name: "cancelled", minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(false) };

function evaluate(expression, contexts) {
  const tokens = new Lexer(expression).lex().tokens;
  const tree = new Parser(tokens, ["github", "needs"], [cancelled]).parse();
  return new Evaluator(tree, contexts, new Map([["cancelled", cancelled]])).evaluate().coerceString();
}

// The text of a key, its expressions evaluated. An expression ends at the first `}}` outside of a literal.
function render(text, contexts) {
  let result = "";
  for (let at = 0; at < text.length; ) {
    const begin = text.indexOf("${{", at);
    if (begin < 0) return result + text.slice(at);
    let end = begin + 3;
    for (let quoted = false; quoted || !text.startsWith("}}", end); end += 1) {
      if (end >= text.length) throw new Error(`an expression that does not end: ${text}`);
      if (text[end] === "'") quoted = !quoted;
    }
    result += text.slice(at, begin) + evaluate(text.slice(begin + 3, end).trim(), contexts);
    at = end + 2;
  }
  return result;
}

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
let different = 0;
for (const step of workflow.jobs.reader.steps)
  for (const [name, text] of Object.entries(step.env ?? {})) {
    compared += 1;
    late += String(text).includes("${{") ? 1 : 0;
    const there = render(String(text), contexts);
    if (there === here.get(name)) continue;
    different += 1;
    if (different <= 20) console.log(`${name}: ${text}\n  GitHub: ${JSON.stringify(there)}, here: ${JSON.stringify(here.get(name))}`);
  }
console.log(`${compared} values, ${late} of them late, ${different} differ`);
process.exit(different === 0 && late > 0 && compared === here.size ? 0 : 1);
