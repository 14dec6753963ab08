// Proves that files are replaced all or none, whatever fails on the way. Not that a file system keeps its word when the power fails.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { replaceFiles } from "../../cli/replaceFiles";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-files-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const contents = () =>
  readdirSync(folder).map((name) => [
    name,
    statSync(path(name)).isDirectory() ? "/" : readFileSync(path(name), "utf8"),
  ]);

it("writes new files, and old ones with the rights that they had", () => {
  writeFileSync(path("a"), "old");
  chmodSync(path("a"), 0o600);
  replaceFiles(["a", "b"].map((name) => ({ file: path(name), text: `new ${name}` })));
  expect(contents()).toEqual([
    ["a", "new a"],
    ["b", "new b"],
  ]);
  expect(statSync(path("a")).mode & 0o777).toBe(0o600);
});

it("leaves everything as it was where one cannot be written", () => {
  writeFileSync(path("a"), "old");
  mkdirSync(path("c"));
  const before = contents();
  expect(() => replaceFiles(["a", "b", "c"].map((name) => ({ file: path(name), text: "new" })))).toThrow();
  expect(contents()).toEqual(before);
});

it("leaves no file half done, and none of several alone, when it is interrupted at any moment", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `file-${index}`);
  const script = `
    const { replaceFiles } = require(${JSON.stringify(resolve("dist/cli/replaceFiles.js"))});
    process.send("ready");
    for (let turn = 1; ; turn += 1) {
      replaceFiles(${JSON.stringify(names)}.map((name) => ({ file: ${JSON.stringify(folder)} + "/" + name, text: String(turn) })));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }`;
  for (const signal of ["SIGINT", "SIGTERM", "SIGINT"] as const) {
    const child: ChildProcess = spawn(process.execPath, ["-e", script], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await new Promise((done) => child.once("message", done));
    await expect.poll(() => readdirSync(folder).length).toBeGreaterThan(0);
    const ended = new Promise((done) => child.once("close", done));
    child.kill(signal);
    // What arrives while files are written waits, here for good, since this loop never ends: it is sent until it meets a pause.
    const killer = setInterval(() => child.kill(signal), 5);
    await ended;
    clearInterval(killer);
    expect(new Set(contents().map(([, text]) => text)).size).toBe(1);
    expect(readdirSync(folder)).toHaveLength(names.length);
  }
});
