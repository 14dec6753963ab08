import { backends, missingTool } from "../test/examples/backends";
import { build } from "../test/examples/build";
import { launch } from "../test/examples/launch";
import { createKey } from "./createKey";
import { EmulatorProcess } from "./emulatorProcess";
import { percentile } from "./httpLoad";
import { table } from "./table";

const requestsPerSecond = 50;
const millisecondsToTesseral = 50;
const cacheSeconds = 5;
/** Keys in turn: each is used every 0.2 s. */
const keys = 10;

/**
 * What callers wait at a steady pace, with a Tesseral that is a network away, with and without answers kept for five seconds.
 * Each server is alone while it is measured. Requests are sent when they are due, whether or not earlier ones are answered.
 *
 * @param seconds How long each server is measured.
 */
export async function steadyTable(seconds: number): Promise<string> {
  const emulator = await EmulatorProcess.start(millisecondsToTesseral);
  try {
    const tokens: string[] = [];
    while (tokens.length < keys) {
      tokens.push(await createKey(emulator));
    }
    const rows: string[][] = [];
    for (const backend of backends) {
      if (missingTool(backend.tools)) {
        continue;
      }
      await build(backend);
      const row = [backend.name];
      for (const cache of [0, cacheSeconds]) {
        const server = await launch(backend, {
          TESSERAL_API_URL: emulator.url,
          TESSERAL_BACKEND_API_KEY: emulator.backendApiKey,
          TESSERAL_CACHE_SECONDS: String(cache),
        });
        const ask = async (token = "") => {
          const { status } = await server.get("/whoami", { authorization: `Bearer ${token}` });
          if (status !== 200) {
            throw new Error(`${backend.name} answers ${status}`);
          }
        };
        try {
          await Promise.all(tokens.map(ask)); // warms up
          await emulator.requests();
          const latencies = await steadily(seconds, (index) => ask(tokens[index % keys]));
          const calls = Object.values(await emulator.requests()).reduce((sum, count) => sum + count, 0);
          row.push(...[0.5, 0.99].map((share) => percentile({ requestsPerSecond, latencies }, share).toFixed(1)));
          row.push((calls / seconds).toFixed(1));
        } finally {
          await server.stop();
        }
      }
      rows.push(row);
    }
    const cached = `kept for ${cacheSeconds} s:`;
    const heads = ["", "asked each time: p50 ms", "p99 ms", "calls per s", `${cached} p50 ms`, "p99 ms", "calls per s"];
    return table(heads, rows);
  } finally {
    emulator.close();
  }
}

/** Begins requests at the pace, and gives the milliseconds from when each was due to its answer, sorted. */
async function steadily(seconds: number, send: (index: number) => Promise<void>): Promise<number[]> {
  const began = performance.now();
  const sent = Array.from({ length: seconds * requestsPerSecond }, async (_, index) => {
    const due = began + (index * 1000) / requestsPerSecond;
    // A timer may end up to a millisecond early.
    do {
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    } while (performance.now() < due);
    await send(index);
    return performance.now() - due;
  });
  return (await Promise.all(sent)).sort((a, b) => a - b);
}
