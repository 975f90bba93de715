// check_expressions.mjs CASES.json: evaluates each expression with GitHub's own evaluator and compares with
// what the Plan's evaluator said. Exit 1 where they differ.
import { readFileSync } from "node:fs";
import { register } from "node:module";

register("./json_loader.mjs", import.meta.url);
const { Parser, Lexer, Evaluator, data } = await import("@actions/expressions");

function toData(value) {
  if (value === null) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  return new data.Dictionary(...Object.entries(value).map(([key, one]) => ({ key, value: toData(one) })));
}

const { needs, cases } = JSON.parse(readFileSync(process.argv[2], "utf8"));
// A push to main, as FixedFacts has it.
const github = {
  sha: "0123abc",
  ref: "refs/heads/main",
  ref_name: "main",
  ref_type: "branch",
  head_ref: "",
  event_name: "push",
  run_number: "7",
  event: {},
};
const context = toData({ github, needs });
const cancelled = { name: "cancelled", minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(false) };

let different = 0;
for (const { expression, expected } of cases) {
  const tokens = new Lexer(expression).lex().tokens;
  const parsed = new Parser(tokens, ["github", "needs"], [cancelled]).parse();
  const found = new Evaluator(parsed, context, new Map([["cancelled", cancelled]])).evaluate().coerceString();
  if (found === expected) continue;
  different += 1;
  if (different <= 20) console.log(`${expression}\n  GitHub: ${JSON.stringify(found)}, here: ${JSON.stringify(expected)}`);
}
console.log(`${cases.length} expressions, ${different} differ`);
process.exit(different === 0 && cases.length > 0 ? 0 : 1);
