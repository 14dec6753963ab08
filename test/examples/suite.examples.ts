// Proves that the conformance suite finds what is wrong: a sound server passes it, and each way of breaking that server fails just the rows meant for it.
// It does not prove anything about the example backends.
import { it, vi } from "vitest";
import type { Startable } from "./launch";
import { rows } from "./rows";
import { cacheRows } from "./rows/cache";
import { Session } from "./session";

// Each test runs all rows, which wait for answers that do not come, and for answers to grow old.
vi.setConfig({ testTimeout: 300_000 });

const server = (defect: string): Startable => ({
  folder: `${__dirname}/broken`,
  start: [process.execPath, "server.mjs", defect],
});

/** Names of the rows that a server does not meet. */
async function failing(defect: string, observed = rows): Promise<string[]> {
  const session = await Session.start(server(defect));
  const names: string[] = [];
  try {
    for (const { name, expected, observe } of observed) {
      if ((await observe(session)) !== expected) {
        names.push(name);
      }
    }
  } finally {
    await session.end();
  }
  return names;
}

it.concurrent("passes a server without a defect", async ({ expect }) => {
  expect(await failing("none")).toEqual([]);
});

it.concurrent("fails a server that accepts bearer in lower case", async ({ expect }) => {
  expect(await failing("any-case")).toEqual(["bearer in lower case"]);
});

it.concurrent("fails a server that makes a 500 of Tesseral the caller's fault", async ({ expect }) => {
  expect(await failing("blames-caller")).toEqual(["Tesseral: 500", "Tesseral: 500 after its work"]);
});

it.concurrent("fails a server that logs keys", async ({ expect }) => {
  expect(await failing("logs-key")).toEqual(["keys in anything it wrote"]);
});

const cacheDefects: readonly [defect: string, rows: readonly string[]][] = [
  [
    "keeps-for-ever",
    [
      "a key that is revoked, a second later",
      "Tesseral fails a second later, with time to spare",
      "Tesseral fails two seconds later, without time to spare",
    ],
  ],
  ["keeps-everything", ["1000 more keys that nobody has"]],
  [
    "keeps-failures",
    ["8 requests at once while Tesseral hangs", "Tesseral fails", "Tesseral fails a second later, with time to spare"],
  ],
  ["asks-for-each", ["8 requests at once", "8 requests at once while Tesseral hangs"]],
];

for (const [defect, names] of cacheDefects) {
  it.concurrent(`fails a server that ${defect.replaceAll("-", " ")}`, async ({ expect }) => {
    expect(await failing(defect, cacheRows)).toEqual(names.map((name) => `answers kept: ${name}`));
  });
}
