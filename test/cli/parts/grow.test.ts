// Proves that a change of the parts' number can die at every write and goes on when it is run again: nobody is lost, nobody has two owners that can
// be updated, and the end is the same. `pulumi` is played; the real one moves customers in test/commandLine/parts.test.ts.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Growth, growParts } from "../../../cli/parts/grow";
import { initParts } from "../../../cli/parts/init";
import { findParts, partOfStack, requireWhole } from "../../../cli/parts/partStacks";
import { partOf } from "../../../config/parts/part";
import { Killed, StandInProject } from "./standInProject";

const names = Array.from({ length: 24 }, (_, index) => `customer-${index}`);
const entries = Object.fromEntries(names.map((name) => [name, { displayName: name }]));

let project: StandInProject;

beforeEach(() => {
  project = new StandInProject();
});

afterEach(() => project.close());

function openTwo(): void {
  project.declare(entries);
  for (const number of [1, 2]) {
    const config = {
      "tesseral:part": `${number}/2`,
      "tesseral:apiUrl": "https://x",
      "tesseral:backend": { path: "." },
    };
    project.add(
      `prod-${number}`,
      config,
      names.filter((name) => partOf(name, 2) === number),
    );
  }
}

const silent = (to: number): Growth => ({ to, jobs: 1, say: () => {}, agree: async () => true });
const grow = (to: number) => growParts(project, findParts(project, "prod-1"), silent(to));

/** Whom each stack has. */
const owners = () => new Map([...project.states.keys()].map((stack) => [stack, project.customers(stack)]));

/** Nobody is lost at any time, and whoever is in two states is so in stacks that refuse every update. */
function expectNobodyAtRisk(): void {
  const held = new Map<string, string[]>();
  for (const [stack, customers] of owners()) {
    for (const name of customers) {
      held.set(name, [...(held.get(name) ?? []), stack]);
    }
  }
  expect([...held.keys()].sort()).toEqual([...names].sort());
  const divided = [...held.values()].filter((stacks) => stacks.length > 1).flat();
  for (const stack of divided) {
    expect(partOfStack(project, stack)?.growingTo).toBeDefined();
  }
  // Who has not yet all that is theirs refuses updates, too: it would create what another one has.
  for (const [stack, customers] of owners()) {
    const part = partOfStack(project, stack);
    if (part !== undefined && part.growingTo === undefined) {
      expect(customers).toEqual(names.filter((name) => partOf(name, part.of) === part.number).sort());
    }
  }
}

function expectGrown(to: number): void {
  expect(requireWhole(findParts(project, "prod-1"))).toBe(to);
  for (let number = 1; number <= to; number += 1) {
    const stack = `prod-${number}`;
    const own = names.filter((name) => partOf(name, to) === number);
    expect(project.customers(stack)).toEqual([...own].sort());
    expect(project.config(stack)).toEqual({
      ...{ "tesseral:part": `${number}/${to}`, "tesseral:apiUrl": "https://x" },
      ...(number <= 2 && { "tesseral:backend": { path: "." } }),
    });
    for (const { inputs, outputs, provider } of project
      .resources(stack)
      .filter(({ id = "" }) => id.startsWith("org_"))) {
      const managedBy = `organization/shop/${stack}/${inputs?.displayName}`;
      expect([inputs?.managedBy, outputs?.managedBy]).toEqual([managedBy, managedBy]);
      expect(provider?.startsWith(`urn:pulumi:${stack}::`)).toBe(true);
    }
  }
}

it("is refused, as parts are, where every stack would have the backend that Pulumi.yaml sets", async () => {
  openTwo();
  project.settings.set("tesseral:backend", { value: {}, path: "Pulumi.yaml", at: [] });
  await grow(2);
  project.settings.set("tesseral:backend", { value: { code: {} }, path: "Pulumi.yaml", at: [] });
  await expect(grow(3)).rejects.toThrow("Pulumi.yaml sets tesseral:backend, so each part would deploy a backend");
  project.add("eu", { "tesseral:apiUrl": "https://x" });
  await expect(initParts(project, "eu", 2, 1, async () => true)).rejects.toThrow("Pulumi.yaml sets tesseral:backend");
  expect([...project.states.keys()]).toEqual(["prod-1", "prod-2", "eu"]);
});

describe("growing from two parts to five", () => {
  it("moves those alone whom a new part takes, and gives new stacks the settings but not the backend", async () => {
    openTwo();
    const plan = await grow(5);
    expect(plan?.made).toEqual(["prod-3", "prod-4", "prod-5"]);
    const moved = names.filter((name) => partOf(name, 5) > 2);
    expect(plan?.moves.flatMap(({ customers }) => customers).sort()).toEqual([...moved].sort());
    expectNobodyAtRisk();
    expectGrown(5);
    const { writes } = project;
    await grow(5);
    expect(project.writes).toBe(writes);
  });

  it("can be killed at every write, and goes on", { timeout: 60_000 }, async () => {
    openTwo();
    await grow(5);
    const all = project.writes;
    expect(all).toBeGreaterThan(25);
    for (let at = 1; at <= all; at += 1) {
      project.close();
      project = new StandInProject();
      openTwo();
      project.dieAt(at);
      await expect(grow(5)).rejects.toThrow(Killed);
      expectNobodyAtRisk();
      project.dieAt(Number.POSITIVE_INFINITY);
      await grow(5);
      expectGrown(5);
    }
  });

  it("can be killed again and again", async () => {
    openTwo();
    let attempts = 0;
    for (let isKilled = true; isKilled; attempts += 1) {
      expect(attempts).toBeLessThan(50);
      project.dieAt(project.writes + 3);
      isKilled = await grow(5).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      expectNobodyAtRisk();
    }
    expect(attempts).toBeGreaterThan(5);
    expectGrown(5);
  });
});

