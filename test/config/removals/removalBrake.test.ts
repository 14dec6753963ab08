// Proves which removals of customers are refused, and in which words. Pulumi is mocked, its answer about the state as its engine was
// seen to give it; programRemovals.test.ts runs the engine.
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { matchCustomers } from "../../../config/index";
import { allowedRemovals, removalLimit } from "../../../config/removals/removalLimit";

let asked: pulumi.runtime.MockCallArgs[];
let state: Record<string, unknown> | undefined;

beforeEach(async () => {
  asked = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: () => ({ id: "", state: {} }),
    call: (call) => {
      asked.push(call);
      return state === undefined ? {} : { outputs: state };
    },
  };
  await pulumi.runtime.setMocks(mocks, "api", "prod", false, "umbrella");
  limit(undefined);
});

function limit(maxRemovals: string | undefined): void {
  pulumi.runtime.setAllConfig(maxRemovals === undefined ? {} : { "tesseral:maxRemovals": maxRemovals });
}

const customer = "urn:pulumi:prod::api::tesseral:index:Customer";
const organization = `${customer}$pulumi-nodejs:dynamic/tesseral:Organization`;

/** What the state holds of a customer, with the outputs of its component. */
function deployed(name: string, outputs: object): Record<string, unknown> {
  return {
    [`${customer}::${name}`]: { type: "tesseral:index:Customer", outputs },
    [`${organization}::${name}`]: { type: "pulumi-nodejs:dynamic/tesseral:Organization", outputs: {} },
  };
}

function allDeployed(customers: Record<string, boolean>): void {
  state = Object.assign({}, ...Object.entries(customers).map(([name, protect]) => deployed(name, { protect })));
}

/** The refusal when these customers are still declared; undefined if there is none. */
async function refusal(...declared: string[]): Promise<string | undefined> {
  const entries = Object.fromEntries(declared.map((name) => [name, {}]));
  return await matchCustomers(entries).then(
    () => undefined,
    (error: unknown) => {
      expect(error).toBeInstanceOf(pulumi.RunError);
      return (error as pulumi.RunError).message;
    },
  );
}

const wayOut =
  "Put them back. To delete a customer, set `apiAccess: offboarding` in its entry, run `pulumi up`, and only then remove the entry.";

it("refuses where the engine does not answer: as an error of the connection, the Automation API would pass over it and delete everything", async () => {
  vi.spyOn(pulumi.runtime, "invoke").mockRejectedValueOnce(
    Object.assign(new Error("14 UNAVAILABLE: No connection established (TSL-STATE)"), { code: 14 }),
  );
  expect(await refusal("acme")).toBe(
    "Nothing was created, changed or deleted: the customers of stack umbrella/api/prod cannot be read from its state: " +
      "14 UNAVAILABLE: No connection established (TSL-STATE)",
  );
});

it.each(["invalid character '/' in stack name", "error: Legacy DIY state: the stack has no project"])(
  "says of a backend of the old layout what to run: %s",
  async (answered) => {
    vi.spyOn(pulumi.runtime, "invoke").mockRejectedValueOnce(new Error(answered));
    expect(await refusal("acme")).toBe(
      "Stack prod lies in a backend of the old layout, in which stacks belong to no project, and this package cannot read its state there. " +
        "Run `pulumi state upgrade`, then try again. (TSL-STATE)",
    );
  },
);

it("asks for the state of its own stack, by the stack's full name", async () => {
  allDeployed({});
  expect(await refusal()).toBeUndefined();
  expect(asked.map(({ token, inputs }) => ({ token, inputs }))).toEqual([
    { token: "pulumi:pulumi:readStackResourceOutputs", inputs: { stackName: "umbrella/api/prod" } },
  ]);
});

it("lets pass what removes nothing, be it the first deployment or one under mocks", async () => {
  state = undefined;
  expect(await refusal("acme")).toBeUndefined();
  allDeployed({});
  expect(await refusal("acme")).toBeUndefined();
  allDeployed({ acme: true, globex: false });
  expect(await refusal("acme", "globex", "initech")).toBeUndefined();
});

it("refuses to remove protected customers, and names them", async () => {
  allDeployed({ globex: true, acme: true, initech: true });
  expect(await refusal("initech")).toBe(
    `Nothing was created, changed or deleted.\nThe entries of 2 protected customers are gone: acme, globex. (TSL-PROTECTED)\n${wayOut}`,
  );
  limit("100%");
  expect(await refusal("initech", "acme")).toBe(
    `Nothing was created, changed or deleted.\nThe entries of protected customers are gone: globex. (TSL-PROTECTED)\n${wayOut}`,
  );
});

it("names ten of many, and counts the others", async () => {
  const names = Array.from({ length: 300 }, (_, index) => `c${String(index).padStart(3, "0")}`);
  const some = "c000, c001, c002, c003, c004, c005, c006, c007, c008, c009 and 290 more";
  allDeployed(Object.fromEntries(names.map((name) => [name, true])));
  expect(await refusal()).toBe(
    `Nothing was created, changed or deleted.\nThe entries of 300 protected customers are gone: ${some}. (TSL-PROTECTED)\n${wayOut}`,
  );
  allDeployed(Object.fromEntries(names.map((name) => [name, false])));
  expect(await refusal()).toBe(`Nothing was created, changed or deleted.
300 customers would be deleted, and tesseral:maxRemovals allows 1: ${some}. (TSL-BRAKE)
If that is meant: pulumi config set tesseral:maxRemovals 300`);
});

