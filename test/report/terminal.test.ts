// Proves how a review looks in a terminal. What is said in it is the matter of reviewOf.test.ts.
import { expect, it } from "vitest";
import { terminalReview } from "../../report/render/terminal";
import { digest, everything, reviewed, savedPreview, step } from "./previews";

function shown(text: string, options: { color?: boolean; columns?: number } = {}): string {
  return terminalReview({ version: 1, stacks: [reviewed(text)] }, { color: false, ...options });
}

it("shows all of it", async () => {
  await expect(shown(savedPreview("everything.json"))).toMatchFileSnapshot("shown/everything.txt");
});

it("shows why a preview failed, first", async () => {
  await expect(shown(savedPreview("brake.json"))).toMatchFileSnapshot("shown/brake.txt");
});

it("shows an empty stack in few lines", async () => {
  await expect(shown(savedPreview("nothing-declared.json"))).toMatchFileSnapshot("shown/nothing-declared.txt");
});

it("breaks lines at the width of the terminal", () => {
  const lines = shown(savedPreview("everything.json"), { columns: 100 }).split("\n");
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(lines.length).toBeGreaterThan(shown(savedPreview("everything.json")).split("\n").length);
});

it("says in words what colors say, and is the same without them", () => {
  const colored = shown(savedPreview("everything.json"), { color: true });
  expect(colored).toContain("\u001b[1;31mWill notice (6)\u001b[0m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colors are made of them
  expect(colored.replaceAll(/\u001b\[[\d;]*m/g, "")).toBe(shown(savedPreview("everything.json")));
});

it("says what does not add up, and what was not understood", () => {
  const changed = { ...everything(), changeSummary: { ...everything().changeSummary, delete: 10 }, later: true };
  expect(shown(JSON.stringify(changed))).toContain(
    'The counts do not add up: the engine counts 10 of "delete", the preview lists 9.\n' +
      'Not understood: the preview has a part "later" that this version does not know\n',
  );
});

it("says that those that stay as they are are not in the preview", () => {
  const text = digest([step("create", "organization", "acme", { new: { displayName: "Acme" } })], {
    changeSummary: { create: 1, same: 400 },
  });
  expect(shown(text)).toContain("make it with --show-sames");
});
