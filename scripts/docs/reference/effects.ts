/**
 * What resources do to Tesseral, as it is seen: each is created, changed, read and deleted by its own lifecycle against the emulator, and
 * the requests are written down.
 */
import { type Emulator, startEmulator } from "../../../emulator";
import type { Bag, Lifecycle } from "../../../providers/lifecycle";
import { managedApiKeyLifecycle } from "../../../providers/managedApiKey";
import { organizationLifecycle } from "../../../providers/organization";
import { ProviderProcess } from "../../../providers/providerProcess";
import { roleLifecycle } from "../../../providers/role";
import { domainLists, organizationSwitches } from "../../../tesseral";

/** What a change of an input does: nothing to an object that exists, a refusal, a new object, or these requests. */
export type ChangeEffect = "creation only" | "refused" | "replaces" | string[];

export interface Effects {
  /** Requests of an object with nothing but what it needs, by what is done. */
  requests: Record<"create" | "refresh" | "delete", string[]>;
  changes: Map<string, ChangeEffect>;
}

interface Sample {
  lifecycle: (provider: ProviderProcess) => Lifecycle;
  /** The least that has to be declared. */
  least: Bag;
  /** What is declared besides, and the two values that it has one after another. */
  inputs: Record<string, { beside?: Bag; from?: unknown; to: unknown }>;
}

const day = 86_400_000;
const inDays = (days: number) => new Date(Math.ceil(Date.now() / day + days) * day).toISOString();
const rotated = { rotateEvery: "P90D", overlap: "P7D" };

function samples({ organizationId, other, roles: [first, second] }: Objects): Record<string, Sample> {
  const least = { organizationId, displayName: "production" };
  return {
    Organization: {
      lifecycle: organizationLifecycle,
      least: { displayName: "Acme" },
      inputs: {
        displayName: { from: "Acme", to: "Acme Corp" },
        ...Object.fromEntries(organizationSwitches.map((name) => [name, { from: false, to: true }])),
        // A second factor has to be possible.
        requireMfa: { beside: { logInWithPasskey: true }, from: false, to: true },
        ...Object.fromEntries(
          Object.keys(domainLists).map((name) => [name, { from: ["a.example"], to: ["b.example"] }]),
        ),
        adopt: { to: other },
        allowDuplicateName: { to: true },
        onRemoval: { to: "release" },
        keepUntil: { to: "2035-12-31" },
      },
    },
    Role: {
      lifecycle: roleLifecycle,
      least: { organizationId, displayName: "reader", actions: ["widgets.read"] },
      inputs: {
        organizationId: { from: organizationId, to: other },
        displayName: { from: "reader", to: "readers" },
        description: { from: "reads", to: "reads widgets" },
        actions: { from: ["widgets.read"], to: ["widgets.write"] },
        adopt: { to: first },
        onRemoval: { to: "release" },
      },
    },
    ManagedApiKey: {
      lifecycle: managedApiKeyLifecycle,
      least,
      inputs: {
        organizationId: { from: organizationId, to: other },
        displayName: { from: "production", to: "live" },
        expireTime: { from: inDays(100), to: inDays(200) },
        rotateEvery: { beside: rotated, from: "P90D", to: "P60D" },
        overlap: { beside: rotated, from: "P7D", to: "P14D" },
        rotate: { beside: { overlap: "P7D" }, from: "first", to: "a leak" },
        expireAfter: { beside: rotated, from: "P120D", to: "P150D" },
        renewBefore: { beside: { expireTime: inDays(100) }, from: "P14D", to: "P30D" },
        suspended: { from: false, to: true },
        roles: { from: [first], to: [second] },
        adopt: { to: "api_key_0000000000000000000000000" },
        onRemoval: { to: "release" },
      },
    },
  };
}

interface Objects {
  organizationId: string;
  other: string;
  roles: [string, string];
}

