// Proves how the demo writes down its steps; says nothing about what the steps do.
import { expect, it } from "vitest";
import { Narrator } from "../../../cli/demo/narrator";

function tell() {
  let written = "";
  const times = [0, 1200, 2000, 14_345];
  const sink = { write: (text: string) => (written += text) };
  return { narrator: new Narrator(sink, () => times.shift() ?? 0), written: () => written };
}

it("numbers the steps, says why, what came of each and how long it took, and sums up", async () => {
  const { narrator, written } = tell();
  await narrator.step("pulumi preview", "What would be done?", async () => {
    narrator.detail("+  Organization acme");
    return "1 to create";
  });
  await narrator.step("pulumi up", "Does it.", async () => "1 created");
  narrator.summary();
  expect(written()).toBe(`
1. pulumi preview
   What would be done?
      +  Organization acme
   => 1 to create (1.2 s)

2. pulumi up
   Does it.
   => 1 created (12.3 s)

What was shown
    1. pulumi preview    1.2 s  1 to create
    2. pulumi up        12.3 s  1 created
   2 steps in 13.5 s, all as expected.
`);
});

it("lets a failure through", async () => {
  const { narrator, written } = tell();
  const step = narrator.step("pulumi up", "Does it.", async () => {
    throw new Error("Expected only create, not 1 changed");
  });
  await expect(step).rejects.toThrow(new Error("Expected only create, not 1 changed"));
  expect(written()).toBe("\n1. pulumi up\n   Does it.\n");
});
