// Proves that a file is read as text in whatever encoding a shell wrote it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { printedText } from "../../cli/printedText";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "printed-text-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

const text = '{ "name": "Café 北" }\n';
const little = Buffer.from(`\ufeff${text}`, "utf16le");

it.each([
  ["UTF-8", Buffer.from(text)],
  ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`)],
  ["UTF-16, as PowerShell 5 writes it", little],
  ["UTF-16 of the other byte order", Buffer.from(little).swap16()],
])("reads %s", (_, bytes) => {
  const file = join(folder, "preview.json");
  writeFileSync(file, bytes);
  expect(printedText(file)).toBe(text);
});

it("reads an empty file", () => {
  const file = join(folder, "empty.json");
  writeFileSync(file, "");
  expect(printedText(file)).toBe("");
});
