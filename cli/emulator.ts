import { readFileSync } from "node:fs";
import type { Command } from "commander";
import {
  type Emulator,
  type EmulatorOptions,
  faultsFromJson,
  type Latency,
  type Seed,
  SettableClock,
  seedFromJson,
  startEmulator,
} from "../emulator";
import { UsageError } from "./exitCodes";
import { wholeNumber } from "./options";

interface Options {
  customers?: string;
  data?: string;
  port?: number;
  host?: string;
  tls?: boolean;
  clock?: SettableClock;
  seed?: string;
  faults?: NonNullable<EmulatorOptions["faults"]>;
  latency?: Latency;
  databaseConnections?: number;
  requestsPerSecond?: number;
  retryAfter?: boolean;
}

/** `pulumi-tesseral emulator`: runs until SIGINT or SIGTERM. */
export function emulatorCommand(command: Command): void {
  command
    .description(
      "Runs Tesseral's Backend API on this machine until it is interrupted. Once it serves, it prints one line of JSON:\n" +
        '{"url": "http://127.0.0.1:PORT", "keys": {"backend-key": "tesseral_secret_key_..."}, "publishableKeys": {...}, ...}\n' +
        "GET /_emulator/requests lists what it was asked, and whether that changed something.",
    )
    .option(
      "--customers <file>",
      'the customers at the start: a file such as customers.yaml. The line has their tokens ("tokens"); export commands for a shell follow it',
    )
    .option("--data <file>", "keep the records in a file, across restarts")
    .option("--port <n>", "port (default: any free one)", wholeNumber("--port", 0, 65_535))
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--tls", 'serve HTTPS; the line names the certificate to trust ("caFile")')
    .option(
      "--clock <time>",
      "stop the clock at this time, RFC 3339 (default: it runs); POST /_emulator/clock changes it",
      clockAt,
    )
    .option("--seed <recordings|file>", "the records at the start: one project of each kind (default), or a JSON file")
    .option("--faults <file>", "faults to inject, as JSON", (file) => fromFile("--faults", file, faultsFromJson))
    .option("--latency <ms|min-max>", "how long each request takes, in milliseconds", readLatency)
    .option(
      "--database-connections <n>",
      "stall like a server with this many database connections (the real one has 4)",
      wholeNumber("--database-connections", 1),
    )
    .option("--requests-per-second <n>", "answer 429 above this rate", wholeNumber("--requests-per-second", 1))
    .option("--retry-after", "send Retry-After with each 429")
    .addHelpText("after", "\nExample: npx pulumi-tesseral emulator --port 8080 --latency 20-80")
    .action(runEmulator);
}

async function runEmulator({ seed, customers, data, ...options }: Options): Promise<void> {
  if (customers !== undefined && seed !== undefined) {
    throw new UsageError("--customers and --seed both set the records at the start: give only one of them");
  }
  const start = await seedOf(seed, customers, options.clock?.now() ?? new Date());
  const emulator = await started({
    ...options,
    // Nobody reads them here, and a server that runs for weeks must not fill the memory.
    keepRequests: 1000,
    ...(start !== undefined && { seed: start }),
    ...(data !== undefined && { dataFile: data }),
  });
  const interrupted = nextSignal(["SIGINT", "SIGTERM"]);
  process.stdout.write(await announcement(emulator));
  await interrupted;
  await emulator.close();
}

async function seedOf(seed: string | undefined, customers: string | undefined, now: Date): Promise<Seed | undefined> {
  if (customers !== undefined) {
    return await customersIn(customers, now);
  }
  return seed === undefined || seed === "recordings" ? undefined : fromFile("--seed", seed, seedFromJson);
}

/** Everything that is printed when the emulator serves, in one piece. */
async function announcement(emulator: Emulator): Promise<string> {
  const { url, keys, publishableKeys, tokens, caFile } = emulator;
  const hasTokens = Object.keys(tokens).length > 0;
  const line = { url, keys, publishableKeys, ...(hasTokens && { tokens }), ...(caFile !== undefined && { caFile }) };
  if (!hasTokens) {
    return `${JSON.stringify(line)}\n`;
  }
  const { shellExports } = await import("./emulatorExports.js");
  return [JSON.stringify(line), ...shellExports(emulator), ""].join("\n");
}

function readLatency(text: string): Latency {
  const [, min = "", max = min] = /^([0-9]+)(?:-([0-9]+))?$/.exec(text) ?? [];
  if (min === "" || Number(max) < Number(min)) {
    throw new UsageError(`--latency: expected milliseconds such as 50 or 20-80, got "${text}"`);
  }
  return { min: Number(min), max: Number(max) };
}

function fromFile<T>(option: string, file: string, read: (value: unknown) => T): T {
  try {
    return read(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new UsageError(`${option} ${file}: ${oneLine(error)}`);
  }
}

async function customersIn(file: string, now: Date): Promise<Seed> {
  // Loaded here, since it brings the YAML parser and the checks along.
  const { declaredCustomers } = await import("../testing/declaredCustomers.js");
  const { customersSeed } = await import("../testing/customersSeed.js");
  try {
    return customersSeed(declaredCustomers(file, now));
  } catch (error) {
    throw new UsageError(`--customers ${file}: ${oneLine(error)}`);
  }
}

function clockAt(time: string): SettableClock {
  try {
    return new SettableClock(time);
  } catch (error) {
    throw new UsageError(`--clock: ${oneLine(error)}`);
  }
}

async function started(options: EmulatorOptions) {
  try {
    return await startEmulator(options);
  } catch (error) {
    // A port in use, or a seed that fits its schema but is impossible.
    throw new UsageError(oneLine(error));
  }
}

const oneLine = (error: unknown) => (error instanceof Error ? error.message : String(error)).split("\n").join(" ");

function nextSignal(names: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const name of names) {
        process.removeListener(name, done);
      }
      resolve();
    };
    for (const name of names) {
      process.on(name, done);
    }
  });
}
