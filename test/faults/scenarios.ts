// The scenarios of the fault harness: fixed ones, whose every request is made to fail in every way, and random ones.
import fc from "fast-check";
import { driftKinds } from "./drift";
import { type FaultKind, faultKinds } from "./faultKinds";
import { identityScenarios } from "./identityScenarios";
import type { PlannedFault, Scenario } from "./run";
import type { PlannedStop } from "./stop";
import type { Customers, DeclaredCustomer } from "./tenant";

const acme: DeclaredCustomer = {
  displayName: "Acme",
  suspended: false,
  domains: ["acme.example"],
  logInWithEmail: true,
  roles: { reader: ["widgets.read"] },
  keys: { production: { roles: ["reader"] }, ci: { roles: [], expireTime: "2090-01-01T00:00:00Z" } },
};

/** Everything changes that can: names, settings, lists, roles; a key is renewed, one is added, one gets other roles. */
const acmeLater: DeclaredCustomer = {
  displayName: "Acme Corp",
  suspended: false,
  domains: ["acme.example", "acme.test"],
  logInWithEmail: false,
  roles: { reader: ["widgets.read", "widgets.write"], admin: ["widgets.write"] },
  keys: {
    production: { roles: ["admin"] },
    ci: { roles: [], expireTime: "2091-01-01T00:00:00Z" },
    mobile: { roles: ["reader"] },
  },
};

const globex: DeclaredCustomer = { ...acme, displayName: "Globex", domains: undefined, logInWithEmail: undefined };

/** One scenario for each operation, and for whole customers. */
export const fixedScenarios: Readonly<Record<string, Omit<Scenario, "faults">>> = {
  create: { operation: "up", after: { acme } },
  "update and replace": { operation: "up", before: { acme, globex }, after: { acme: acmeLater, globex } },
  "add, suspend and remove customers": {
    operation: "up",
    before: { acme, globex },
    after: { globex: { ...globex, suspended: true }, initech: { ...acme, displayName: "Initech" } },
  },
  "rotate and leak": {
    operation: "up",
    before: { acme, globex },
    after: {
      acme: {
        ...acme,
        keys: {
          production: { roles: ["reader"], rotate: "now", overlap: "P7D" },
          ci: { roles: [], expireTime: "2090-01-01T00:00:00Z", rotate: "leak", overlap: "PT0S" },
        },
      },
      globex,
    },
  },
  refresh: { operation: "refresh", before: { acme, globex }, after: { acme, globex } },
  "refresh while a key is revoked": {
    operation: "refresh",
    before: { acme, globex },
    after: { acme, globex },
    drift: { kind: "revoke a key", skip: 3 },
  },
  destroy: { operation: "destroy", before: { acme }, after: {} },
  ...identityScenarios,
};

export const everyKind: readonly (FaultKind | "refused")[] = [...Object.keys(faultKinds), "refused"];

/** A kill at every request, before it is sent and after it was done, and at every checkpoint of a run without faults. */
export function stopsOf(requests: number, checkpoints: number): PlannedStop[] {
  const each = (count: number) => Array.from({ length: count }, (_, index) => index);
  return [
    ...each(requests).flatMap((index) =>
      (["before", "after"] as const).map((when) => ({ at: "request" as const, index, when })),
    ),
    ...each(checkpoints).map((index) => ({ at: "checkpoint" as const, index })),
  ];
}

/** Every request of a fault-free run, as the fault that makes it fail. */
export function faultsOf(
  routes: readonly (string | undefined)[],
  kind: FaultKind | "refused",
  times: PlannedFault["times"],
): PlannedFault[] {
  const counts = new Map<string, number>();
  return routes.flatMap((route) => {
    if (route === undefined) {
      return [];
    }
    const skip = counts.get(route) ?? 0;
    counts.set(route, skip + 1);
    return [{ kind, route, skip, times }];
  });
}

/** Routes that are asked for in most updates; the others follow from faults of these. */
const commonRoutes = [
  "POST /v1/organizations",
  "PATCH /v1/organizations/{id}",
  "PATCH /v1/organizations/{organizationId}/domains",
  "POST /v1/api-keys",
  "POST /v1/roles",
  "PATCH /v1/roles/{id}",
  "POST /v1/api-key-role-assignments",
  "GET /v1/organizations",
  "GET /v1/api-keys",
];

const allRoutes = [
  "GET /v1/project",
  "GET /v1/organizations",
  "POST /v1/organizations",
  "GET /v1/organizations/{id}",
  "PATCH /v1/organizations/{id}",
  "DELETE /v1/organizations/{id}",
  "GET /v1/organizations/{organizationId}/domains",
  "PATCH /v1/organizations/{organizationId}/domains",
  "GET /v1/api-keys",
  "POST /v1/api-keys",
  "GET /v1/api-keys/{id}",
  "PATCH /v1/api-keys/{id}",
  "DELETE /v1/api-keys/{id}",
  "POST /v1/api-keys/{id}/revoke",
  "GET /v1/roles",
  "GET /v1/roles/{id}",
  "POST /v1/roles",
  "PATCH /v1/roles/{id}",
  "DELETE /v1/roles/{id}",
  "GET /v1/api-key-role-assignments",
  "POST /v1/api-key-role-assignments",
  "DELETE /v1/api-key-role-assignments/{id}",
];

