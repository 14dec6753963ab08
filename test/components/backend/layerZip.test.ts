// Proves that the layer is built from the script alone, byte for byte the same everywhere. What it does is tested with layer.test.ts.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readZip } from "../../../components/backend/package/readZip";

const root = join(__dirname, "../../..");
const path = join(root, "dist/components/backend/layer.zip");
const script = readFileSync(join(root, "components/backend/layer/exec-wrapper.sh"));

it("holds the script twice, executable, and nothing else", () => {
  const files = readZip(readFileSync(path)).map(({ name, mode, read }) => ({
    name,
    mode,
    same: read().equals(script),
  }));
  expect(files).toEqual([
    { name: "bootstrap", mode: 0o755, same: true },
    { name: "tesseral/exec-wrapper", mode: 0o755, same: true },
  ]);
});

it("is built again to the same bytes, in another time zone too", () => {
  const folder = mkdtempSync(join(tmpdir(), "layer-zip-test-"));
  const again = join(folder, "layer.zip");
  const env = { ...process.env, TZ: "Asia/Kolkata" };
  execFileSync(process.execPath, [join(root, "scripts/buildLayer.cjs"), again], { env });
  expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
  rmSync(folder, { recursive: true });
});

it("has Unix line ends, whatever the checkout has", () => {
  const folder = mkdtempSync(join(tmpdir(), "layer-zip-test-"));
  const windows = script.toString().replaceAll("\n", "\r\n");
  for (const part of ["scripts/buildLayer.cjs", "dist/components/backend/package/writeZip.js"]) {
    cpSync(join(root, part), join(folder, part));
  }
  mkdirSync(join(folder, "components/backend/layer"), { recursive: true });
  writeFileSync(join(folder, "components/backend/layer/exec-wrapper.sh"), windows);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  execFileSync(process.execPath, [join(folder, "scripts/buildLayer.cjs"), join(folder, "layer.zip")]);
  expect(readFileSync(join(folder, "layer.zip")).equals(readFileSync(path))).toBe(true);
  rmSync(folder, { recursive: true });
});

// Another hash is another layer version, and with it a new version of every deployed function: that must be on purpose.
it("is the layer of this release", () => {
  expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(
    "690b0ccae72d422a086a71b6612a6f5b3e83b38475d2c26a6c6126bf64a2526d",
  );
});

it("has a script that bash understands", () => {
  execFileSync("/bin/bash", ["-n", join(root, "components/backend/layer/exec-wrapper.sh")]);
});
