/** What `import … from "pulumi-tesseral/testing"` gives: the emulator with declared customers, for tests of a backend. */

import type { CustomerEntries } from "../config/customerShape";
import { type Emulator, type EmulatorOptions, SettableClock, startEmulator } from "../emulator/index";
import { CodedError, coded } from "../errors/coded";
import { customersSeed } from "./customersSeed";
import { customersOf, declaredCustomers } from "./declaredCustomers";

export type { CustomerEntries, CustomerEntry } from "../config/customerShape";
export { type Emulator, SettableClock } from "../emulator/index";

export interface TestEmulatorOptions extends Omit<EmulatorOptions, "seed" | "now"> {
  /** The customers there are: the path of a file such as `customers.yaml`, or what would stand in it under `customers`. */
  customers: string | CustomerEntries;
}

/** A running emulator with customers. */
export interface TestEmulator extends Emulator {
  /** `tokens.acme.production`: the secret token that the customer `acme` calls with. Throws Error for names that are not declared. */
  token(customer: string, apiKey: string): string;
  /** The variables that a backend under test needs: where Tesseral is, and the backend API key. */
  env: Readonly<Record<string, string>>;
}

/**
 * Starts an emulator with customers as after `pulumi up`. Close it when the tests are done; `reset` between two of them.
 *
 * ```ts
 * const tesseral = await emulator({ customers: "customers.yaml" });
 * const token = tesseral.token("acme", "production");
 * ```
 * @throws Error that lists what is wrong with the customers
 */
export async function emulator(options: TestEmulatorOptions): Promise<TestEmulator> {
  if (typeof options !== "object" || options === null || !["string", "object"].includes(typeof options.customers)) {
    throw new TypeError(
      coded("TSL-ARGUMENT", 'emulator takes the customers, or their file: emulator({ customers: "customers.yaml" })'),
    );
  }
  const { customers, ...rest } = options;
  const clock = rest.clock ?? new SettableClock();
  const declared =
    typeof customers === "string" ? declaredCustomers(customers, clock.now()) : customersOf(customers, clock.now());
  const started = await startEmulator({ ...rest, clock, seed: customersSeed(declared) });
  // What has getters stays behind them.
  return Object.defineProperties(started, {
    env: { value: environment(started), enumerable: true },
    token: { value: (customer: string, apiKey: string) => tokenOf(started, customer, apiKey) },
  }) as TestEmulator;
}

/** The variables that Tesseral's clients and this package read, from a running emulator. */
export function environment(running: Emulator): Record<string, string> {
  if (typeof running?.url !== "string") {
    throw new TypeError(
      coded("TSL-ARGUMENT", "environment takes a running emulator: environment(await startEmulator())"),
    );
  }
  const { url, backendApiKey, publishableKey, caFile } = running;
  return {
    TESSERAL_API_URL: url,
    TESSERAL_BACKEND_API_KEY: backendApiKey,
    TESSERAL_PUBLISHABLE_KEY: publishableKey,
    TESSERAL_CONFIG_API_HOSTNAME: new URL(url).host,
    ...(caFile === undefined ? {} : { SSL_CERT_FILE: caFile, NODE_EXTRA_CA_CERTS: caFile }),
  };
}

function tokenOf({ tokens }: Emulator, customer: string, apiKey: string): string {
  const token = tokens[customer]?.[apiKey];
  if (token === undefined) {
    const known = Object.entries(tokens).flatMap(([name, keys]) => Object.keys(keys).map((key) => `${name}.${key}`));
    throw new CodedError(
      "TSL-ARGUMENT",
      `the emulator has no API key ${customer}.${apiKey}, but ${known.join(", ") || "none"}`,
    );
  }
  return token;
}
