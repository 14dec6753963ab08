// Proves that an update that is killed while it creates a customer, replaces a key or rotates one is settled by what users run: the built
// `inventory --recover`, and `remove` where a warning names a key. Kills elsewhere: edits.test.ts, and test/crash.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { EditKind } from "./edits";
import { Stage, type Step } from "./run";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 120_000);

afterAll(() => stage.close());

const killed = (kind: EditKind, picks: [number, number, number], at: Step["at"]): Step => ({
  edits: [{ kind, picks }],
  preview: false,
  ends: "kill",
  at,
  refresh: false,
});

it("is settled as the messages say", { timeout: 300_000 }, async () => {
  const { endings, problems } = await stage.run([
    killed("add an entry", [0, 5, 0], { skip: 0, when: "after" }),
    killed("end a key on a day or never", [7, 3, 727], { skip: 2, when: "before" }),
    killed("rotate a key", [0, 0, 0], { skip: 1, when: "after" }),
  ]);
  expect(problems).toEqual([]);
  expect(endings).toEqual(["accepted", "killed", "killed", "killed"]);
});
