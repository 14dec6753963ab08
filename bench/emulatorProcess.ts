import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { startEmulator } from "../emulator";

/** Requests per route, such as `POST /v1/organizations`. */
export type RouteCounts = Record<string, number>;

interface Started {
  url: string;
  backendApiKey: string;
}

/** The emulator in a process of its own, so that it shares no thread with what is measured. */
export class EmulatorProcess {
  readonly #child: ChildProcess;

  constructor(
    child: ChildProcess,
    readonly url: string,
    readonly backendApiKey: string,
  ) {
    this.#child = child;
  }

  /** @param latency Milliseconds that each request takes. @default 0 */
  static async start(latency = 0): Promise<EmulatorProcess> {
    const child = fork(resolve(__dirname, "../scripts/runTypeScript.cjs"), [__filename, String(latency)]);
    const [{ url, backendApiKey }] = (await once(child, "message")) as [Started];
    return new EmulatorProcess(child, url, backendApiKey);
  }

  /** The requests since the last call, per route. */
  async requests(): Promise<RouteCounts> {
    this.#child.send("requests");
    const [counts] = (await once(this.#child, "message")) as [RouteCounts];
    return counts;
  }

  close(): void {
    this.#child.kill();
  }
}

async function serve(): Promise<void> {
  const emulator = await startEmulator({ latency: Number(process.argv[2] ?? 0) });
  let told = 0;
  process.on("message", () => {
    const counts: RouteCounts = {};
    for (const { route = "?" } of emulator.requests.slice(told)) {
      counts[route] = (counts[route] ?? 0) + 1;
    }
    told = emulator.requests.length;
    process.send?.(counts);
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ url: emulator.url, backendApiKey: emulator.backendApiKey });
}

if (process.argv[1] === __filename) {
  void serve();
}
