import { authenticatePath, type Key } from "../project";
import { bearer, type Session } from "../session";
import { type Row, unauthorized, unavailable, withLog } from "./row";

/** Answers are kept for so many seconds, and good ones for so many more while Tesseral fails. */
interface Cache {
  seconds: number;
  stale?: number;
}

/** Longer than a run of the suite. */
const long: Cache = { seconds: 3600 };
const short: Cache = { seconds: 1, stale: 3600 };
/** Milliseconds after which an answer of `short` is too old. */
const shortIsOver = 1100;
const atOnce = 8; // as many as the threads of the Python servers

/** Sends requests of one key, the same moment, and says what came, and how often Tesseral was asked. */
async function together({ project, ...session }: Asking, key: Key): Promise<string> {
  const before = project.authenticateCalls;
  const said = await Promise.all(Array.from({ length: atOnce }, () => session.say(bearer(key))));
  const calls = project.authenticateCalls - before;
  return `${[...new Set(said.map((text) => text.slice(0, 3)))].join(" and ")}, ${calls === 1 ? "1 call" : `${calls} calls`}`;
}

interface Asking {
  project: Session["project"];
  ask(authorization: string, path?: string): Promise<string>;
  say(authorization: string): Promise<string>;
  /** Does something to a good key while Tesseral fails once. */
  whileFailing(act: () => Promise<string>): Promise<string>;
}

/** A row that asks a server which keeps answers; the servers of all rows with the same seconds are one. */
const cached = (name: string, cache: Cache, expected: string, observe: (asking: Asking) => Promise<string>): Row => ({
  name: `answers kept: ${name}`,
  expected,
  observe: async (session) => {
    const { project } = session;
    const running = await session.another({
      TESSERAL_CACHE_SECONDS: String(cache.seconds),
      ...(cache.stale === undefined ? {} : { TESSERAL_STALE_SECONDS: String(cache.stale) }),
    });
    return observe({
      project,
      ask: (authorization, path) => session.ask(authorization, path, running),
      say: (authorization) => session.say(authorization, "/whoami", running),
      whileFailing: (act) => {
        project.emulator.fail({ path: authenticatePath, do: { status: 502 } });
        return withLog(session, "Tesseral answered 502", act, running);
      },
    });
  },
});

const twice = (name: string, key: "good" | "revoked" | "suspended", said: string): Row =>
  cached(name, long, `${said}, 1 call; ${said}, 0 calls`, async ({ project, ask }) => {
    const authorization = bearer(project.keys[key]);
    return `${await ask(authorization)}; ${await ask(authorization)}`;
  });

const status = async (said: Promise<string>) => (await said).replace(/ \{.*\}/, "");
const passed = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Keys of the right form that nobody has. */
const unknownKey = ({ keys }: Session["project"], number: number) =>
  `Bearer ${keys.good.secretToken.slice(0, -4)}${String(number).padStart(4, "0")}`;
const mostAnswers = 1000;

/** What the cache of the examples does, which is off in all other rows. */
export const cacheRows: readonly Row[] = [
  twice("a good key twice", "good", '200 {"actions":[],"apiKeyId":"<good>","organizationId":"<organization>"}'),
  twice("a revoked key twice", "revoked", unauthorized),
  twice("a key of a suspended organization twice", "suspended", unauthorized),
  cached(
    "a key on two routes",
    long,
    '200 {"actions":["widgets.read"],"apiKeyId":"<reader>","organizationId":"<organization>"}, 1 call; 200, 0 calls',
    async ({ project, ask }) => {
      const authorization = bearer(project.keys.reader);
      return `${await ask(authorization)}; ${await status(ask(authorization, "/widgets"))}`;
    },
  ),
  cached(`${atOnce} requests at once`, long, "200, 1 call", async (asking) => {
    asking.project.emulator.fail({ path: authenticatePath, do: "delay", durationMs: 700 });
    return together(asking, asking.project.createKey());
  }),
  cached(`${atOnce} requests at once while Tesseral hangs`, long, "503, 1 call; then 200, 1 call", async (asking) => {
    asking.project.emulator.fail({ path: authenticatePath, do: "hang" });
    const key = asking.project.createKey();
    return `${await together(asking, key)}; then ${await status(asking.ask(bearer(key)))}`;
  }),
  cached(
    "Tesseral fails",
    long,
    `${unavailable}, 1 call, and says why in the log; then 200, 1 call`,
    async ({ project, ask, whileFailing }) => {
      const authorization = bearer(project.createKey());
      return `${await whileFailing(() => ask(authorization))}; then ${await status(ask(authorization))}`;
    },
  ),
  cached(
    `${mostAnswers} more keys that nobody has`,
    long,
    `the first: ${unauthorized}, 1 call; the last: ${unauthorized}, 0 calls; the first again: ${unauthorized}, 1 call; a good one: 200, 0 calls`,
    async ({ project, ask, say }) => {
      const good = bearer(project.createKey());
      await say(good);
      const first = await ask(unknownKey(project, 0));
      for (let number = 1; number < mostAnswers; ) {
        const some = Array.from({ length: Math.min(atOnce, mostAnswers - number) }, () => number++);
        await Promise.all(some.map((one) => say(unknownKey(project, one))));
      }
      await say(unknownKey(project, mostAnswers));
      const [last, again] = [await ask(unknownKey(project, mostAnswers)), await ask(unknownKey(project, 0))];
      return `the first: ${first}; the last: ${last}; the first again: ${again}; a good one: ${await status(ask(good))}`;
    },
  ),
  cached("a key that is revoked, a second later", short, "200, 1 call; 401, 1 call", async ({ project, ask }) => {
    const key = project.createKey();
    const before = await status(ask(bearer(key)));
    project.emulator.console.revokeApiKey(key.id);
    await passed(shortIsOver);
    return `${before}; ${await status(ask(bearer(key)))}`;
  }),
  cached(
    "Tesseral fails a second later, with time to spare",
    short,
    "200, 1 call; 200, 1 call, and says why in the log",
    async ({ project, ask, whileFailing }) => {
      const authorization = bearer(project.createKey());
      const before = await status(ask(authorization));
      await passed(shortIsOver);
      return `${before}; ${await whileFailing(() => status(ask(authorization)))}`;
    },
  ),
  cached(
    "Tesseral fails two seconds later, without time to spare",
    { seconds: 1, stale: 1 },
    "200, 1 call; 503, 1 call, and says why in the log",
    async ({ project, ask, whileFailing }) => {
      const authorization = bearer(project.createKey());
      const before = await status(ask(authorization));
      await passed(shortIsOver + 1000);
      return `${before}; ${await whileFailing(() => status(ask(authorization)))}`;
    },
  ),
  {
    name: "answers kept: for 5s, which is no number",
    expected: "refuses to start, and says why",
    observe: async (session) => {
      const said = await session.withServer(
        { ...session.variables, TESSERAL_CACHE_SECONDS: "5s" },
        async () => "starts",
      );
      const why = "TESSERAL_CACHE_SECONDS is not a whole number of seconds";
      return session.ended.at(-1)?.includes(why) ? `${said}, and says why` : said;
    },
  },
];
