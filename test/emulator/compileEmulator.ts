import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "../..");

/** Compiles emulator and command into a new temporary folder, where Node can run them; returns the folder. */
export function compileEmulator(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "emulator-"));
  const sources = readdirSync(path.join(root, "emulator"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join("emulator", file));
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  for (const source of ["cli/emulator.ts", ...sources]) {
    const target = path.join(folder, source.replace(/\.ts$/, ".js"));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, ts.transpile(readFileSync(path.join(root, source), "utf8"), compilerOptions));
  }
  return folder;
}
