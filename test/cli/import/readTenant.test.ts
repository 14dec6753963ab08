// Proves that reading a tenant for `import` and `inventory` ends soon when it has failed: what is left is not asked for.
import { afterEach, beforeEach, expect, it } from "vitest";
import { readTenant as readForImport } from "../../../cli/import/readTenant";
import { readTenant as readForInventory } from "../../../cli/inventory/tenant";
import { Progress } from "../../../cli/progress";
import { type Emulator, startEmulator } from "../../../emulator";
import { TesseralClient } from "../../../tesseral";

const organizations = 200;
let emulator: Emulator;
let tesseral: TesseralClient;
let ids: Set<string>;

beforeEach(async () => {
  emulator = await startEmulator();
  tesseral = new TesseralClient({ apiUrl: emulator.url, backendApiKey: emulator.backendApiKey });
  ids = new Set(
    Array.from(
      { length: organizations },
      (_, number) => emulator.console.createOrganization({ displayName: `c${number}` }).id,
    ),
  );
});
afterEach(() => emulator.close());

const reading = {
  isChosen: () => true,
  keys: true,
  needsRoles: () => true,
  now: Date.now(),
  progress: new Progress("organizations", 0, { ci: false, stream: { write: () => true } }),
};

it.each<[string, () => Promise<unknown>]>([
  ["import", () => readForImport(tesseral, reading)],
  ["inventory", () => readForInventory(tesseral, ids)],
])("%s asks for nothing more once a list of keys is refused", async (_, read) => {
  emulator.fail({ path: "/v1/api-keys", do: { status: 403 } });
  await expect(read()).rejects.toThrow("403");
  let asked: number;
  do {
    asked = emulator.requests.length;
    await new Promise((later) => setTimeout(later, 500));
  } while (emulator.requests.length > asked);
  const keyLists = emulator.requests.filter(({ path }) => path === "/v1/api-keys").length;
  expect(keyLists).toBeGreaterThan(0);
  expect(keyLists).toBeLessThan(organizations / 2);
});
