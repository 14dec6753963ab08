// Opens a stack with the built program of this repository, on the real engine, and with the emulator for Tesseral.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import type { CustomerEntries } from "../../config";
import { type Emulator, startEmulator } from "../../emulator";
import { type EngineStack, openStack } from "../engine/stack";

export const require = createRequire(resolve("package.json"));
const dist = resolve("dist");

/** The customers of Pulumi.dev.yaml. */
export const dev: CustomerEntries = parse(readFileSync("Pulumi.dev.yaml", "utf8")).config["tesseral:customers"];

/** Runs the built program anew, as each update does. */
const program: PulumiFn = async () => {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(dist)) {
      delete require.cache[file];
    }
  }
  const run: PulumiFn = require(`${dist}/index.js`);
  return run();
};

export interface ProgramStack {
  emulator: Emulator;
  stack: EngineStack;
  /** Sets the customers that the next operation finds. */
  configure(customers: Record<string, unknown>): Promise<void>;
  /** The requests since the last call that were sent to change something. */
  changes(): string[];
  close(): Promise<void>;
}

export async function openProgram(): Promise<ProgramStack> {
  const emulator = await startEmulator();
  const stack = await openStack(program, {
    config: {
      "tesseral:apiUrl": emulator.url,
      "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
    },
  });
  let seen = 0;
  return {
    emulator,
    stack,
    configure: (customers) => stack.automation.setConfig("tesseral:customers", { value: JSON.stringify(customers) }),
    changes: () => {
      const sent = emulator.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = emulator.requests.length;
      return sent.map(({ route }) => route ?? "").sort();
    },
    close: async () => {
      stack.close();
      await emulator.close();
    },
  };
}
