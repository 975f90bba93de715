// What the checkers share: findings, the allowlist, the way they end.
import { readFileSync } from "node:fs";

/// Lines of an allowlist: `pattern  # reason`. A finding whose text a pattern matches is allowed; a pattern
/// without a reason is refused.
export function readAllowlist(path) {
  const entries = [];
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (!line.trim() || line.startsWith("#")) continue;
    const [pattern, reason] = line.split(/ +# /);
    if (!reason) throw new Error(`${path}: no reason given for: ${line}`);
    entries.push({ pattern: new RegExp(pattern), used: 0 });
  }
  return entries;
}

/// Prints what is not allowed and ends the program: 0 where nothing is left, else 1.
export function finish(files, findings, allowlist) {
  let allowed = 0;
  let left = 0;
  for (const finding of findings) {
    const entry = allowlist.find((one) => one.pattern.test(finding));
    if (entry) {
      allowed += 1;
      continue;
    }
    left += 1;
    console.log(finding);
  }
  console.log(`${files.length} files, ${left} findings, ${allowed} allowed`);
  process.exit(left === 0 ? 0 : 1);
}
