import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { type LoadResult, load, percentile } from "./httpLoad";

/**
 * How fast the emulator answers with 10, 5,000 and 20,000 organizations of one key each: `authenticate` and a page of
 * organizations, 16 clients, the server in a process of its own.
 *
 * `--beside FOLDER`: another checkout of the project, measured in turns with this one on the same machine at the same time.
 */

const seconds = 4;
const rounds = 3;
const clients = 16;
const sizes = [10, 5000, 20_000];

interface Started {
  port: number;
  backendApiKey: string;
  secretToken: string;
}

async function start(folder: string, size: number) {
  const child = fork(resolve(folder, "scripts/runTypeScript.cjs"), [
    __filename,
    "serve",
    resolve(folder, "emulator"),
    `${size}`,
  ]);
  const [started] = (await once(child, "message")) as [Started];
  return { ...started, stop: () => child.kill() };
}

/** In the process of the server: an emulator from `folder` with so many organizations. */
async function serve(folder: string, size: number): Promise<void> {
  const { startEmulator } = (await import(folder)) as typeof import("../emulator");
  const organizations = Array.from({ length: size }, (_, index) => ({
    displayName: `Customer ${index}`,
    apiKeysEnabled: true,
    apiKeys: [{ displayName: "production" }],
  }));
  const emulator = await startEmulator({ seed: { projects: [{ name: "first", organizations }] }, keepRequests: 1000 });
  const keys = [...emulator.store.apiKeys.values()];
  process.on("disconnect", () => process.exit());
  process.send?.({
    port: Number(new URL(emulator.url).port),
    backendApiKey: emulator.backendApiKey,
    secretToken: keys[Math.floor(keys.length / 2)]?.secretToken ?? "",
  });
}

const requestsOf = ({ backendApiKey, secretToken }: Started): Record<string, string> => {
  const headers = `Host: emulator\r\nAuthorization: Bearer ${backendApiKey}\r\n`;
  const body = JSON.stringify({ secretToken });
  return {
    authenticate: `POST /v1/api-keys/authenticate HTTP/1.1\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    "a page of organizations": `GET /v1/organizations HTTP/1.1\r\n${headers}\r\n`,
  };
};

const shown = (result: LoadResult) =>
  `${Math.round(result.requestsPerSecond)}/s, p50 ${percentile(result, 0.5).toFixed(1)} ms, p99 ${percentile(result, 0.99).toFixed(1)} ms`;
const better = (a: LoadResult | undefined, b: LoadResult) => (a && a.requestsPerSecond > b.requestsPerSecond ? a : b);

async function measure(folders: ReadonlyMap<string, string>): Promise<void> {
  process.stdout.write(
    `${availableParallelism()} cores, ${clients} clients, the best of ${rounds} rounds of ${seconds} s\n`,
  );
  for (const size of sizes) {
    const best = new Map<string, LoadResult>();
    for (const name of ["authenticate", "a page of organizations"]) {
      for (let round = 0; round < rounds; round += 1) {
        for (const [label, folder] of folders) {
          const server = await start(folder, size);
          const request = requestsOf(server)[name] ?? "";
          await load(server.port, request, clients, 1);
          const line = `${size} organizations, ${name}, ${label}`;
          best.set(line, better(best.get(line), await load(server.port, request, clients, seconds)));
          server.stop();
        }
      }
    }
    for (const [line, result] of best) {
      process.stdout.write(`${line}: ${shown(result)}\n`);
    }
  }
}

if (process.argv[2] === "serve") {
  void serve(process.argv[3] ?? "", Number(process.argv[4]));
} else {
  const beside = process.argv.indexOf("--beside");
  const other = beside === -1 ? undefined : process.argv[beside + 1];
  const own = resolve(__dirname, "..");
  void measure(new Map([...(other === undefined ? [] : [[other, other] as const]), ["here", own]]));
}