it("divides a stack that has all customers", async () => {
  project.declare(entries);
  project.add("prod", { "tesseral:part": "1/1" }, names);
  await growParts(project, findParts(project, "prod"), silent(3));
  expect([...owners().keys()]).toEqual(["prod", "prod-2", "prod-3"]);
  for (const [stack, customers] of owners()) {
    const part = partOfStack(project, stack);
    expect(customers).toEqual(names.filter((name) => partOf(name, 3) === part?.number).sort());
  }
});

it("brings whoever says another part to it, and leaves whoever nobody declares", async () => {
  openTwo();
  const [first = "", second = "", third = ""] = project.customers("prod-1");
  const { [second]: _, ...left } = entries;
  project.declare(
    Object.fromEntries(
      Object.entries({
        ...left,
        [first]: { displayName: first, part: 2 },
        renamed: { displayName: third, part: 2, renamedFrom: third },
      }).filter(([name]) => name !== third),
    ),
  );
  await grow(2);
  expect(project.customers("prod-1")).toContain(second);
  expect(project.customers("prod-2")).toEqual(expect.arrayContaining([first, third]));
  expect(requireWhole(findParts(project, undefined))).toBe(2);
});

it("refuses what it could not bring to an end", async () => {
  openTwo();
  await expect(grow(1)).rejects.toThrow("prod has 2 parts, and they cannot become fewer");
  project.add("prod-3", {});
  await expect(grow(3)).rejects.toThrow("stack prod-3 exists and has no tesseral:part: rename it, or remove it");
  project.declare({ ...entries, "customer-0": { displayName: "x", part: 9 } });
  await expect(grow(2)).rejects.toThrow("customer-0 says part: 9, and there will be 2 parts: correct its entry");
  const owner = names.find((name) => partOf(name, 2) === 1) ?? "";
  project.declare(entries);
  project.states.set("prod-2", [
    ...project.resources("prod-2"),
    ...project.resources("prod-1").filter(({ id }) => id === `org_${owner}`),
  ]);
  await expect(grow(2)).rejects.toThrow(`organization org_${owner} is managed by prod-1 and by prod-2`);
  expect(project.writes).toBe(0);
});

it("moves nobody out of a stack whose last update is not settled", async () => {
  openTwo();
  const [root, provider, ...resources] = project.resources("prod-2");
  project.states.set("prod-2", [
    ...[root, provider].filter((one) => one !== undefined),
    ...resources.map((one) => ({ ...one, outputs: { unresolved: true } })),
  ]);
  await expect(grow(5)).rejects.toThrow(
    "stack prod-2 has not finished its last update: pulumi up --stack prod-2. Then try again. Nothing was moved",
  );
});

describe("making the stacks of a new division", () => {
  const make = () => initParts(project, "prod", 4, 1, async () => true);

  beforeEach(() => {
    project.declare(entries);
    project.add("prod", { "tesseral:apiUrl": "https://x", "tesseral:backend": { path: "." } });
  });

  it("can be killed at every write, and no stack ever takes all customers", async () => {
    await make();
    const all = project.writes;
    for (let at = 1; at <= all; at += 1) {
      project.close();
      project = new StandInProject();
      project.declare(entries);
      project.add("prod", { "tesseral:apiUrl": "https://x", "tesseral:backend": { path: "." } });
      project.dieAt(at);
      await expect(make()).rejects.toThrow(Killed);
      for (const stack of [...project.states.keys()].filter((name) => name !== "prod")) {
        expect(partOfStack(project, stack)).toBeDefined();
      }
      project.dieAt(Number.POSITIVE_INFINITY);
      expect(await make()).toEqual(["prod-1", "prod-2", "prod-3", "prod-4"]);
      expect(requireWhole(findParts(project, undefined))).toBe(4);
      expect(project.config("prod-4")).toEqual({ "tesseral:part": "4/4", "tesseral:apiUrl": "https://x" });
    }
  });

  it("is refused where customers would be made twice, or each part would have a copy of them", async () => {
    project.add("prod", {}, ["acme"]);
    await expect(make()).rejects.toThrow(
      "stack prod has 1 customer, which other stacks would make again. To divide them: npx pulumi-tesseral parts grow --stack prod --to 4",
    );
    project.add("prod", { "tesseral:customers": { acme: {} } });
    await expect(make()).rejects.toThrow("which each part would get a copy of: move them into customers.yaml first");
  });
});
