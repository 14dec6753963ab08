// Proves that the emulator answers all recorded exchanges of the real server as the real server did, and that the replay can
// tell when it does not. Says nothing of requests that were not recorded.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/index";
import { send, textAt } from "./exchange";

const folder = path.resolve(__dirname, "../recordings");
let emulator: Emulator | undefined;
afterEach(() => emulator?.close());

/** Everything that `replay.mjs` prints, and how it ends. */
async function replay(options: EmulatorOptions, ...more: string[]): Promise<{ lines: string[]; code: number }> {
  emulator = await startEmulator(options);
  const keys = Object.entries(emulator.keys).flatMap(([name, key]) => [`--${name}`, key]);
  const args = [path.join(folder, "replay.mjs"), "--url", emulator.url, ...keys, ...more];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 1 << 24 }, (error, stdout) => {
      resolve({ lines: stdout.trimEnd().split("\n"), code: Number(error?.code ?? 0) });
    });
  });
}

describe("the recordings", () => {
  it("pass, all 706, none skipped", async () => {
    const { lines, code } = await replay({});
    expect(lines.filter((line) => !line.startsWith("pass "))).toEqual(["706 passed, 0 failed"]);
    expect(lines.filter((line) => line.startsWith("pass "))).toHaveLength(706);
    expect(code).toBe(0);
  });

  it("pass with the latency and the database connections of a real server", async () => {
    const { lines } = await replay({ latency: { min: 0, max: 4 }, databaseConnections: 4 });
    expect(lines.filter((line) => !line.startsWith("pass "))).toEqual(["706 passed, 0 failed"]);
  });

  it("fail when one answer is another", async () => {
    const faults = [{ method: "GET", path: "/v1/project", do: { status: 500 } }];
    const { lines, code } = await replay({ faults }, "--only", "project");
    expect(lines.filter((line) => line.startsWith("FAIL "))).toEqual(["FAIL project.json: Read the project"]);
    // The second exchange compares with what the first was to find, so it does not run.
    expect(lines.at(-1)).toBe("13 passed, 1 failed");
    expect(code).toBe(1);
  });

  it("fail when one field is missing", async () => {
    const body = { role: { displayName: "Editor" } };
    const faults = [{ method: "GET", path: "/v1/roles/{id}", do: { status: 200, body } }];
    const { lines } = await replay({ faults }, "--only", "roles");
    expect(lines.at(-1)).toBe("43 passed, 1 failed");
  });

  it("fail when a change that was answered is not made", async () => {
    const faults = [{ method: "DELETE", path: "/v1/organizations/*", do: { status: 200, body: {} } }];
    const { lines } = await replay({ faults }, "--only", "organizations");
    expect(lines.filter((line) => line.startsWith("FAIL "))).toEqual(["FAIL organizations.json: Delete it again"]);
  });
});

interface Exchange {
  name: string;
  request: { method: string; path: string; body?: unknown; rawBody?: string };
  response?: { observedMessage?: string };
}

const observed = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .flatMap((file) => {
    const { exchanges } = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { exchanges: Exchange[] };
    return exchanges.flatMap(({ name, request, response }) =>
      response?.observedMessage === undefined ? [] : [{ file, name, request, message: response.observedMessage }],
    );
  });

describe("messages of decoding errors, of which the replay compares the beginning only", () => {
  it.each(observed)("$file: $name", async ({ request, message }) => {
    emulator = await startEmulator();
    const { id } = emulator.console.createOrganization({});
    const fill = (text: string) => text.replace(/\{(\w*[iI]d|orgA|roleA)\}/g, id);
    const body = request.rawBody ?? fill(JSON.stringify(request.body));
    const answered = await send(emulator, request.method, fill(request.path), { body });
    expect(textAt(answered, "message")).toBe(message.replaceAll("\u00a0", " "));
  });

  it("are 35", () => expect(observed).toHaveLength(35));
});
