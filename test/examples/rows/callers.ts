import type { Project } from "../project";
import { bearer } from "../session";
import { forbidden, type Row, unauthorized, withLog } from "./row";

/** A request to /whoami with a header that cannot hold a managed API key: refused without asking Tesseral. */
const formless = (name: string, authorization: (secretToken: string) => string | undefined): Row => ({
  name,
  expected: `${unauthorized}, 0 calls`,
  observe: (session) => session.ask(authorization(session.project.keys.good.secretToken)),
});

/** A request to /whoami with a key that only Tesseral can judge. */
const refused = (name: string, secretToken: (project: Project) => string): Row => ({
  name,
  expected: `${unauthorized}, 1 call`,
  observe: (session) => session.ask(`Bearer ${secretToken(session.project)}`),
});

const whoami = (key: "good" | "reader", actions: string[]): Row => ({
  name: key === "good" ? "a good key without roles" : "a good key with a role",
  expected: `200 {"actions":${JSON.stringify(actions)},"apiKeyId":"<${key}>","organizationId":"<organization>"}, 1 call`,
  observe: (session) => session.ask(bearer(session.project.keys[key])),
});

const widgets = (name: string, key: keyof Project["keys"], expected: string): Row => ({
  name: `GET /widgets ${name}`,
  expected: `${expected}, 1 call`,
  observe: (session) => session.ask(bearer(session.project.keys[key]), "/widgets"),
});

const someWidgets = '200 {"organizationId":"<organization>","widgets":["flange","sprocket"]}';

/** What the caller decides: good keys, bad keys, and everything that is no key. */
export const callerRows: readonly Row[] = [
  {
    name: "GET /healthz",
    expected: '200 {"ok":true}, 0 calls',
    observe: (session) => session.ask(undefined, "/healthz"),
  },
  {
    name: "GET /healthz with a bad key",
    expected: '200 {"ok":true}, 0 calls',
    observe: (session) => session.ask(bearer(session.project.keys.revoked), "/healthz"),
  },
  whoami("good", []),
  whoami("reader", ["widgets.read"]),
  formless("no Authorization", () => undefined),
  formless("Basic", (token) => `Basic ${Buffer.from(`${token}:`).toString("base64")}`),
  formless("the bare key", (token) => token),
  formless("bearer in lower case", (token) => `bearer ${token}`),
  formless("two blanks after Bearer", (token) => `Bearer  ${token}`),
  formless("a tab after Bearer", (token) => `Bearer\t${token}`),
  formless("Bearer and nothing", () => "Bearer"),
  formless("something after the key", (token) => `Bearer ${token} x`),
  formless("a key in upper case", (token) => `Bearer ${token.toUpperCase()}`),
  formless("an access token (JWT)", () => "Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2ln"),
  formless("513 characters", () => `Bearer ${"a".repeat(513)}`),
  formless("bytes outside ASCII", () => "Bearer caf\u00e9"),
  refused("512 characters", () => "a".repeat(512)),
  // The form is right, the last digits are not.
  refused("an unknown key", ({ keys }) => `${keys.good.secretToken.slice(0, -4)}0000`),
  refused("a revoked key", ({ keys }) => keys.revoked.secretToken),
  refused("an expired key", ({ keys }) => keys.expired.secretToken),
  refused("a deleted key", ({ keys }) => keys.deleted.secretToken),
  refused("a key of another project", ({ keys }) => keys.foreign.secretToken),
  refused("the backend API key", ({ emulator }) => emulator.backendApiKey),
  {
    name: "a key of a suspended organization",
    expected: `${unauthorized}, 1 call, and says why in the log`,
    observe: (session) =>
      withLog(session, "api keys are not enabled for this organization", () =>
        session.ask(bearer(session.project.keys.suspended)),
      ),
  },
  widgets("with widgets.read", "reader", someWidgets),
  widgets("with widgets.write", "writer", forbidden),
  widgets("without roles", "good", forbidden),
  widgets("with a revoked key", "revoked", unauthorized),
  {
    name: "GET /widgets just after the role is taken away",
    expected: `${forbidden}, 1 call`,
    observe: async (session) => {
      const { project } = session;
      const { console } = project.emulator;
      console.unassignRole(project.keys.reader.id, project.readerRoleId);
      const said = await session.ask(bearer(project.keys.reader), "/widgets");
      console.assignRole(project.keys.reader.id, project.readerRoleId);
      return said;
    },
  },
  {
    name: "a path that does not exist, with a good key",
    expected: "404, 0 calls",
    // What a framework says of it is its own affair.
    observe: async (session) =>
      (await session.ask(bearer(session.project.keys.reader), "/nothing")).replace(/^404 .*,/, "404,"),
  },
];
