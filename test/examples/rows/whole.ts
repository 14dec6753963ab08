import { bearer, type Session } from "../session";
import type { Row } from "./row";

const requestsPerSecond = 50;
const seconds = 4;

/** Sends requests at a steady pace, revokes their key half way, and says what the ones before and after got. */
async function revokeUnderLoad({ project, running }: Session): Promise<string> {
  const key = project.createKey();
  const sent: { at: number; answeredAt: number; status: number | string }[] = [];
  const underway: Promise<void>[] = [];
  let revokedAt = Number.POSITIVE_INFINITY;
  const began = performance.now();
  for (let index = 0; index < requestsPerSecond * seconds; index += 1) {
    const due = began + (index * 1000) / requestsPerSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    if (index === (requestsPerSecond * seconds) / 2) {
      project.emulator.console.revokeApiKey(key.id);
      revokedAt = performance.now();
    }
    const at = performance.now();
    const status = running.get("/whoami", { authorization: bearer(key) }).then(
      (answer) => answer.status,
      (error: Error) => error.message,
    );
    underway.push(
      status.then((value) => {
        sent.push({ at, answeredAt: performance.now(), status: value });
      }),
    );
  }
  await Promise.all(underway);
  const kinds = (requests: typeof sent) =>
    [...new Set(requests.map(({ status }) => status))].join(" and ") || "nothing";
  const before = kinds(sent.filter(({ answeredAt }) => answeredAt < revokedAt));
  const after = kinds(sent.filter(({ at }) => at > revokedAt));
  const others = sent.filter(({ status }) => status !== 200 && status !== 401).length;
  return `before ${before}, after ${after}${others === 0 ? "" : `, ${others} others`}`;
}

/** What a single request does not show. These come last: they look back at all the others. */
export const wholeRows: readonly Row[] = [
  {
    name: `${requestsPerSecond} requests a second through a revocation`,
    expected: "before 200, after 401",
    observe: revokeUnderLoad,
  },
  {
    name: "the process after all of this",
    expected: "lives",
    observe: async ({ running }) => (running.isAlive ? "lives" : "has ended"),
  },
  {
    name: "keys in anything it wrote",
    expected: "none",
    observe: async (session) => {
      const found = session.secrets.filter((secret) => session.output.includes(secret));
      return found.length === 0 ? "none" : `${found.length}`;
    },
  },
];
