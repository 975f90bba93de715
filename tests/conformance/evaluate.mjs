// GitHub's own evaluator of expressions, as the checks here use it.
import { register } from "node:module";

register("./json_loader.mjs", import.meta.url);
const { Parser, Lexer, Evaluator, data } = await import("@actions/expressions");

export function toData(value) {
  if (value === null) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  return new data.Dictionary(...Object.entries(value).map(([key, one]) => ({ key, value: toData(one) })));
}

// The text of an expression's value. `contexts`: data with `github` and `needs`; `cancelled`: whether the run was.
export function evaluate(expression, contexts, cancelled = false) {
  const truth = (name, value) => ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) });
  const functions = [truth("cancelled", cancelled), truth("always", true)];
  const tokens = new Lexer(expression).lex().tokens;
  const tree = new Parser(tokens, ["github", "needs"], functions).parse();
  return new Evaluator(tree, contexts, new Map(functions.map((one) => [one.name, one]))).evaluate().coerceString();
}

// The text of a key, its expressions evaluated. An expression ends at the first `}}` outside of a literal.
export function render(text, contexts) {
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

// Counts what differs, and shows the first of it.
export class Differences {
  count = 0;

  compare(what, there, here) {
    if (there === here) return;
    this.count += 1;
    if (this.count <= 20) console.log(`${what}\n  GitHub: ${JSON.stringify(there)}, here: ${JSON.stringify(here)}`);
  }
}
