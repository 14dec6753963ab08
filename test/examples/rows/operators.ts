import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "../../../emulator";
import { authenticatePath } from "../project";
import { bearer, type Session } from "../session";
import { type Row, unauthorized, unavailable, withLog } from "./row";

/** An outage costs the caller one 503, Tesseral one call, and the server nothing. */
const harmless = `${unavailable}, 1 call; then 200`;

/**
 * After 200 and no body a failed server closes the connection, which it had not announced. Whoever sends the next request on it,
 * before word of that has come, asks in vain once more.
 */
const triesAfterEmpty = 2;

/** Tesseral fails once, while it is asked about a good key; the caller has the answer `within` seconds. */
const failing = (name: string, fault: Pick<Fault, "do" | "when" | "durationMs">, within = 6): Row => ({
  name: `Tesseral: ${name}`,
  expected: harmless,
  observe: async (session) => {
    session.project.emulator.fail({ method: "POST", path: authenticatePath, ...fault });
    const began = Date.now();
    const said = await session.ask(bearer(session.project.keys.reader), "/widgets");
    const seconds = (Date.now() - began) / 1000;
    const after = await session.recovered(fault.do === "empty" ? triesAfterEmpty : 1);
    return `${said}${seconds < within ? "" : ` after ${seconds} s`}; ${after}`;
  },
});

/** Tesseral answers something else than it would. */
const answering = (name: string, status: number, body: unknown): Row =>
  failing(name, { do: { status, body, headers: { "Content-Type": "application/json" } } });

const ids = { organizationId: "org_x", apiKeyId: "api_key_x", actions: ["widgets.read"] };

/** The operator gave the server another backend API key. */
const withBackendKey = (name: string, key: (session: Session) => string, calls: string): Row => ({
  name: `backend API key: ${name}`,
  expected: `${unavailable}, ${calls}`,
  observe: (session) =>
    session.withServer(
      { TESSERAL_API_URL: session.project.emulator.url, TESSERAL_BACKEND_API_KEY: key(session) },
      (running) => session.ask(bearer(session.project.keys.reader), "/whoami", running),
    ),
});

const withoutBackendKey = (name: string, environment: Record<string, string>): Row => ({
  name: `backend API key: ${name}`,
  expected: "refuses to start, and says why",
  observe: async (session) => {
    const variables = { TESSERAL_API_URL: session.project.emulator.url, ...environment };
    const said = await session.withServer(variables, async () => "starts");
    const isExplained = session.ended.at(-1)?.includes("TESSERAL_BACKEND_API_KEY is not set");
    return isExplained ? `${said}, and says why` : said;
  },
});

/** A server that counts who comes to it; `close` gives the number. */
async function listen(): Promise<{ url: string; close(): Promise<number> }> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(ids));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<number>((resolve) => {
      server.close(() => resolve(requests)).closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** What only the operator, or Tesseral, can mend. */
export const operatorRows: readonly Row[] = [
  failing("429", { do: { status: 429 } }),
  failing("500", { do: { status: 500 } }),
  failing("500 after its work", { when: "after", do: { status: 500 } }),
  failing("502 from a proxy", { do: { status: 502 } }),
  failing("503 from a proxy", { do: { status: 503 } }),
  failing("connection reset", { do: "reset" }),
  failing("connection reset after its work", { when: "after", do: "reset" }),
  failing("connection cut in the middle of the answer", { do: "cut" }),
  failing("JSON that stops in the middle", { do: "garbage" }),
  failing("an HTML page", { do: "html" }),
  failing("200 and an empty body", { do: "empty" }),
  failing("no answer", { do: "hang" }),
  // A blocking client bounds the wait for each part of an answer; only between two parts can it see that the whole is late.
  failing("an answer that takes 20 s to come", { do: "slow", durationMs: 20_000 }, 11),
  answering("200 {}", 200, {}),
  answering("200 null", 200, "null"),
  answering("200 without apiKeyId", 200, { ...ids, apiKeyId: undefined }),
  answering("200 with empty ids", 200, { ...ids, organizationId: "", apiKeyId: "" }),
  answering("200 with ids that are numbers", 200, { ...ids, organizationId: 1, apiKeyId: 2 }),
  answering("200 with actions in one text", 200, { ...ids, actions: "widgets.read" }),
  answering("400 about something else", 400, { code: 3, message: "invalid_argument", details: [] }),
  answering("401", 401, { code: 16, message: "", details: [] }),
  {
    name: "Tesseral: a key with digits too large for it (200, empty)",
    expected: harmless,
    observe: async (session) =>
      `${await session.ask(`Bearer acme_sk_${"z".repeat(55)}`)}; ${await session.recovered(triesAfterEmpty)}`,
  },
  {
    name: "Tesseral: API keys are off for the whole project",
    expected: `${unauthorized}, 1 call; then 200, and says why in the log`,
    observe: (session) =>
      withLog(session, "api keys are not enabled for this project", async () => {
        const { console } = session.project.emulator;
        console.setProject({ apiKeysEnabled: false });
        const said = await session.ask(bearer(session.project.keys.reader));
        console.setProject({ apiKeysEnabled: true });
        return `${said}; ${await session.recovered()}`;
      }),
  },
  {
    name: "Tesseral: a failure",
    expected: `${unavailable}, and says why in the log`,
    observe: (session) => {
      session.project.emulator.fail({ path: authenticatePath, do: { status: 504 } });
      return withLog(session, "Tesseral answered 504", () => session.say(bearer(session.project.keys.reader)));
    },
  },
  {
    name: "Tesseral: a redirect to another host",
    expected: `${harmless}, nothing sent there`,
    observe: async (session) => {
      const elsewhere = await listen();
      session.project.emulator.fail({
        path: authenticatePath,
        do: { status: 307, headers: { Location: elsewhere.url } },
      });
      const said = await session.ask(bearer(session.project.keys.reader), "/widgets");
      const after = await session.recovered();
      return `${said}; ${after}, ${(await elsewhere.close()) === 0 ? "nothing" : "a key"} sent there`;
    },
  },
  {
    name: "Tesseral: nobody listens",
    expected: unavailable,
    observe: async (session) => {
      const gone = await listen();
      await gone.close();
      const environment = { TESSERAL_API_URL: gone.url, TESSERAL_BACKEND_API_KEY: "tesseral_secret_key_unheard" };
      return session.withServer(environment, (running) =>
        session.say(bearer(session.project.keys.reader), "/whoami", running),
      );
    },
  },
  withBackendKey("unknown", () => `tesseral_secret_key_${"0".repeat(25)}`, "1 call"),
  withBackendKey("revoked", ({ project }) => project.emulator.keys["revoked-backend-key"] ?? "", "1 call"),
  withBackendKey("malformed", () => "tesseral_secret_key_short", "1 call"),
  withBackendKey("digits too large for Tesseral (200, empty)", () => `tesseral_secret_key_${"z".repeat(25)}`, "1 call"),
  withBackendKey("a line break in it", () => "tesseral_secret_key_first\nsecond_half", "0 calls"),
  withoutBackendKey("not set", {}),
  withoutBackendKey("empty", { TESSERAL_BACKEND_API_KEY: "" }),
];
