import { Caller } from "../../../cli/verify/caller";
import type { KeyToVerify } from "../../../cli/verify/keysToVerify";
import { verifyKeys, verifyStrangers } from "../../../cli/verify/verifyKeys";
import type { Project } from "../project";
import type { Row } from "./row";

const path = "/whoami";

/** What `pulumi-tesseral verify` finds at a backend of a key that works, and of some that must not, and what it gets of the first. */
export async function verified(project: Project, url: URL): Promise<string> {
  const { reader, suspended, revoked } = project.keys;
  const key = (name: string, { secretToken }: { secretToken: string }, isGood: boolean): KeyToVerify => ({
    ...{ stack: "test", customer: "acme", displayName: "Acme", key: name, current: secretToken },
    should: isGood ? "work" : "be refused",
  });
  const caller = new Caller({ url, concurrency: 2, rate: 100, timeout: 15_000 });
  const calling = { call: (token: string | undefined) => caller.call(token), expected: [200], concurrency: 2 };
  const strangers = await verifyStrangers(calling);
  const keys = [key("reader", reader, true), key("suspended", suspended, false), key("revoked", revoked, false)];
  const checked = await verifyKeys(keys, calling);
  const results = [...strangers, ...checked].map(({ result }) => result);
  return `${results.join(", ")}: ${checked[0]?.checks[0]?.status}`;
}

const at = (port: number) => new URL(`http://127.0.0.1:${port}${path}`);

/** What `pulumi-tesseral verify` says of it. */
export const verifiedRows: readonly Row[] = [
  {
    name: "pulumi-tesseral verify",
    expected: "right, right, right, right, right: 200",
    observe: ({ project, running }) => verified(project, at(running.port)),
  },
  {
    name: "pulumi-tesseral verify: the backend API key is unknown",
    // Whoever has no key is refused without asking Tesseral. Of keys nothing is known: none of them is blamed.
    expected: "right, unknown, unknown, unknown, unknown: 503",
    observe: (session) =>
      session.withServer(
        {
          TESSERAL_API_URL: session.project.emulator.url,
          TESSERAL_BACKEND_API_KEY: `tesseral_secret_key_${"0".repeat(25)}`,
        },
        (running) => verified(session.project, at(running.port)),
      ),
  },
];
