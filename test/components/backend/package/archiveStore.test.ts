// Proves where the zips for the engine lie, that their names follow their content, and that old ones are removed.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { storeArchive } from "../../../../components/backend/package/archiveStore";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "archive-store-test-"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

it("names a zip after its content and keeps it from other users", () => {
  const path = storeArchive(Buffer.from("hello"));
  const sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  expect(path).toBe(join(cache, `pulumi-tesseral/archives/${sha256}.zip`));
  expect(readFileSync(path, "utf8")).toBe("hello");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

it("removes what no run wrote for 30 days, and nothing else", () => {
  const daysAgo = (path: string, days: number) => {
    const time = Date.now() / 1000 - days * 24 * 3600;
    utimesSync(path, time, time);
  };
  const old = storeArchive(Buffer.from("old"));
  const recent = storeArchive(Buffer.from("recent"));
  const used = storeArchive(Buffer.from("used"));
  daysAgo(old, 31);
  daysAgo(recent, 29);
  daysAgo(used, 31);
  const again = storeArchive(Buffer.from("used"));
  expect(again).toBe(used);
  expect(readdirSync(dirname(used)).sort()).toEqual([recent, used].map((path) => path.split("/").at(-1)).sort());
});
