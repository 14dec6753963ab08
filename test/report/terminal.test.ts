// Proves how a review looks in a terminal. What is said in it is the matter of reviewOf.test.ts.
import { expect, it } from "vitest";
import { eventSentence, inTime } from "../../report/render/sentence";
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

it("breaks messages, the headline and the last line, too", () => {
  const long = `API key "acme-corp-ci" is replaced: ${"its token stops working at once, ".repeat(9)}`;
  const diagnostics = ["error", "info"].map((severity) => ({ severity, message: `${long}${severity}\n${long}` }));
  const text = JSON.stringify({ ...everything(), diagnostics, config: {}, later: true });
  const lines = shown(text, { columns: 80 }).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContain("  stack test, project tesseral");
});

it("keeps the column behind labels of wide characters", () => {
  const make = (name: string, displayName: string) => {
    const old = { displayName, apiKeysEnabled: true };
    const one = step("update", "organization", name, { old, new: { ...old, scimEnabled: true } });
    return JSON.parse(JSON.stringify(one).replaceAll("Customer::acme", `Customer::${name}`));
  };
  const text = shown(digest([make("a", "株式会社テスト"), make("b", "Acme Corp 🙂"), make("c", "Zoe\u0301")]));
  expect(text.split("\n").slice(3, 6)).toEqual([
    "  株式会社テスト (a)  ~ its members can be provisioned by SCIM",
    "  Acme Corp 🙂 (b)    ~ its members can be provisioned by SCIM",
    "  Zoe\u0301 (c)             ~ its members can be provisioned by SCIM",
  ]);
});

it.each([
  ["2026-12-04T00:29:00Z", "in 7 days"],
  ["2026-12-04T20:43:00Z", "in 7 days"],
  ["2026-12-10T00:00:00Z", "in 13 days"],
  ["2026-11-29T00:29:00Z", "in 48 hours"],
  ["2026-11-27T00:30:10Z", "in 1 minute"],
])("says how long it is until %s by the days of the calendar: %s", (time, words) => {
  const event = { time, overdue: false, event: "expires", customer: "acme" } as const;
  expect(inTime(event, "2026-11-27T00:30:00Z")).toBe(words);
});

it("says that what has expired has, and that all else waits for the next update", () => {
  const said = (event: "expires" | "rotates") => {
    const one = { time: "2026-11-27T00:29:00Z", overdue: true, event, customer: "acme", key: "ci" };
    return `${eventSentence(one)} ${inTime(one, "2026-11-27T00:30:00Z")}`;
  };
  expect([said("expires"), said("rotates")]).toEqual([
    "acme/ci has expired already",
    "acme/ci rotates in the next update",
  ]);
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
