// Proves that what Pulumi 3.216 wrote, the oldest engine that this package supports, is read like what a newer one writes. The three were made by it in a
// stack of six customers, against the emulator: without places in source files, all in one minute, and the event log without what is for debugging.
import { expect, it } from "vitest";
import { terminalReview } from "../../report/render/terminal";
import { reviewed, savedPreview } from "./previews";

const shown = (text: string) => terminalReview({ version: 1, stacks: [reviewed(text)] }, { color: false });

it.each([
  ["--json", "preview.json"],
  ["--json --diff", "diff.json"],
])("reads a preview of 3.216 with %s", async (_, file) => {
  const text = savedPreview(`3.216/${file}`);
  await expect(shown(text)).toMatchFileSnapshot("shown/3.216.txt");
  expect(reviewed(text)).toMatchObject({ complete: true, raw: [], counts: { differences: [] } });
});

it("reads an event log of 3.216, which has no names of roles that are new", () => {
  const [fromEvents, fromDigest] = ["events.jsonl", "preview.json"].map((file) => savedPreview(`3.216/${file}`));
  expect(shown(fromEvents ?? "")).toBe(
    shown(fromDigest ?? "").replace("key live (reader)", "key live (not known yet)"),
  );
  expect(reviewed(fromEvents ?? "")).toMatchObject({ complete: true, raw: [], counts: { differences: [] } });
});
