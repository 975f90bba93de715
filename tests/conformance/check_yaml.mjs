// check_yaml.mjs FILE.yaml FILE.json: both must hold the same, whichever YAML the reader speaks.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

const [yaml, json] = process.argv.slice(2).map((file) => readFileSync(file, "utf8"));
const expected = JSON.parse(json);
let wrong = 0;
for (const version of ["1.1", "1.2"]) {
  const found = parse(yaml, { version, maxAliasCount: 0 });
  for (const part of Object.keys(expected)) {
    if (isDeepStrictEqual(found[part], expected[part])) continue;
    wrong += 1;
    console.log(`YAML ${version}: ${part} is not what was written`);
  }
}
process.exit(wrong === 0 ? 0 : 1);
