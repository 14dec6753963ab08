// One life of a customer's keys in the fault harness: turn after turn, on the model of the engine, against an emulator whose clock moves.
import { type Emulator, startEmulator } from "../../../emulator";
import { handlersOf } from "../../../providers/handlers";
import { ProviderProcess } from "../../../providers/providerProcess";
import { realTiming } from "../../../tesseral/limiter";
import { patience } from "../faultKinds";
import { ModelEngine } from "../modelEngine";
import type { Program } from "../program";
import { plant, Refusals, type RunResult, settings, storedState } from "../run";
import { Secrets } from "../secrets";
import { Bystanders, programOf } from "../tenant";
import { Ledger } from "./ledger";
import { type Entry, edited, type Life, type Mishap, newborn, type Turn } from "./life";
import { lifeProblems } from "./lifeProblems";
import { Killed, MortalProcess } from "./mortalProcess";

export interface LifeResult extends RunResult {
  /** Of each turn: the routes of its requests in order, and how often the state was written. */
  turns: { routes: string[]; writes: number }[];
  /** How many tokens were handed out. */
  tokens: number;
  warnings: string[];
}

const start = Date.parse("2030-01-31T12:00:00Z");

/** What an update says of an edit that cannot be made yet, with the way out. */
const refusals = /a key has no more than two|a suspended customer cannot get new keys/;

export async function runLife({ turns, mishaps }: Life): Promise<LifeResult> {
  let ahead = 0;
  const born = Date.now();
  const serverNow = () => start + ahead + Date.now() - born;
  const emulator = await startEmulator({ now: () => new Date(serverNow()) });
  try {
    return await new LifeRun(emulator, serverNow, (hours) => {
      ahead += hours * 3_600_000;
    }).live(turns, mishaps);
  } finally {
    await emulator.close();
  }
}

