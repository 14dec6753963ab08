// Proves that the conformance suite finds what is wrong: a sound server passes it, and each way of breaking that server fails just the rows meant for it.
// It does not prove anything about the example backends.
import { it } from "vitest";
import type { Startable } from "./launch";
import { rows } from "./rows";
import { Session } from "./session";

const server = (defect: string): Startable => ({
  folder: `${__dirname}/broken`,
  start: [process.execPath, "server.mjs", defect],
});

/** Names of the rows that a server does not meet. */
async function failing(defect: string): Promise<string[]> {
  const session = await Session.start(server(defect));
  const names: string[] = [];
  try {
    for (const { name, expected, observe } of rows) {
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
