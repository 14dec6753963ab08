// Proves that the test of edits sees what it is for: each part of the program, taken out, makes it fail.
import { expect, it } from "vitest";
import { Customer } from "../../components/customer";
import { matchCustomers } from "../../config";
import type { EditKind } from "./edits";
import { type Program, realProgram } from "./project";
import { Stage, type Step } from "./run";

/** An edit and its update, undisturbed. The picks are of entries, names and ids in their order. */
const step = (kind: EditKind, picks: [number, number, number] = [0, 0, 0]): Step => ({
  edits: [{ kind, picks }],
  preview: true,
  ends: "up",
  at: { skip: 0, when: "before" },
  refresh: false,
});

/** Of the second entry, globex: it may be deleted. */
const second: [number, number, number] = [1, 0, 0];

const mutations: Record<string, { program: Partial<Program>; steps: Step[]; problem: string }> = {
  "a rename without its alias makes the organization anew": {
    program: {
      match: async (declared) =>
        (await matchCustomers(declared)).map((each) => ({ ...each, options: { aliases: [] } })),
    },
    steps: [step("rename by renamedFrom", second)],
    problem: "lost: org_",
  },
  "a key that was renamed without its alias is made anew": {
    program: {
      declare: (name, { apiKeys = {}, ...args }, options) =>
        new Customer(
          name,
          {
            ...args,
            apiKeys: Object.fromEntries(
              Object.entries(apiKeys).map(([key, { renamedFrom: _, ...rest }]) => [key, rest]),
            ),
          },
          options,
        ),
    },
    steps: [step("rename a key")],
    problem: "lost: api_key_",
  },
  "without adopt a second adoption makes an organization": {
    program: {
      match: (declared) =>
        matchCustomers(
          Object.fromEntries(
            Object.entries(declared).map(([name, { adopt: _, ...entry }]) => [name, entry]),
          ) as typeof declared,
        ),
    },
    steps: [step("adopt what another entry has", [0, 0, 4])],
    problem: "accepted: initech adopts what acme has",
  },
  "without onRemoval what was released is deleted": {
    program: { declare: (name, { onRemoval: _, ...args }, options) => new Customer(name, args, options) },
    steps: [step("release or delete on removal", second), step("remove an entry", second)],
    problem: "lost: org_",
  },
  "without the match a protected entry is let go": {
    program: {
      match: async (declared) =>
        Object.entries(declared).map(([name, { renamedFrom: _, ...args }]) => ({
          name,
          args,
          options: { aliases: [] },
        })),
      declare: (name, args, options) => new Customer(name, { ...args, protect: false }, options),
    },
    steps: [step("remove an entry")],
    problem: "accepted: a protected entry is gone, or too many are",
  },
};

it.each(Object.entries(mutations))("%s", { timeout: 300_000 }, async (_, { program, steps, problem }) => {
  const stage = await Stage.open({ ...realProgram, ...program });
  const { problems } = await stage.run(steps);
  await stage.close();
  expect(problems).toContainEqual(expect.stringContaining(problem));
});

it("finds nothing in the same edits as they are", { timeout: 300_000 }, async () => {
  const stage = await Stage.open();
  for (const { steps } of Object.values(mutations)) {
    expect((await stage.run(steps)).problems).toEqual([]);
  }
  await stage.close();
});
