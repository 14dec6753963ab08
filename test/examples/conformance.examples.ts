// Proves that each example backend, built and started as its README says, meets every row of the contract against the emulator.
// It does not prove what the hosted Tesseral does, nor how the backends behave in Lambda; packages.examples.ts has the latter.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backends, missingTool } from "./backends";
import { build } from "./build";
import { askedAfterFrozen, expectedAfterFrozen, missingForFrozen } from "./frozen/asksAgain";
import { rows } from "./rows";
import { Session } from "./session";

declare module "vitest" {
  interface TaskMeta {
    /** What the row observed, for the table. */
    seen?: string;
  }
}

for (const backend of backends) {
  const missing = missingTool(backend.tools);
  if (missing && process.env.CI === "true") {
    throw new Error(`${backend.name}: ${missing}`);
  }
  if (missing) {
    console.warn(`${backend.name} is left out: ${missing}`);
  }

  // The backends side by side, the rows of each in order: most of the time is spent waiting for answers that do not come.
  describe.skipIf(missing).concurrent(backend.name, () => {
    let session: Session;

    beforeAll(async () => {
      await build(backend);
      session = await Session.start(backend);
    });
    afterAll(() => session?.end());

    for (const { name, expected, observe } of rows) {
      it.sequential(name, async ({ task }) => {
        const seen = await observe(session);
        task.meta.seen = seen;
        expect(seen).toBe(expected);
      });
    }

    const missingHere = missingForFrozen(backend);
    it.skipIf(missingHere !== undefined && process.env.CI !== "true").sequential(
      "answers kept: no longer in a process that was frozen",
      async () => {
        expect(await askedAfterFrozen(backend, session)).toBe(expectedAfterFrozen);
      },
    );
  });
}
