// One run of the fault harness: a stack is brought to a state, an operation meets faults, and the next update must leave
// the tenant exactly as declared.
import type { Emulator, Fault, RequestRecord } from "../../emulator";
import { handlersOf } from "../../providers/handlers";
import { ProviderProcess } from "../../providers/providerProcess";
import { resourceTypes } from "../../providers/resourceTypes";
import { idsOf, type StackState } from "../../providers/stackState";
import { deletes, drift, endsTokens, type PlannedDrift } from "./drift";
import { type FaultKind, faultKinds, patience } from "./faultKinds";
import { letGo, mistaken, recorded, withAdopted } from "./identity";
import { ModelEngine } from "./modelEngine";
import { helpAsTold, recover, removeAsWarned } from "./person";
import { Secrets } from "./secrets";
import { type PlannedStop, Stop } from "./stop";
import { Bystanders, type Customers, cutOffs, handedOut, plainName, problemsOf, programOf } from "./tenant";

/** A fault of one request, or of several of one route. */
export interface PlannedFault {
  /** A name of `faultKinds`, or "refused": the connection is not made. */
  kind: FaultKind | "refused";
  /** As the emulator records it: `POST /v1/organizations`. */
  route: string;
  /** How many requests of the route pass before. */
  skip: number;
  times: number | "always";
}

/**
 * What somebody does in the console meanwhile: create an organization of the name of ours, or an API key, while ours is
 * being created; or an API key in a new organization a while before ours is.
 */
export type Person = "organization" | "API key" | "early API key";

export interface Scenario {
  /** What the stack has before; undefined: it is new. */
  before?: Customers | undefined;
  after: Customers;
  operation: "up" | "refresh" | "destroy";
  faults: PlannedFault[];
  /** Where the engine and the provider are killed. */
  stop?: PlannedStop | undefined;
  /** Somebody else creates the same names in the console while ours are being created. */
  person?: Person | undefined;
  /** Somebody else changes a customer of the stack while a refresh reads it. */
  drift?: PlannedDrift | undefined;
}

export interface RunResult {
  problems: string[];
  /** Names of the faults that requests really met. */
  met: string[];
  /** Updates until one succeeded, the faulty one not counted. */
  updates: number;
  errors: string[];
  /** The requests of the operation that met the faults. */
  requests: readonly RequestRecord[];
  /** How many of its checkpoints the operation has met. */
  checkpoints?: number;
}

export const settings = {
  retries: 2,
  retryDelay: 2,
  pacePeriod: 5,
  maxConcurrentRequests: 8,
};