class LifeRun {
  readonly #result: LifeResult = {
    problems: [],
    met: [],
    updates: 0,
    errors: [],
    requests: [],
    turns: [],
    tokens: 0,
    warnings: [],
  };
  readonly #said: string[] = [];
  readonly #secrets: Secrets;
  readonly #refusals = new Refusals();
  readonly #engine: ModelEngine;
  readonly #bystanders: Bystanders;
  readonly #ledger: Ledger;
  /** The keys that somebody has revoked or deleted. */
  readonly #ended = new Set<string>();
  /** Minutes by which our clock is ahead. */
  #skew = 0;
  /** The kinds of faults that the update may meet. */
  #faults: readonly string[] = [];
  #kill: Extract<Mishap, { kind: "kill" }> | undefined;
  #lostFrom = Number.POSITIVE_INFINITY;
  #writes = 0;
  #isOver = false;

  readonly emulator: Emulator;
  readonly #serverNow: () => number;
  readonly #pass: (hours: number) => void;

  constructor(emulator: Emulator, serverNow: () => number, pass: (hours: number) => void) {
    this.emulator = emulator;
    this.#serverNow = serverNow;
    this.#pass = pass;
    this.#secrets = new Secrets(emulator);
    this.#bystanders = new Bystanders(emulator);
    this.#ledger = new Ledger(emulator, this.#bystanders);
    this.#engine = new ModelEngine(
      async () => this.#startProcess(),
      () => {
        this.#writes += 1;
        if (this.#writes > this.#lostFrom) {
          this.#meet("lost checkpoint");
          throw new Error("the state could not be written");
        }
      },
    );
    // At every request, whatever becomes of it.
    const watch = () => {
      this.#secrets.watch();
      this.#ledger.watch();
      return this.#isOver;
    };
    emulator.waitFor(watch, 3_600_000).catch(() => {});
  }

  #startProcess() {
    const process = new MortalProcess(this.#refusals.fetch, this.#kill);
    this.#kill = undefined;
    const { emulator } = this;
    const provider = new ProviderProcess(
      {},
      {
        ...settings,
        ...patience(this.#faults),
        fetch: process.fetch,
        timing: { ...realTiming, now: () => this.#serverNow() + this.#skew * 60_000 },
      },
      async () => storedState(this.#engine),
      (text) => this.#said.push(text),
    );
    const config: Record<string, string> = {
      "tesseral:apiUrl": emulator.url,
      "tesseral:backendApiKey": emulator.backendApiKey,
    };
    provider.configure({ get: (key) => config[key] });
    return process.mortal(handlersOf(provider));
  }

  async live(turns: readonly Turn[], mishaps: readonly Mishap[]): Promise<LifeResult> {
    const { emulator } = this;
    const stranger = emulator.console.createOrganization({ displayName: "Umbrella", apiKeysEnabled: true });
    this.#bystanders.addOrganization(stranger);
    this.#bystanders.addKey(emulator.console.createApiKey({ organizationId: stranger.id, displayName: "ci" }));
    let entry: Entry | undefined = newborn();
    for (const [index, turn] of turns.entries()) {
      this.#pass(turn.hours);
      this.#ledger.watch();
      this.#skew = turn.skew;
      const { somebody } = turn;
      const isFound = somebody !== undefined && entry !== undefined && this.#end(entry, somebody);
      entry = await this.#turn(
        entry,
        isFound ? { ...turn, refresh: true } : turn,
        index,
        mishaps.filter((one) => one.turn === index),
      );
      if (index === 0 && entry !== undefined) {
        // Somebody makes keys by hand, one of them of a name that is declared, too.
        const organizationId = this.#engine.state.get(entry.name)?.id ?? "";
        for (const displayName of ["production", "by hand"]) {
          this.#bystanders.addKey(emulator.console.createApiKey({ organizationId, displayName }));
        }
      }
      if (this.#result.problems.length > 0) {
        break;
      }
    }
    this.#isOver = true;
    this.#result.problems.push(
      ...this.#secrets.problems([
        ...this.#result.errors.map((text) => ({ what: "an error message", text })),
        ...this.#said.map((text) => ({ what: "a warning", text })),
      ]),
    );
    this.#result.tokens = this.#secrets.tokens;
    this.#result.warnings = this.#said;
    return this.#result;
  }

  /** Somebody ends the current token of the first key. Answers whether there is one that works. */
  #end({ name, customer, shown }: Entry, somebody: "revokes" | "deletes"): boolean {
    const [first = ""] = Object.keys(customer.keys);
    const key = this.emulator.store.apiKeys.get(
      String(this.#engine.state.get(`${name}-${first}`)?.outputs.apiKeyId ?? ""),
    );
    if (key === undefined || key.revoked) {
      return false;
    }
    this.#ledger.end(shown[first] ?? first);
    if (somebody === "revokes") {
      this.emulator.console.revokeApiKey(key.id);
    } else {
      this.emulator.console.deleteApiKey(key.id);
    }
    this.#ended.add(key.id);
    return true;
  }

  async #turn(before: Entry | undefined, turn: Turn, index: number, mishaps: Mishap[]): Promise<Entry | undefined> {
    let entry = before === undefined ? undefined : edited(before, turn.edit, index);
    let takeBack = () => {};
    if (entry === undefined) {
      this.#ledger.release();
    } else {
      const [first = ""] = Object.keys(entry.customer.keys);
      if (turn.edit === "leak") {
        takeBack = this.#ledger.leak(entry.shown[first] ?? first);
      }
      this.#ledger.declare(entry);
    }
    const [requests, writes] = [this.emulator.requests.length, this.#writes];
    const disarm = this.#arm(mishaps);
    const found = turn.refresh ? (await this.#engine.refresh()).errors : [];
    let { errors } = found.length > 0 ? { errors: found } : await this.#engine.up(programFor(entry));
    disarm();
    const routes = this.emulator.requests.slice(requests).map(({ route = "" }) => route);
    this.#result.turns.push({ routes, writes: this.#writes - writes });
    for (let tries = 1; errors.length > 0; tries += 1) {
      this.#result.errors.push(...errors);
      this.#noteNobodys();
      if (before !== undefined && entry !== undefined && errors.some((error) => refusals.test(error))) {
        entry = before;
        takeBack();
        this.#ledger.declare(entry);
      } else if (mishaps.length === 0 || tries > 3) {
        this.#result.problems.push(`an update fails: ${errors.join("; ")}`);
        return entry;
      }
      this.#result.updates += 1;
      const again = turn.refresh ? (await this.#engine.refresh()).errors : [];
      ({ errors } = again.length > 0 ? { errors: again } : await this.#engine.up(programFor(entry)));
    }
    this.#helpAsTold();
    if (entry !== undefined) {
      this.#ledger.handOut(entry, this.#engine);
    }
    this.#ledger.watch();
    this.#result.problems.push(...this.#ledger.problems);
    this.#result.problems.push(...lifeProblems(this.emulator, this.#engine, entry, this.#bystanders, this.#ended));
    return entry;
  }

  #arm(mishaps: readonly Mishap[]): () => void {
    const hits = mishaps.flatMap((mishap) => {
      if (mishap.kind === "fault") {
        return [{ kind: mishap.fault.kind, of: plant(this.emulator, this.#refusals, mishap.fault) }];
      }
      if (mishap.kind === "kill") {
        this.#kill = mishap;
      } else {
        this.#lostFrom = Math.min(this.#lostFrom, this.#writes + mishap.write);
      }
      return [];
    });
    this.#faults = hits.map(({ kind }) => kind);
    return () => {
      for (const { kind, of } of hits) {
        if (of.hits() > 0) {
          this.#meet(kind);
        }
        of.remove();
      }
      this.#refusals.clear();
      this.#faults = [];
      this.#kill = undefined;
      this.#lostFrom = Number.POSITIVE_INFINITY;
    };
  }

  #meet(kind: string): void {
    this.#result.met.push(kind);
  }

  #isKnown(id: string): boolean {
    return storedState(this.#engine).ids.has(id) || this.#bystanders.has(id);
  }

  #noteNobodys(): void {
    if (this.#result.errors.some((error) => error.includes(Killed.said))) {
      this.#meet("kill");
    }
    for (const { id } of this.emulator.store.apiKeys.values()) {
      if (!this.#isKnown(id)) {
        this.#ledger.nobodys.add(id);
      }
    }
  }

  /** A person removes the keys that a warning names, unless somebody made them by hand. */
  #helpAsTold(): void {
    for (const text of this.#said) {
      const [, id = ""] = /npx pulumi-tesseral remove (api_key_\w+)/.exec(text) ?? [];
      if (this.emulator.store.apiKeys.has(id) && !this.#isKnown(id)) {
        this.emulator.console.deleteApiKey(id);
      }
    }
  }
}

/** The resources that `Customer` would register, with the names that they may have in the state. */
function programFor(entry: Entry | undefined): Program {
  if (entry === undefined) {
    return new Map();
  }
  const { name, formerly, customer, shown, formerKeys } = entry;
  const keys = Object.entries(customer.keys).map(([key, life]) => {
    const isRenewed = life.rotateEvery !== undefined || life.rotate !== undefined;
    return [key, customer.suspended && isRenewed ? { ...life, suspended: true } : life] as const;
  });
  const program = programOf({ [name]: { ...customer, keys: Object.fromEntries(keys) } });
  for (const [resource, declared] of program) {
    const child = resource.slice(name.length + 1);
    if (declared.kind === "managedApiKey") {
      declared.inputs.displayName = shown[child] ?? child;
    }
    const formerKey = declared.kind === "managedApiKey" ? formerKeys[child] : undefined;
    const children = formerKey === undefined ? [child] : [child, formerKey];
    declared.aliases = [name, ...(formerly === undefined ? [] : [formerly])].flatMap((customerName) =>
      children.map((one) => (one === "" ? customerName : `${customerName}-${one}`)),
    );
  }
  return program;
}
