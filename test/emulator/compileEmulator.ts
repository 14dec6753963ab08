import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "../..");

/** Compiles the emulator, its command and all that they load into a new temporary folder, where Node can run them; returns the folder. */
export function compileEmulator(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "emulator-"));
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const sources = new Set(["cli/emulator.ts", "testing/index.ts"]);
  // A set gives what is added while it is walked, too.
  for (const source of sources) {
    const output = ts.transpile(readFileSync(path.join(root, source), "utf8"), compilerOptions);
    for (const { fileName } of ts.preProcessFile(output, true, true).importedFiles) {
      const imported = path.join(path.dirname(source), fileName.replace(/\.js$/, ""));
      const candidates = [`${imported}.ts`, path.join(imported, "index.ts")];
      const found = candidates.find((candidate) => fileName.startsWith(".") && existsSync(path.join(root, candidate)));
      if (found !== undefined) {
        sources.add(found);
      }
    }
    const target = path.join(folder, source.replace(/\.ts$/, ".js"));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, output);
  }
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  return folder;
}
