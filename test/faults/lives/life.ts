// Whole lives of a customer's keys, as data: what is edited, how much time passes, how wrong our clock is, and what goes wrong on the way.
import fc from "fast-check";
import { type FaultKind, faultKinds } from "../faultKinds";
import type { PlannedFault } from "../run";
import { everyKind } from "../scenarios";
import type { DeclaredCustomer } from "../tenant";

/** The customer and its keys under the names of their entries. */
export interface Entry {
  name: string;
  /** The name that it has in the state until it is renamed there. */
  formerly?: string;
  customer: DeclaredCustomer;
  /** The names that Tesseral shows for the keys: a rename of the entry changes none. */
  shown: Record<string, string>;
  /** The names that keys have in the state until they are renamed there. */
  formerKeys: Record<string, string>;
}

export type Edit =
  | "nothing"
  | "rotate"
  | "leak"
  | "longer overlap"
  | "static"
  | "rotating"
  | "suspend"
  | "enable"
  | "offboard"
  | "rename the customer"
  | "rename a key"
  | "other roles"
  | "another display name"
  | "delete";

export interface Turn {
  edit: Edit;
  /** Hours that pass before the update. */
  hours: number;
  /** Minutes by which our clock is ahead of the server's during the update. */
  skew: number;
  /** Whether a refresh comes before the update. */
  refresh?: boolean;
  /** What somebody does to the current token of the first key before that, which a refresh then sees. */
  somebody?: "revokes" | "deletes" | undefined;
}

/** What goes wrong in the update of a turn. */
export type Mishap = { turn: number } & (
  | { kind: "fault"; fault: PlannedFault }
  /** The provider process dies at the request of that number, before it is sent or after it is done. */
  | { kind: "kill"; request: number; when: "before" | "after" }
  /** From the write of that number on nothing is recorded. */
  | { kind: "checkpoint"; write: number }
);

export interface Life {
  turns: Turn[];
  mishaps: Mishap[];
}

export function newborn(): Entry {
  return {
    name: "acme",
    shown: { production: "production", ci: "ci", static: "static" },
    formerKeys: {},
    customer: {
      displayName: "Acme",
      suspended: false,
      domains: undefined,
      logInWithEmail: undefined,
      roles: { reader: ["widgets.read"] },
      keys: {
        production: { roles: ["reader"], rotateEvery: "P30D", overlap: "P7D" },
        ci: { roles: [], rotateEvery: "P30D", overlap: "P1D", expireAfter: "P60D" },
        static: { roles: ["reader"] },
      },
    },
  };
}

/** The entry after an edit; `count` makes the texts of rotations differ. Undefined: it is removed. */
export function edited(entry: Entry, edit: Edit, count: number): Entry | undefined {
  const { name, customer } = entry;
  const { keys } = customer;
  const [first = "production"] = Object.keys(keys);
  const withKey = (life: object, key = first): Entry => ({
    ...entry,
    customer: { ...customer, keys: { ...keys, [key]: { roles: keys[key]?.roles ?? [], ...life } } },
  });
  const { roles: _, ...life } = keys[first] ?? { roles: [] };
  switch (edit) {
    case "nothing":
      return entry;
    case "rotate":
      return withKey({
        ...life,
        rotate: `asked ${count}`,
        overlap: life.overlap === "PT0S" ? "P2D" : (life.overlap ?? "P2D"),
      });
    case "leak":
      return withKey({ ...life, rotate: `leak ${count}`, overlap: "PT0S" });
    case "longer overlap":
      return withKey({ rotateEvery: "P30D", ...life, overlap: "P10D" });
    case "static":
      return withKey({});
    case "rotating":
      return withKey({ ...life, rotateEvery: "P20D", overlap: "P5D" });
    case "suspend":
    case "offboard":
      return { ...entry, customer: { ...customer, suspended: true } };
    case "enable":
      return { ...entry, customer: { ...customer, suspended: false } };
    case "rename the customer":
      return { ...entry, name: `acme-${count}`, formerly: name };
    case "rename a key": {
      const to = `key-${count}`;
      const renamed = Object.fromEntries(Object.entries(keys).map(([key, value]) => [key === first ? to : key, value]));
      const shown = { ...entry.shown, [to]: entry.shown[first] ?? first };
      return {
        ...entry,
        customer: { ...customer, keys: renamed },
        shown,
        formerKeys: { ...entry.formerKeys, [to]: first },
      };
    }
    case "other roles":
      return withKey({ ...life, roles: keys[first]?.roles.length === 0 ? ["reader"] : [] });
    case "another display name":
      return { ...entry, customer: { ...customer, displayName: `Acme ${count}` } };
    case "delete":
      return undefined;
  }
}

const turn = (edit: Edit, days = 0, more: Partial<Turn> = {}): Turn => ({
  edit,
  hours: days * 24 + 1,
  skew: 0,
  ...more,
});

