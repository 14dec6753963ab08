// Proves what the bootstrap text in every resource says when the package it loads is not installed, or not built, where the
// program lies.
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Organization } from "../../library";
import { failureOf, openTesseralStack, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let tesseral: TesseralStack | undefined;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "program-")));
  mkdirSync(join(folder, "node_modules", "@pulumi"), { recursive: true });
  symlinkSync(resolve("node_modules/@pulumi/pulumi"), join(folder, "node_modules", "@pulumi", "pulumi"), "junction");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "program", version: "1.0.0" }));
});

afterEach(async () => {
  await tesseral?.close();
  rmSync(folder, { recursive: true, force: true });
});

const program = async () => void new Organization("acme", { displayName: "Acme" });

it("says which package is not installed, and where it was looked for", async () => {
  tesseral = await openTesseralStack(program, { programFolder: folder });
  const { message, outcome } = await failureOf(tesseral.stack.preview());
  expect(message).toBe(`Cannot find module 'pulumi-tesseral/provider'\nRequire stack:\n- ${join(folder, "noop.js")}`);
  // Before any line of this package runs, so Pulumi prints the trace as well.
  expect(outcome.printed).toMatch(/^\s+at /m);
});

it("says to run npm run build where the package is not built", async () => {
  const installed = join(folder, "node_modules", "pulumi-tesseral");
  mkdirSync(installed);
  for (const file of ["package.json", "provider.cjs"]) {
    copyFileSync(file, join(installed, file));
  }
  tesseral = await openTesseralStack(program, { programFolder: folder });
  const { message, outcome } = await failureOf(tesseral.stack.preview());
  expect(message).toBe(`pulumi-tesseral is not built in ${installed}: run \`npm run build\` there and try again.`);
  expect(outcome.printed).toMatch(/^ {4}pulumi-tesseral: not built$/m);
  expect(outcome.printed).not.toMatch(/^\s+at /m);
});