/** Runs a scenario against an emulator, which is reset first. */
export async function run(emulator: Emulator, scenario: Scenario): Promise<RunResult> {
  emulator.reset();
  const refusals = new Refusals();
  const secrets = new Secrets(emulator);
  let isOver = false;
  const watch = () => {
    secrets.watch();
    return isOver;
  };
  emulator.waitFor(watch, 60_000).catch(() => {});
  let planned: readonly string[] = [];
  const warnings: string[] = [];
  const engine: ModelEngine = new ModelEngine(async (stop) => {
    const state = async () => storedState(engine);
    const provider = new ProviderProcess(
      {},
      { ...settings, ...patience(planned), fetch: stop.fetch(refusals.fetch) },
      state,
      (text) => warnings.push(text),
    );
    const config: Record<string, string> = {
      "tesseral:apiUrl": emulator.url,
      "tesseral:backendApiKey": emulator.backendApiKey,
    };
    provider.configure({ get: (key) => config[key] });
    return handlersOf(provider);
  });
  const bystanders = new Bystanders(emulator);
  const stranger = emulator.console.createOrganization({ displayName: "Umbrella", apiKeysEnabled: true });
  bystanders.addOrganization(stranger);
  bystanders.addKey(emulator.console.createApiKey({ organizationId: stranger.id, displayName: "production" }));

  const result: RunResult = { problems: [], met: [], updates: 0, errors: [], requests: [] };
  if (scenario.before !== undefined) {
    const first = await engine.up(programOf(scenario.before));
    if (first.errors.length > 0) {
      throw new Error(`the harness could not set the scene: ${first.errors.join("; ")}`);
    }
    // Somebody has made keys by hand in the customers' organizations, one with a name that is declared too.
    for (const name of Object.keys(scenario.before)) {
      const organizationId = engine.state.get(name)?.id ?? "";
      const key = emulator.console.createApiKey({ organizationId, displayName: "production" });
      // Five seconds before the operation, in microseconds: it knows times by the second.
      key.createTime -= 5_000_000n;
      bystanders.addKey(key);
    }
  }

  const after = withAdopted(emulator, bystanders, scenario.after);
  letGo(emulator, bystanders, engine, scenario.operation === "destroy" ? {} : after);
  const tokens = handedOut(engine);
  const had = recorded(engine);
  const stop = new Stop(scenario.stop);
  const faults = scenario.faults.map((planned) => ({ planned, planted: plant(emulator, refusals, planned) }));
  const leave = scenario.person === undefined ? undefined : meddle(emulator, bystanders, scenario.person);
  const change = scenario.drift === undefined ? undefined : drift(emulator, engine, bystanders, scenario.drift);
  const operations = {
    up: () => engine.up(programOf(after), stop),
    refresh: () => engine.refresh(stop),
    destroy: () => engine.destroy(stop),
  };
  planned = scenario.faults.map(({ kind }) => kind);
  const begin = emulator.requests.length;
  const faulty = await operations[scenario.operation]();
  result.requests = emulator.requests.slice(begin);
  result.errors.push(...faulty.errors);
  for (const { planned, planted } of faults) {
    if (planted.hits() > 0) {
      result.met.push(planned.kind);
    }
    planted.remove();
  }
  refusals.clear();
  if (stop.isReached) {
    result.met.push("killed");
  }
  result.checkpoints = stop.counts.checkpoints;
  planned = [];
  leave?.();
  if (change !== undefined) {
    change();
    // What the first refresh has missed, the next one sees.
    result.errors.push(...(await engine.refresh()).errors);
  }

  let allowDuplicateName = false;
  const wanted = scenario.operation === "destroy" ? {} : after;
  while (true) {
    result.updates += 1;
    const next = await engine.up(programOf(wanted, allowDuplicateName));
    if (next.errors.length === 0) {
      break;
    }
    result.errors.push(...next.errors);
    const toldToAllow = next.errors.some((error) => error.includes("To have two of that name"));
    allowDuplicateName ||= toldToAllow;
    const recovered = await recover(emulator, engine, wanted, next.errors);
    const helped = helpAsTold(emulator, bystanders, next.errors) || toldToAllow || recovered;
    if (helped ? result.updates < 6 : result.updates < 2) {
      continue;
    }
    result.problems.push(`the update after the faults fails: ${next.errors.join("; ")}`);
    break;
  }
  removeAsWarned(emulator, bystanders, warnings);
  result.problems.push(...problemsOf(emulator, engine, wanted, bystanders));
  if (scenario.drift === undefined || !deletes(scenario.drift)) {
    result.problems.push(...mistaken(engine, had, wanted));
  }
  if (scenario.drift === undefined || !endsTokens(scenario.drift)) {
    result.problems.push(...cutOffs(emulator, tokens, scenario.before ?? {}, wanted));
  }
  isOver = true;
  result.problems.push(
    ...secrets.problems([
      ...result.errors.map((text) => ({ what: "an error message", text })),
      ...warnings.map((text) => ({ what: "a warning", text })),
    ]),
  );
  return result;
}

