import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type Emulator,
  type EmulatorOptions,
  faultsFromJson,
  type Latency,
  type Seed,
  SettableClock,
  seedFromJson,
  startEmulator,
} from "../emulator/index";

export const emulatorUsage = `pulumi-tesseral emulator [options]

Runs Tesseral's Backend API on this machine until it is interrupted. When it serves, it prints one line of JSON:
{"url": "http://127.0.0.1:PORT", "keys": {"backend-key": "tesseral_secret_key_..."}, "publishableKeys": {...}, ...}

  --customers FILE          the customers that there are: a file such as customers.yaml. Their tokens are in the line
                            ("tokens"), and after it there are export commands for a shell
  --data FILE               keeps the records in a file, over restarts
  --port N                  port (default: any that is free)
  --host ADDRESS            address to listen on (default: 127.0.0.1)
  --tls                     speaks HTTPS; the line says whom to trust ("caFile")
  --clock TIME              where the clock stands, RFC 3339 (default: it runs); POST /_emulator/clock changes it
  --seed recordings|FILE    what there is at the start: one project of each kind (default), or a JSON file
  --faults FILE             faults to inject, as JSON
  --latency MS|MIN-MAX      how long each request takes, in milliseconds
  --database-connections N  stalls like a server with N database connections (a real one has 4)
  --requests-per-second N   answers 429 beyond that
  --retry-after             says in each 429 when to come back
`;

/** What is wrong with the command line; told in one line, exit code 2. */
class UsageError extends Error {}

/** `pulumi-tesseral emulator`: runs until SIGINT or SIGTERM. Bad arguments: one line on stderr and exit code 2. */
export async function emulatorCommand(args: string[]): Promise<void> {
  try {
    const options = await readOptions(args);
    if (options === undefined) {
      return void process.stdout.write(emulatorUsage);
    }
    const emulator = await start(options);
    const interrupted = nextSignal(["SIGINT", "SIGTERM"]);
    process.stdout.write(await announcement(emulator));
    await interrupted;
    await emulator.close();
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    process.stderr.write(`pulumi-tesseral emulator: ${error.message}\n`);
    process.exitCode = 2;
  }
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

/** undefined if help was asked for. */
async function readOptions(args: string[]): Promise<EmulatorOptions | undefined> {
  const given = parse(args);
  if (given.help === true) {
    return undefined;
  }
  // Nobody reads them here, and a server that runs for weeks must not fill the memory.
  const options: EmulatorOptions = { keepRequests: 1000 };
  if (given.port !== undefined) {
    options.port = whole("--port", given.port, 0, 65_535);
  }
  if (given.seed !== undefined && given.seed !== "recordings") {
    options.seed = fromFile("--seed", given.seed, seedFromJson);
  }
  if (given.clock !== undefined) {
    options.clock = clockAt(given.clock);
  }
  if (given.customers !== undefined) {
    if (given.seed !== undefined) {
      throw new UsageError("--customers and --seed both say what there is at the start: give one of them");
    }
    options.seed = await customersIn(given.customers, options.clock?.now() ?? new Date());
  }
  if (given.data !== undefined) {
    options.dataFile = given.data;
  }
  if (given.host !== undefined) {
    options.host = given.host;
  }
  if (given.tls === true) {
    options.tls = true;
  }
  if (given.faults !== undefined) {
    options.faults = fromFile("--faults", given.faults, faultsFromJson);
  }
  if (given.latency !== undefined) {
    options.latency = readLatency(given.latency);
  }
  const connections = given["database-connections"];
  if (connections !== undefined) {
    options.databaseConnections = whole("--database-connections", connections, 1);
  }
  const rate = given["requests-per-second"];
  if (rate !== undefined) {
    options.requestsPerSecond = whole("--requests-per-second", rate, 1);
  }
  if (given["retry-after"] === true) {
    options.retryAfter = true;
  }
  return options;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        host: { type: "string" },
        tls: { type: "boolean" },
        customers: { type: "string" },
        data: { type: "string" },
        clock: { type: "string" },
        seed: { type: "string" },
        faults: { type: "string" },
        latency: { type: "string" },
        "database-connections": { type: "string" },
        "requests-per-second": { type: "string" },
        "retry-after": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    // The first sentence says what is wrong, the rest how to get such an argument past the parser.
    if (error instanceof TypeError) {
      throw new UsageError(error.message.split(/\.\s/)[0]);
    }
    throw error;
  }
}

function whole(option: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= least && value <= most) {
    return value;
  }
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${option}: expected a whole number ${range}, got "${text}"`);
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
  // Loaded here, since it brings the parser of YAML and the checks.
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