/** What is seen of each resource, by the name of its class. */
export async function seenEffects(): Promise<Map<string, Effects>> {
  const emulator = await startEmulator();
  try {
    const seen = new Map<string, Effects>();
    for (const [name, { least, inputs, lifecycle }] of Object.entries(samples(objectsIn(emulator)))) {
      const requests = await lifeOf(emulator, lifecycle, () => samples(objectsIn(emulator))[name]?.least ?? least);
      const changes = new Map<string, ChangeEffect>();
      for (const input of Object.keys(inputs)) {
        const { least: base, inputs: fresh } = samples(objectsIn(emulator))[name] ?? { least, inputs };
        const { beside = {}, from, to } = fresh[input] ?? { to: undefined };
        const before = { ...base, ...beside, ...(from !== undefined && { [input]: from }) };
        changes.set(input, await changeOf(emulator, lifecycle, before, { ...before, [input]: to }));
      }
      seen.set(name, { requests, changes });
    }
    return seen;
  } finally {
    await emulator.close();
  }
}

/** An emulator as new, but for two organizations, of which one has two roles. */
function objectsIn(emulator: Emulator): Objects {
  emulator.reset();
  // What the project does not allow, no organization can have.
  for (const project of emulator.store.projects.values()) {
    for (const name of organizationSwitches) {
      if (name in project) {
        Object.assign(project, { [name]: true });
      }
    }
  }
  const [organizationId, other] = ["One", "Two"].map(
    (displayName) => emulator.console.createOrganization({ displayName, apiKeysEnabled: true }).id,
  );
  const [first, second] = ["reader", "writer"].map(
    (displayName) => emulator.console.createRole({ organizationId: organizationId ?? "", displayName, actions: [] }).id,
  );
  return { organizationId: organizationId ?? "", other: other ?? "", roles: [first ?? "", second ?? ""] };
}

/** A process as Pulumi starts one, and what it sends. */
function startProcess(emulator: Emulator, lifecycleOf: Sample["lifecycle"]) {
  const settings: Record<string, string> = { apiUrl: emulator.url, backendApiKey: emulator.backendApiKey };
  const state = async () => ({ resources: [], ids: new Set<string>(), interruptedCreates: new Set<string>() });
  const provider = new ProviderProcess({}, {}, state, () => undefined);
  provider.configure({ get: (key) => settings[key.replace(/^tesseral:/, "")] });
  const told = emulator.requests.length;
  const sent = () =>
    routesOf(emulator.requests.slice(told).map(({ route, method, path }) => route ?? `${method} ${path}`));
  return { ...lifecycleOf(provider), sent };
}

const managedBy = { managedBy: "organization/project/stack/name" };

async function created(emulator: Emulator, lifecycleOf: Sample["lifecycle"], declared: Bag) {
  const process = startProcess(emulator, lifecycleOf);
  const { inputs, failures } = await process.check({}, { ...declared, ...managedBy });
  if (failures.length > 0) {
    throw new Error(`${JSON.stringify(declared)}: ${failures.map(({ reason }) => reason).join("; ")}`);
  }
  return { ...(await process.create(inputs)), inputs, sent: process.sent() };
}

async function lifeOf(
  emulator: Emulator,
  lifecycle: Sample["lifecycle"],
  declared: () => Bag,
): Promise<Effects["requests"]> {
  const made = await created(emulator, lifecycle, declared());
  const reading = startProcess(emulator, lifecycle);
  await reading.read(made.id, made.outs);
  const refresh = reading.sent();
  const deleting = startProcess(emulator, lifecycle);
  await deleting.delete(made.id, made.outs);
  return { create: made.sent, refresh, delete: deleting.sent() };
}

async function changeOf(
  emulator: Emulator,
  lifecycle: Sample["lifecycle"],
  before: Bag,
  after: Bag,
): Promise<ChangeEffect> {
  const made = await created(emulator, lifecycle, before);
  const process = startProcess(emulator, lifecycle);
  const checked = await process.check(made.inputs, { ...after, ...managedBy }).catch(() => undefined);
  if (checked === undefined) {
    return "refused";
  }
  const same = JSON.stringify(checked.inputs) === JSON.stringify(made.inputs);
  const { replaces = [] } = await process.diff(made.id, made.outs, checked.inputs);
  if (same || replaces.length > 0) {
    return same ? "creation only" : "replaces";
  }
  await process.update(made.id, made.outs, checked.inputs);
  return process.sent().filter((route) => !route.startsWith("GET"));
}

/** Each route once, in the order of the first. */
function routesOf(routes: string[]): string[] {
  return [...new Set(routes)];
}