const fault: fc.Arbitrary<PlannedFault> = fc.record({
  kind: fc.constantFrom(...everyKind),
  route: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...commonRoutes) }, fc.constantFrom(...allRoutes)),
  skip: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 3 })),
  times: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.constant(2), fc.constant("always" as const)),
});

const keyOf = (roleNames: string[]) =>
  fc
    .tuple(
      fc.record(
        {
          roles: fc.subarray(roleNames),
          expireTime: fc.constantFrom("2090-01-01T00:00:00Z", "2091-01-01T00:00:00.5Z"),
        },
        { requiredKeys: ["roles"] },
      ),
      fc.constantFrom<object>({}, {}, { rotate: "now", overlap: "P7D" }, { rotate: "leak", overlap: "PT0S" }),
    )
    .map(([key, rotation]) => ({ ...key, ...rotation }));

const customer = (names: string[]): fc.Arbitrary<DeclaredCustomer> =>
  fc.subarray(["reader", "admin"]).chain((roleNames) =>
    fc.record({
      displayName: fc.constantFrom(...names),
      suspended: fc.constant(false),
      domains: fc.option(fc.subarray(["a.example", "b.example", "c.example"]), { nil: undefined }),
      logInWithEmail: fc.option(fc.boolean(), { nil: undefined }),
      roles: fc
        .tuple(...roleNames.map(() => fc.subarray(["widgets.read", "widgets.write"], { minLength: 1 })))
        .map((actions) => Object.fromEntries(roleNames.map((name, index) => [name, actions[index] ?? []]))),
      keys: fc
        .tuple(fc.subarray(["production", "ci"]), keyOf(roleNames), keyOf(roleNames))
        .map(([keyNames, ...keys]) =>
          Object.fromEntries(keyNames.map((name, index) => [name, keys[index] ?? { roles: [] }])),
        ),
    }),
  );

const customers: fc.Arbitrary<Customers> = fc.record(
  { acme: customer(["Acme", "Acme Corp"]), globex: customer(["Globex", "Globex Inc"]) },
  { requiredKeys: ["acme"] },
);

const stop: fc.Arbitrary<PlannedStop> = fc.oneof(
  fc.record({
    at: fc.constant("request" as const),
    index: fc.nat({ max: 40 }),
    when: fc.constantFrom("before" as const, "after" as const),
  }),
  fc.record({ at: fc.constant("checkpoint" as const), index: fc.nat({ max: 20 }) }),
);

/** A random stack, a random change of it, one to four random faults, and perhaps somebody in the console. */
export const randomScenario: fc.Arbitrary<Scenario> = fc
  .record({
    before: fc.option(customers, { nil: undefined }),
    after: customers,
    suspend: fc.boolean(),
    operation: fc.oneof(
      { weight: 5, arbitrary: fc.constant("up" as const) },
      fc.constant("refresh" as const),
      fc.constant("destroy" as const),
    ),
    faults: fc.array(fault, { minLength: 1, maxLength: 4 }),
    person: fc.option(fc.constantFrom("organization" as const, "API key" as const), { nil: undefined }),
    stop: fc.option(stop, { nil: undefined }),
    renamed: fc.boolean(),
    released: fc.boolean(),
    drift: fc.record({ kind: fc.constantFrom(...driftKinds), skip: fc.nat({ max: 14 }) }),
  })
  .map(({ suspend, renamed, released, drift, ...random }) => {
    const scenario: Scenario = random;
    if (scenario.operation === "refresh" && scenario.before !== undefined) {
      scenario.drift = drift;
    }
    if (released && scenario.before?.globex !== undefined) {
      scenario.before.globex.onRemoval = "release";
    }
    // What somebody makes by hand while ours is being created cannot be told apart after a kill; that is said, and settled by people.
    if (scenario.stop !== undefined) {
      scenario.person = undefined;
    }
    if (renamed && scenario.before?.acme !== undefined) {
      const { acme: customer, ...others } = scenario.after;
      if (customer !== undefined) {
        scenario.after = { ...others, "acme-corp": { ...customer, renamedFrom: "acme" } };
      }
    }
    const [name] = Object.keys(scenario.after);
    const had = name === undefined ? undefined : scenario.before?.[name];
    // Keys cannot be created in an organization that is suspended, so only one that keeps its keys is.
    if (suspend && scenario.drift === undefined && name !== undefined && had !== undefined) {
      scenario.after = { ...scenario.after, [name]: { ...had, suspended: true } };
    }
    return scenario;
  });
