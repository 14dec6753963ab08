// How fast the example backends are, and what authentication costs them: npm run bench:examples -- [--seconds 1] [--rounds 9]
// Then what keeping Tesseral's answers saves them, with Tesseral 50 ms away: [--steady-seconds 10]; 0 leaves one part out.
// All of them side by side in one run, against one emulator in a process of its own. Each round asks every backend in turn, so
// that what else the machine does meets all alike; the round in the middle counts. Many short rounds do better than a few long ones.
import { parseArgs } from "node:util";
import { backends, missingTool } from "../test/examples/backends";
import { build } from "../test/examples/build";
import { launch, type Running } from "../test/examples/launch";
import { createKey } from "./createKey";
import { EmulatorProcess } from "./emulatorProcess";
import { type LoadResult, load, percentile } from "./httpLoad";
import { steadyTable } from "./steady";
import { table } from "./table";

const connections = 16;

/** One server that is measured, and the requests for it. */
interface Contender {
  name: string;
  port: number;
  /** Answered without asking anybody. */
  plain?: string;
  /** Answered after asking Tesseral about the key. */
  authenticated: string;
}

/** What one round found for one request. */
interface Measured {
  /** With 16 connections. */
  many: LoadResult;
  /** With one. */
  one: LoadResult;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "1" },
      rounds: { type: "string", default: "9" },
      "steady-seconds": { type: "string", default: "10" },
    },
  });
  const [seconds, rounds, steadySeconds] = [values.seconds, values.rounds, values["steady-seconds"]].map(Number);
  if (rounds) {
    await fastest(seconds ?? 1, rounds);
  }
  if (steadySeconds) {
    console.log(await steadyTable(steadySeconds));
  }
}

async function fastest(seconds: number, rounds: number): Promise<void> {
  const emulator = await EmulatorProcess.start();
  const running: Running[] = [];
  try {
    const secretToken = await createKey(emulator);
    const contenders: Contender[] = [];
    for (const backend of backends) {
      const missing = missingTool(backend.tools);
      if (missing) {
        console.log(`${backend.name} is left out: ${missing}`);
        continue;
      }
      await build(backend);
      const environment = { TESSERAL_API_URL: emulator.url, TESSERAL_BACKEND_API_KEY: emulator.backendApiKey };
      const server = await launch(backend, environment);
      running.push(server);
      contenders.push({
        name: backend.name,
        port: server.port,
        plain: get("/healthz"),
        authenticated: get("/whoami", `Authorization: Bearer ${secretToken}`),
      });
    }
    contenders.push(floor(emulator, secretToken));
    print(await measure(contenders, seconds, rounds));
  } finally {
    for (const server of running) {
      await server.stop();
    }
    emulator.close();
  }
}

/** What no backend can go below: Tesseral itself, asked by the load. */
function floor({ url, backendApiKey }: EmulatorProcess, secretToken: string): Contender {
  const body = JSON.stringify({ secretToken });
  const headers = [
    "POST /v1/api-keys/authenticate HTTP/1.1",
    "Host: localhost",
    `Authorization: Bearer ${backendApiKey}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ];
  const authenticated = `${headers.join("\r\n")}\r\n\r\n${body}`;
  return { name: "the emulator alone", port: Number(new URL(url).port), authenticated };
}

const get = (path: string, ...headers: string[]) =>
  `${[`GET ${path} HTTP/1.1`, "Host: localhost", ...headers].join("\r\n")}\r\n\r\n`;

type Results = Map<string, { plain: Measured[]; authenticated: Measured[] }>;

async function measure(contenders: readonly Contender[], seconds: number, rounds: number): Promise<Results> {
  const results: Results = new Map(contenders.map(({ name }) => [name, { plain: [], authenticated: [] }]));
  for (const round of Array.from({ length: rounds + 1 }, (_, index) => index)) {
    for (const { name, port, plain, authenticated } of contenders) {
      for (const kind of ["plain", "authenticated"] as const) {
        const request = { plain, authenticated }[kind];
        if (request === undefined) {
          continue;
        }
        const measured = {
          many: await load(port, request, connections, seconds),
          one: await load(port, request, 1, seconds / 2),
        };
        // The first round only warms up.
        if (round > 0) {
          results.get(name)?.[kind].push(measured);
        }
      }
    }
  }
  return results;
}

function print(results: Results): void {
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  const rows = [...results].map(([name, { plain, authenticated }]) => {
    const perSecond = (measured: Measured[]) => median(measured.map(({ many }) => many.requestsPerSecond));
    const latency = (measured: Measured[], share: number) => median(measured.map(({ one }) => percentile(one, share)));
    const cells = (measured: Measured[]) =>
      measured.length === 0
        ? ["", "", ""]
        : [perSecond(measured).toFixed(0), latency(measured, 0.5).toFixed(2), latency(measured, 0.99).toFixed(2)];
    // Of one round each: a slow moment of the machine meets both.
    const ratio = median(
      plain.map(
        ({ many }, round) => many.requestsPerSecond / (authenticated[round]?.many.requestsPerSecond ?? Number.NaN),
      ),
    );
    return [name, ...cells(plain), ...cells(authenticated), Number.isNaN(ratio) ? "" : ratio.toFixed(1)];
  });
  const heads = ["", "/healthz per s", "p50 ms", "p99 ms", "/whoami per s", "p50 ms", "p99 ms", "healthz ÷ whoami"];
  console.log(table(heads, rows));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
