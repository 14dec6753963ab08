// Previews that the Pulumi CLI 3.259.0 made of the repository's own program, against the emulator; without places in source files. And
// ways to make others of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPreview } from "../../report/preview/readPreview";
import type { StackReview } from "../../report/review";
import { reviewOf } from "../../report/reviewOf";

/** A moment soon after the previews were made. */
export const now = Date.parse("2026-11-27T00:30:00Z");

/** The text of a preview in the folder `previews`. */
export function savedPreview(name: string): string {
  return readFileSync(join(__dirname, "previews", name), "utf8");
}

/** What a preview means, at {@link now}. */
export function reviewed(text: string): StackReview {
  return reviewOf(readPreview(text), { horizon: "P30D", now });
}

export interface Step {
  op: string;
  urn: string;
  oldState?: Record<string, unknown>;
  newState?: Record<string, unknown>;
  [more: string]: unknown;
}

export interface Digest {
  steps: Step[];
  changeSummary?: Record<string, number>;
  diagnostics?: { severity: string; message: string; urn?: string }[];
  config?: Record<string, string>;
  [more: string]: unknown;
}

/** The preview with every kind of change, as data. */
export function everything(): Digest {
  return JSON.parse(savedPreview("everything.json"));
}

const tokens = {
  organization: "pulumi-nodejs:dynamic/tesseral:Organization",
  role: "pulumi-nodejs:dynamic/tesseral:Role",
  key: "pulumi-nodejs:dynamic/tesseral:ManagedApiKey",
  customer: "tesseral:index:Customer",
};

interface Sides {
  old?: Record<string, unknown>;
  new?: Record<string, unknown>;
}

/** A step of the engine with a resource of customer `acme`. The inputs stand for all there is of its states. */
export function step(
  op: string,
  kind: keyof typeof tokens,
  name: string,
  { old, new: news }: Sides,
  more: { replaceReasons?: string[]; protect?: [boolean, boolean]; outputs?: Record<string, unknown> } = {},
): Step {
  const parent = "urn:pulumi:test::shop::tesseral:index:Customer::acme";
  const urn = kind === "customer" ? parent : `urn:pulumi:test::shop::tesseral:index:Customer$${tokens[kind]}::${name}`;
  const state = (inputs: Record<string, unknown>, side: 0 | 1) => ({
    ...{ urn, type: tokens[kind], id: `${kind}_${name}`, inputs, outputs: more.outputs ?? {} },
    ...(kind !== "customer" && { parent }),
    ...(more.protect?.[side] && { protect: true }),
  });
  return {
    ...{ op, urn },
    ...(old && { oldState: state(old, 0) }),
    ...(news && { newState: state(news, 1) }),
    ...(more.replaceReasons && { replaceReasons: more.replaceReasons }),
  };
}

/** A preview of these steps, which the engine counts as they are. */
export function digest(steps: Step[], more: Partial<Digest> = {}): string {
  const changeSummary: Record<string, number> = {};
  for (const { op } of steps) {
    changeSummary[op] = (changeSummary[op] ?? 0) + 1;
  }
  return JSON.stringify({ steps, changeSummary, ...more });
}
/** A preview of so many customers with two keys each, of whom every tenth is suspended and every seventh renamed. */
export function manyCustomers(count: number): string {
  const steps = Array.from({ length: count }, (_, index) => {
    const name = `customer-${index}`;
    const before = { displayName: `Customer ${index}`, apiKeysEnabled: true };
    const after = {
      displayName: index % 7 === 0 ? `Renamed ${index}` : before.displayName,
      apiKeysEnabled: index % 10 !== 0,
    };
    const changes = JSON.stringify(before) !== JSON.stringify(after);
    const ends = new Date(now + (index % 60) * 86_400_000).toISOString();
    const key = { status: "active", generation: 1, roles: [`role_${name}-reader`] };
    const ci = { ...key, currentExpireTime: ends };
    return [
      step(changes ? "update" : "same", "organization", name, { old: before, new: after }),
      step("same", "role", `${name}-reader`, {
        old: { actions: ["widgets.read"] },
        new: { actions: ["widgets.read"] },
      }),
      step("same", "key", `${name}-production`, { old: key, new: key }),
      step("same", "key", `${name}-ci`, { old: ci, new: ci }),
    ].map((one) => JSON.parse(JSON.stringify(one).replaceAll("Customer::acme", `Customer::${name}`)) as Step);
  });
  return digest(steps.flat());
}