/** One life with everything in it: five rotations in time, a leak, a suspension in which a token is revoked, another that is deleted, renames, an offboarding that is undone, the end. */
export const wholeLife: readonly Turn[] = [
  turn("nothing"),
  turn("nothing", 30, { skew: 60 }),
  turn("nothing", 7, { skew: -60 }),
  turn("nothing", 23, { refresh: true }),
  turn("nothing", 8),
  turn("nothing", 45),
  turn("nothing", 7, { refresh: true }),
  turn("rotate", 1),
  turn("nothing", 7),
  turn("nothing", 30, { skew: -59 }),
  turn("leak", 1),
  turn("longer overlap", 1),
  turn("suspend", 40),
  turn("nothing", 1, { somebody: "revokes" }),
  turn("enable"),
  turn("rename the customer", 1, { somebody: "deletes" }),
  turn("rename a key", 1, { refresh: true }),
  turn("other roles", 1),
  turn("offboard", 10),
  turn("enable", 30),
  turn("offboard", 1),
  turn("delete", 1),
];

/** A token that ends while its customer is suspended, of keys whose suspension the provider finds out by itself: none is made until API keys are on again. */
export const endedWhileSuspended = (somebody: "revokes" | "deletes"): Turn[] => [
  turn("nothing"),
  turn("nothing", 30),
  turn("static", 1),
  turn("suspend", 1),
  turn("nothing", 1, { somebody }),
  turn("nothing", 1, { refresh: true }),
  turn("another display name", 1),
  turn("enable", 1),
  turn("nothing", 1),
  turn("offboard", 1, { somebody }),
  turn("delete", 1),
];

/** Nothing hangs on how a read fails. */
const kindsOfReads: readonly string[] = ["refused", "503", "truncated JSON"];

/** Every request of a fault-free life, made to fail; a kill at it, before and after; and every write of the state, lost. */
export function everyMishap(turns: readonly { routes: readonly string[]; writes: number }[]): Mishap[] {
  return turns.flatMap(({ routes, writes }, turn): Mishap[] => {
    const seen = new Map<string, number>();
    const ofRequests = routes.flatMap((route, request): Mishap[] => {
      const skip = seen.get(route) ?? 0;
      seen.set(route, skip + 1);
      const kinds = route.startsWith("GET ") ? everyKind.filter((kind) => kindsOfReads.includes(kind)) : everyKind;
      const faults = kinds.flatMap((kind) =>
        ([1, "always"] as const).map((times): Mishap => ({ turn, kind: "fault", fault: { kind, route, skip, times } })),
      );
      // A creation that nobody recorded is settled by `inventory --recover`: test/crash.
      const kills =
        turn === 0 ? [] : (["before", "after"] as const).map((when): Mishap => ({ turn, kind: "kill", request, when }));
      return [...faults, ...kills];
    });
    const ofWrites = Array.from({ length: writes }, (_, write): Mishap => ({ turn, kind: "checkpoint", write }));
    return [...ofRequests, ...ofWrites];
  });
}

const edits: readonly Edit[] = [
  "nothing",
  "nothing",
  "nothing",
  "rotate",
  "leak",
  "longer overlap",
  "static",
  "rotating",
  "suspend",
  "enable",
  "enable",
  "offboard",
  "rename the customer",
  "rename a key",
  "other roles",
  "another display name",
];

const routes = [
  "GET /v1/project",
  "POST /v1/api-keys",
  "GET /v1/api-keys",
  "GET /v1/api-keys/{id}",
  "PATCH /v1/api-keys/{id}",
  "POST /v1/api-keys/{id}/revoke",
  "DELETE /v1/api-keys/{id}",
  "POST /v1/api-key-role-assignments",
  "GET /v1/api-key-role-assignments",
  "PATCH /v1/organizations/{id}",
];

const position = fc.nat({ max: 12 });
const mishap = (turns: number): fc.Arbitrary<Mishap> =>
  fc.integer({ min: 1, max: Math.max(1, turns - 1) }).chain((turn) =>
    fc.oneof(
      fc.record({
        turn: fc.constant(turn),
        kind: fc.constant("fault" as const),
        fault: fc.record({
          kind: fc.constantFrom<FaultKind | "refused">(...Object.keys(faultKinds)),
          route: fc.constantFrom(...routes),
          skip: fc.nat({ max: 2 }),
          times: fc.constantFrom(1, 2, "always" as const),
        }),
      }),
      fc.record({
        turn: fc.constant(turn),
        kind: fc.constant("kill" as const),
        request: position,
        when: fc.constantFrom("before" as const, "after" as const),
      }),
      fc.record({ turn: fc.constant(turn), kind: fc.constant("checkpoint" as const), write: fc.nat({ max: 3 }) }),
    ),
  );

/** A random life that ends with the customer's removal, with one to four mishaps. */
export const randomLife: fc.Arbitrary<Life> = fc
  .array(
    fc.record({
      edit: fc.constantFrom(...edits),
      hours: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 240 }), fc.integer({ min: 0, max: 24 * 50 })),
      skew: fc.integer({ min: -60, max: 60 }),
      refresh: fc.boolean(),
      somebody: fc.nat({ max: 14 }).map((number) => (["revokes", "deletes"] as const)[number]),
    }),
    { minLength: 3, maxLength: 14 },
  )
  .chain((middle) => {
    const turns: Turn[] = [turn("nothing"), ...middle, turn("delete", 1)];
    return fc.record({
      turns: fc.constant(turns),
      mishaps: fc.array(mishap(turns.length), { minLength: 1, maxLength: 4 }),
    });
  });
