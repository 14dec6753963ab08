// Proves that the built helper for tests works where modules are loaded as Jest loads them: each in a context of its own kind, by a require that knows no ES
// modules, and without import(). Jest itself is not run.
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import vm from "node:vm";
import { expect, it } from "vitest";

/** Loads a CommonJS file, and all that it requires, into a context that has Node's globals and a language of its own. */
function loadedApart(file: string): typeof import("../../testing/index") {
  const context = vm.createContext();
  const language = new Set(Object.getOwnPropertyNames(vm.runInContext("globalThis", context)));
  // Jest shares these two, as Node's own functions ask for them.
  language.delete("ArrayBuffer");
  language.delete("Uint8Array");
  for (const name of Object.getOwnPropertyNames(globalThis).filter((one) => !language.has(one))) {
    Object.defineProperty(context, name, { value: Reflect.get(globalThis, name), configurable: true, writable: true });
  }
  const registry = new Map<string, { exports: unknown }>();
  const requireFrom = (from: string) => {
    const { resolve } = createRequire(from);
    const builtin = (id: string) => {
      const real = createRequire(from)(id);
      return id.endsWith("module") ? { ...real, createRequire: requireFrom } : real;
    };
    return Object.assign((id: string) => (isBuiltin(id) ? builtin(id) : load(resolve(id))), { resolve });
  };
  const load = (found: string): unknown => {
    const known = registry.get(found);
    if (known !== undefined) {
      return known.exports;
    }
    const loaded: { exports: unknown } = { exports: {} };
    registry.set(found, loaded);
    const text = readFileSync(found, "utf8");
    if (found.endsWith(".json")) {
      loaded.exports = JSON.parse(text);
      return loaded.exports;
    }
    const names = ["module", "exports", "require", "__filename", "__dirname"];
    const run = vm.compileFunction(text.replace(/^#!.*/, ""), names, { filename: found, parsingContext: context });
    run(loaded, loaded.exports, requireFrom(found), found, path.dirname(found));
    return loaded.exports;
  };
  return load(file) as typeof import("../../testing/index");
}

it("starts with customers, also by TLS, and moves its clock", async () => {
  const { emulator } = loadedApart(path.resolve("dist/testing/index.js"));
  const customers = {
    acme: {
      displayName: "Acme",
      apiKeys: { production: { expireTime: "2100-01-31T00:00:00Z" } },
    },
  };
  const tesseral = await emulator({ customers, tls: true });
  const before = tesseral.clock.now().getTime();
  tesseral.clock.advance("P1D");
  expect(tesseral.clock.now().getTime() - before).toBeGreaterThanOrEqual(86_400_000);
  expect(tesseral.url).toMatch(/^https:/);
  expect(tesseral.token("acme", "production")).toMatch(/^acme_sk_/);
  await tesseral.close();
  const wrong = { acme: { displayName: "Acme", apiKeys: { production: { expireTime: "2100-02-31T00:00:00Z" } } } };
  await expect(emulator({ customers: wrong })).rejects.toThrow("a day that does not exist");
});
