// Opens a stack on the real Pulumi engine whose provider talks to an emulated Tesseral of its own.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { OutputMap, PulumiFn } from "@pulumi/pulumi/automation";
import { type Emulator, type EmulatorOptions, type RequestRecord, startEmulator } from "../../emulator";
import { TesseralApiError, TesseralClient } from "../../tesseral";
import { type EngineStack, OperationFailed, type Outcome, openStack, type StackOptions } from "./stack";

export interface TesseralStackOptions extends StackOptions {
  emulator?: EmulatorOptions;
  /** Name of the backend API key in the emulator. @default "backend-key" */
  key?: string;
}

/** Both together. The config of the options wins; repetitions wait one millisecond, so that failing takes no time. */
export async function openTesseralStack(
  program: PulumiFn,
  { emulator: seed = {}, key = "backend-key", config = {}, ...options }: TesseralStackOptions = {},
): Promise<TesseralStack> {
  refuseStaleBuild();
  const emulator = await startEmulator(seed);
  const stack = await openStack(program, {
    ...options,
    config: {
      "tesseral:apiUrl": emulator.url,
      "tesseral:backendApiKey": { value: emulator.keys[key] ?? "", secret: true },
      "tesseral:retryDelay": "1",
      ...config,
    },
  });
  return new TesseralStack(emulator, stack);
}

export class TesseralStack {
  #told = 0;
  readonly #handedOut = new Set<string>();

  constructor(
    readonly emulator: Emulator,
    readonly stack: EngineStack,
  ) {}

  /** The requests that the provider has made since the last call, as `METHOD /template`, in order. */
  requests(): string[] {
    this.secrets();
    const fresh = this.emulator.requests.slice(this.#told);
    this.#told = this.emulator.requests.length;
    return fresh.map(routeOf).filter((route) => route !== "POST /v1/api-keys/authenticate");
  }

  /** What changed something in the emulator since the last call, as `METHOD /template`, in order. */
  writes(): string[] {
    return this.requests().filter((route) => !route.startsWith("GET "));
  }

  /** The actions that a customer's token allows, or why it is refused, as Tesseral says it. */
  async authenticate(secretToken: string): Promise<string[] | string> {
    const client = new TesseralClient({ backendApiKey: this.emulator.backendApiKey, apiUrl: this.emulator.url });
    try {
      return (await client.apiKeys.authenticateApiKey({ secretToken })).actions ?? [];
    } catch (error) {
      if (error instanceof TesseralApiError) {
        return error.description;
      }
      throw error;
    }
  }

  /** A record of the emulator by its display name; throws unless there is exactly one. */
  organization(displayName: string) {
    return only(displayName, [...this.emulator.store.organizations.values()]);
  }

  apiKey(displayName: string) {
    return only(displayName, [...this.emulator.store.apiKeys.values()]);
  }

  role(displayName: string) {
    return only(displayName, [...this.emulator.store.roles.values()]);
  }

  /** What the state records of each resource, but for what differs whenever it is written: ciphertexts and dates. */
  recorded(): unknown[] {
    return this.stack
      .resources()
      .map(({ urn, id, inputs, outputs, initErrors }) =>
        JSON.parse(
          JSON.stringify({ urn, id, inputs, outputs, initErrors }, (key, value: unknown) =>
            key === "ciphertext" ? "…" : value,
          ),
        ),
      );
  }

  /** How many records of each kind the emulator holds. */
  counts() {
    const { organizations, apiKeys, roles, apiKeyRoleAssignments } = this.emulator.store;
    return {
      organizations: organizations.size,
      apiKeys: apiKeys.size,
      roles: roles.size,
      assignments: apiKeyRoleAssignments.size,
    };
  }

  /**
   * Every secret that the emulator handed out, as far as it was there at one of the calls of this and of `requests`: none of
   * them may be seen anywhere.
   */
  secrets(): string[] {
    const { apiKeys, backendApiKeys } = this.emulator.store;
    for (const token of [...[...apiKeys.values()].map((key) => key.secretToken), ...backendApiKeys.keys()]) {
      this.#handedOut.add(token);
    }
    return [...this.#handedOut];
  }

  async close(): Promise<void> {
    this.stack.close();
    await this.emulator.close();
  }
}

/** The failure that an operation ends with; throws when it succeeds. */
export async function failureOf(operation: Promise<Outcome>): Promise<OperationFailed> {
  const failure = await operation.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof OperationFailed) {
    return failure;
  }
  throw failure ?? new Error("the operation succeeded");
}

/** The steps of an operation as `replace ci: expireTime`. */
export function stepsOf({ steps }: Outcome): string[] {
  return steps.map(({ op, name, diffs }) =>
    diffs.length === 0 ? `${op} ${name}` : `${op} ${name}: ${diffs.join(", ")}`,
  );
}

/** What a refresh found to be different, as `update ci: roles`, sorted. */
export function foundBy({ events }: Outcome): string[] {
  const found = events.flatMap((event) => {
    const { op, urn, detailedDiff } = event.resOutputsEvent?.metadata ?? {};
    if (op !== "update" && op !== "delete") {
      return [];
    }
    const differing = Object.keys(detailedDiff ?? {}).sort();
    return [`${op} ${urn?.split("::").at(-1)}${differing.length === 0 ? "" : `: ${differing.join(", ")}`}`];
  });
  return found.sort();
}

/** The text of a stack output. */
export function textOf(outputs: OutputMap, name: string): string {
  const value: unknown = outputs[name]?.value;
  if (typeof value !== "string") {
    throw new Error(`the stack has no output ${name} that is a text`);
  }
  return value;
}

/** The engine runs what was built last, so a test of anything older would prove nothing. */
function refuseStaleBuild(): void {
  const builtAt = statSync("dist/providers/handlers.js", { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newer = ["providers", "tesseral"]
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => statSync(file).mtimeMs > builtAt);
  if (newer.length > 0) {
    throw new Error(`run \`npm run build\` first: ${newer.join(", ")} changed since`);
  }
}

function routeOf({ method, path, route }: RequestRecord): string {
  return route ?? `${method} ${path}`;
}

function only<T extends { displayName: string }>(displayName: string, records: T[]): T {
  const [found, ...more] = records.filter((record) => record.displayName === displayName);
  if (found === undefined || more.length > 0) {
    throw new Error(
      `the emulator has ${found ? more.length + 1 : 0} of ${displayName}, among ${records.map((one) => one.displayName).join(", ")}`,
    );
  }
  return found;
}
