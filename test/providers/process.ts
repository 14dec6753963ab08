// A provider process without the engine: its handlers are called by the test, and talk to an emulator.
import type { Emulator } from "../../emulator";
import { handlersOf } from "../../providers/handlers";
import type { Bag, Lifecycle } from "../../providers/lifecycle";
import { ProviderProcess } from "../../providers/providerProcess";
import type { StackState } from "../../providers/stackState";
import { realTiming } from "../../tesseral/limiter";

export interface ProcessOptions {
  /** Config beside address and key, by names without `tesseral:`; undefined takes one out. */
  config?: Record<string, string | undefined>;
  env?: NodeJS.ProcessEnv;
  /** What the stack's stored state says. @default that it is empty */
  state?: Partial<StackState> | undefined;
  /** The clock of the process. @default the system's */
  now?: () => number;
  /** Where what it warns of is written down. */
  warnings?: string[];
}

/** Starts one, as Pulumi does for every operation. */
export function startProcess(
  emulator: Emulator,
  { config = {}, env = {}, state = {}, now, warnings = [] }: ProcessOptions = {},
) {
  const settings: Record<string, string | undefined> = {
    apiUrl: emulator.url,
    backendApiKey: emulator.backendApiKey,
    retryDelay: "1",
    ...config,
  };
  const asked: string[] = [];
  const readState = async (stack: string): Promise<StackState> => {
    asked.push(stack);
    return { resources: [], ids: new Set(), interruptedCreates: new Set(), ...state };
  };
  const overrides = now === undefined ? {} : { timing: { ...realTiming, now } };
  const provider = new ProviderProcess(env, overrides, readState, (text) => warnings.push(text));
  provider.configure({ get: (key) => settings[key.replace(/^tesseral:/, "")] });
  return { provider, ...handlersOf(provider), stacksAsked: asked, warnings };
}

/** The reasons for which a check fails. */
export async function reasonsOf(handler: Lifecycle, olds: Bag, news: Bag): Promise<string[]> {
  return (await handler.check(olds, news)).failures.map(({ property, reason }) => {
    if (property !== "") {
      throw new Error(`the failure names the property ${property}, whose value would be printed`);
    }
    return reason;
  });
}

/** The requests that changed something, as `PATCH /v1/roles/{id} {"displayName":"x"}`. */
export function writesTo(emulator: Emulator): string[] {
  return emulator.requests
    .filter(({ method }) => method !== "GET")
    .map(({ route, body }) => (body === undefined ? `${route}` : `${route} ${JSON.stringify(body)}`));
}