/** What `pulumi stack export` would tell a provider process. */
export function storedState(engine: ModelEngine): StackState {
  return {
    resources: engine.known.map((stored) => ({
      type: resourceTypes[stored.kind],
      name: stored.name,
      id: stored.id,
      managedBy: String(stored.inputs.managedBy),
      ...(stored.inputs.onRemoval !== undefined && { onRemoval: String(stored.inputs.onRemoval) }),
      isProtected: false,
      isReplaced: engine.isReplaced(stored),
    })),
    ids: new Set(engine.known.flatMap(idsOf)),
    interruptedCreates: new Set(
      [...engine.interrupted].map(([name, { kind }]) => `${resourceTypes[kind].token}::${name}`),
    ),
  };
}

/** A planned fault that is armed. */
interface Planted {
  /** How often it has happened. */
  hits(): number;
  remove(): void;
}

/** Arms a fault. One that refuses connections is removed with the others, by `clear`. */
export function plant(emulator: Emulator, refusals: Refusals, { kind, route, skip, times }: PlannedFault): Planted {
  const [method, path] = route.split(" ") as [string, string];
  if (kind === "refused") {
    return { hits: refusals.add(method, path, skip, times), remove: () => {} };
  }
  const fault: Fault = { ...(faultKinds[kind] ?? { do: "reset" }), method, path, skip, times };
  const handle = emulator.fail(fault);
  return { hits: () => handle.hits, remove: () => handle.remove() };
}

/** Lets somebody else act when the request that it depends on comes by. */
function meddle(emulator: Emulator, bystanders: Bystanders, person: Person): () => void {
  let acted = false;
  const act: Record<Person, (record: RequestRecord) => void> = {
    organization: ({ route, body }) => {
      if (route !== "POST /v1/organizations") {
        return;
      }
      acted = true;
      const { displayName } = body as { displayName: string };
      bystanders.addOrganization(emulator.console.createOrganization({ displayName: plainName(displayName) }));
    },
    "API key": ({ route, body }) => {
      if (route !== "POST /v1/api-keys") {
        return;
      }
      const { apiKey } = body as { apiKey: { organizationId: string; displayName: string } };
      // In an organization that existed before: nobody else knows a new one yet.
      if (apiKey.displayName === plainName(apiKey.displayName)) {
        return;
      }
      acted = true;
      bystanders.addKey(emulator.console.createApiKey({ ...apiKey, displayName: plainName(apiKey.displayName) }));
    },
    "early API key": ({ route, path, status }) => {
      if (route !== "PATCH /v1/organizations/{id}" || status !== 200) {
        return;
      }
      acted = true;
      bystanders.addKey(
        emulator.console.createApiKey({ organizationId: path.split("/").at(-1) ?? "", displayName: "production" }),
      );
    },
  };
  const before = new Set(emulator.requests);
  const watch = (record: RequestRecord) => {
    if (!acted && !before.has(record)) {
      act[person](record);
    }
    return acted;
  };
  // It is fine if what the person waits for never comes.
  emulator.waitFor(watch, 60_000).catch(() => {});
  return () => {
    acted = true;
  };
}

/** Connections that are not made: the emulator cannot refuse single ones, so the client's `fetch` does. */
export class Refusals {
  #planned: { method: string; path: RegExp; skip: number; times: number; hits: number }[] = [];

  readonly fetch: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    for (const refusal of this.#planned) {
      if (refusal.method !== init?.method || !refusal.path.test(pathname)) {
        continue;
      }
      if (refusal.skip > 0) {
        refusal.skip -= 1;
      } else if (refusal.hits < refusal.times) {
        refusal.hits += 1;
        throw new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) });
      }
    }
    return fetch(input, init);
  };

  add(method: string, template: string, skip: number, times: number | "always"): () => number {
    const path = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);
    const refusal = { method, path, skip, times: times === "always" ? Number.POSITIVE_INFINITY : times, hits: 0 };
    this.#planned.push(refusal);
    return () => refusal.hits;
  }

  clear(): void {
    this.#planned = [];
  }
}
