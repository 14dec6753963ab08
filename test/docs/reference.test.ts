// Proves that docs/reference and docs/errors.md say what the code says: `npm run reference` writes it anew. The requests in it are those that the emulator saw.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errorsFile, referenceFolder, referencePages } from "../../scripts/docs/reference";
import { errorsPage } from "../../scripts/docs/reference/errorsPage";

it("is what `npm run reference` writes", { timeout: 120_000 }, async () => {
  const pages = await referencePages();
  expect(readdirSync(referenceFolder).sort()).toEqual([...pages.keys()].sort());
  for (const [file, text] of pages) {
    expect(readFileSync(join(referenceFolder, file), "utf8"), `docs/reference/${file}`).toBe(text);
  }
  // Nothing that has to be there can be missed by reading the wrong file.
  expect(pages.get("organization.md")).toContain("| `displayName` | `string` | **must be there** |");
  expect(pages.get("managed-api-key.md")).toMatch(/\| `expireTime` \| `string` \| {2}\| \*\*replaces\*\* \|/);
  expect(pages.get("settings.md")).toContain("\n## tesseral:maxRemovals\n");
  expect(pages.get("settings.md")).toContain("[thousands of customers](../tasks/thousands-of-customers.md)");
  expect(pages.get("customer-fields.md")).toContain("| `roles` | list of texts, or `unmanaged` |");
  expect(pages.get("commands.md")).toContain("`--expect-none`");
});

it("has the errors as the catalog and the sources have them", () => {
  const page = errorsPage();
  expect(readFileSync(errorsFile, "utf8")).toBe(page);
  expect(page).toContain("\n### TSL-BRAKE\n");
});
