import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { type EmulatorOptions, faultsFromJson, type Latency, seedFromJson, startEmulator } from "../emulator";
import { UsageError } from "./exitCodes";

interface Options {
  port?: number;
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
      "Runs Tesseral's Backend API on this machine until it is interrupted. Prints one line of JSON:\n" +
        '{"url": "http://127.0.0.1:PORT", "keys": {"backend-key": "tesseral_secret_key_...", ...}}',
    )
    .option("--port <n>", "port on 127.0.0.1 (default: any that is free)", whole("--port", 0, 65_535))
    .option(
      "--seed <recordings|file>",
      "what there is at the start: one project of each kind, or a JSON file",
      "recordings",
    )
    .option("--faults <file>", "faults to inject, as JSON", (file) => fromFile("--faults", file, faultsFromJson))
    .option("--latency <ms|min-max>", "how long each request takes, in milliseconds", readLatency)
    .option(
      "--database-connections <n>",
      "stall like a server with so many database connections (a real one has 4)",
      whole("--database-connections", 1),
    )
    .option("--requests-per-second <n>", "answer 429 beyond that", whole("--requests-per-second", 1))
    .option("--retry-after", "say in each 429 when to come back")
    .addHelpText("after", "\nExample: npx pulumi-tesseral emulator --port 8080 --latency 20-80")
    .action(runEmulator);
}

async function runEmulator({ seed, ...options }: Options): Promise<void> {
  const emulator = await start({
    ...options,
    ...(seed !== undefined && seed !== "recordings" && { seed: fromFile("--seed", seed, seedFromJson) }),
  });
  const interrupted = nextSignal(["SIGINT", "SIGTERM"]);
  process.stdout.write(`${JSON.stringify({ url: emulator.url, keys: emulator.keys })}\n`);
  await interrupted;
  await emulator.close();
}

/** Reads the whole number that is an option's value. */
function whole(option: string, least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= least && value <= most) {
      return value;
    }
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${option}: expected a whole number ${range}, got "${text}"`);
  };
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

async function start(options: EmulatorOptions) {
  try {
    return await startEmulator(options);
  } catch (error) {
    // A taken port, or a seed that fits its schema and yet cannot be.
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
