// check_expressions.mjs CASES.json: evaluates each expression with GitHub's own evaluator and compares with what the
// Plan's evaluator, or the local run, said. A case may have `needs` of its own, and be of a cancelled run. Exit 1
// where they differ.
import { readFileSync } from "node:fs";
import { Differences, evaluate, toData } from "./evaluate.mjs";

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
const common = toData({ github, needs: needs ?? {} });

const differences = new Differences();
for (const one of cases) {
  const contexts = one.needs ? toData({ github, needs: one.needs }) : common;
  const where = one.needs ? `${one.expression} after ${JSON.stringify(one.needs)}, cancelled: ${one.cancelled}` : one.expression;
  differences.compare(where, evaluate(one.expression, contexts, one.cancelled), one.expected);
}
console.log(`${cases.length} expressions, ${differences.count} differ`);
process.exit(differences.count === 0 && cases.length > 0 ? 0 : 1);