it("takes a customer for protected when the state does not tell", async () => {
  state = deployed("acme", {});
  expect(await refusal()).toContain("gone: acme. (TSL-PROTECTED)");
  state = { [`${organization}::acme`]: {} };
  expect(await refusal()).toContain("gone: acme. (TSL-PROTECTED)");
});

it("does not miss what has no organization, or belongs to another component or program", async () => {
  state = {
    [`${customer}::never-created`]: { outputs: {} },
    [`${organization.replace("::api::", "::api::my:index:Region$")}::a`]: {},
    "urn:pulumi:prod::api::pulumi-nodejs:dynamic/tesseral:Organization::b": {},
  };
  expect(await refusal()).toBeUndefined();
});

it("lets one customer go that is not protected, and refuses two", async () => {
  allDeployed({ acme: false, globex: false, initech: false });
  expect(await refusal("acme", "globex")).toBeUndefined();
  expect(await refusal("acme")).toBe(`Nothing was created, changed or deleted.
2 customers would be deleted, and tesseral:maxRemovals allows 1: globex, initech. (TSL-BRAKE)
If that is meant: pulumi config set tesseral:maxRemovals 2`);
});

describe("a customer that is to be kept", () => {
  const kept = (keepUntil: string, outputs: object = {}) => {
    const customer = deployed("acme", { protect: false });
    customer[`${organization}::acme`] = { outputs: { keepUntil, ...outputs } };
    state = customer;
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date("2026-12-31T12:00:00Z"), toFake: ["Date"] });
    return () => vi.useRealTimers();
  });

  it.each([
    ["2026-12-31", "2027-01-01T00:00:00Z"],
    ["2026-12-31T12:00:01Z", "2026-12-31T12:00:01Z"],
  ])("until %s is not deleted before %s", async (until, from) => {
    kept(until);
    expect(await refusal()).toBe(
      `Nothing was created, changed or deleted.\nacme is kept until ${until}, and can be deleted from ${from} on: its removal is due later. ` +
        "Put its entry back until then. If it must go earlier, remove keepUntil from the entry, run `pulumi up`, and only then remove the entry. (TSL-KEEP-UNTIL)",
    );
  });

  it.each(["2026-12-30", "2026-12-31T12:00:00Z"])("until %s may go", async (until) => {
    kept(until);
    expect(await refusal()).toBeUndefined();
  });

  it("is released at any time, since nothing of it is deleted then", async () => {
    kept("2030-12-31", { onRemoval: "release" });
    expect(await refusal()).toBeUndefined();
  });
});

it("lets as many go as the setting says", async () => {
  allDeployed({ acme: false, globex: false, initech: false });
  limit("2");
  expect(await refusal("acme")).toBeUndefined();
  limit("0");
  expect(await refusal("acme", "globex")).toBe(`Nothing was created, changed or deleted.
1 customer would be deleted, and tesseral:maxRemovals allows 0: initech. (TSL-BRAKE)
If that is meant: pulumi config set tesseral:maxRemovals 1`);
  limit("40%");
  expect(await refusal()).toBe(`Nothing was created, changed or deleted.
3 customers would be deleted, and tesseral:maxRemovals allows 1 (40% of 3): acme, globex, initech. (TSL-BRAKE)
If that is meant: pulumi config set tesseral:maxRemovals 3`);
});

it("says all at once", async () => {
  allDeployed({ acme: true, globex: false, initech: false });
  expect(await refusal()).toBe(`Nothing was created, changed or deleted.
The entries of protected customers are gone: acme. (TSL-PROTECTED)
${wayOut}
2 customers would be deleted, and tesseral:maxRemovals allows 1: globex, initech. (TSL-BRAKE)
If that is meant: pulumi config set tesseral:maxRemovals 2`);
});

it("takes a name that every JavaScript object has for a customer's", async () => {
  allDeployed({ constructor: true });
  expect(await refusal()).toContain("gone: constructor. (TSL-PROTECTED)");
  expect(await refusal("constructor")).toBeUndefined();
});

it.each(["-1", "1.5", "10 %", "101%", "many", "1e3", " 1"])("refuses %j as a limit", async (text) => {
  limit(text);
  expect(await refusal()).toBe(
    "tesseral:maxRemovals: must be a whole number, such as 3, or a percentage up to 100%, such as 10% (TSL-SETTING-VALUE)",
  );
  expect(asked).toEqual([]);
});

it.each([
  ["3", 1000, 3],
  ["10%", 1000, 100],
  ["10%", 19, 1],
  ["10%", 2, 1],
  ["100%", 7, 7],
  ["0%", 7, 0],
])("of %s of %d customers makes %d", (text, customers, allowed) => {
  const parsed = removalLimit(text);
  expect(parsed && allowedRemovals(parsed, customers)).toBe(allowed);
});
