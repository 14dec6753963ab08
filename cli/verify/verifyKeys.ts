/** Tries the keys of a stack at the backend that they are for. */
import { type Answer, judge, type KeyVerification, resultOf, type TokenCheck } from "../../report/verification";
import { Semaphore } from "../../tesseral/keyedLock";
import type { Called } from "./caller";
import type { KeyToVerify } from "./keysToVerify";

/** What the calls need. */
export interface Calling {
  call: (token: string | undefined) => Promise<Called>;
  /** Statuses that mean: let in. */
  expected: readonly number[];
  /** Told of each key that is done. */
  onKey?: () => void;
  /** How many keys are worked on at once. */
  concurrency: number;
}

interface Trial {
  token: TokenCheck["token"];
  secret: string | undefined;
  should: TokenCheck["should"];
}

/** After so many keys in a row with answers that say nothing about them, no more are tried: the backend is at fault. */
const mostUnknown = 10;

/** A token that no key has, in a form that a backend has to ask Tesseral about. */
const garbage = "garbage_0123456789abcdefghijklmnopqrstuvwxyz";

/** The answers to a call without a key, and to one with a key that nobody has. */
export async function verifyStrangers(calling: Calling): Promise<TokenCheck[]> {
  const trials: Trial[] = [
    { token: "none", secret: undefined, should: "be refused" },
    { token: "garbage", secret: garbage, should: "be refused" },
  ];
  // One after the other: the first call starts a function that was idle.
  return inTurn(trials, (trial) => check(calling, trial));
}

export async function verifyKeys(keys: readonly KeyToVerify[], calling: Calling): Promise<KeyVerification[]> {
  const atOnce = new Semaphore(calling.concurrency);
  let unknown = 0;
  return Promise.all(
    keys.map((key) =>
      atOnce.run(async (): Promise<KeyVerification> => {
        const { stack: _, current, previous, skipped, ...named } = key;
        const isHopeless = unknown >= mostUnknown;
        if (current === undefined || isHopeless) {
          calling.onKey?.();
          return { ...named, result: "skipped", note: skipped ?? hopeless, checks: [] };
        }
        const should = named.should === "work" ? "be accepted" : "be refused";
        const trials: Trial[] = [
          { token: "current", secret: current, should },
          ...(previous === undefined ? [] : [{ token: "previous" as const, secret: previous, should } as const]),
          { token: "altered", secret: altered(current), should: "be refused" },
        ];
        const checks = await inTurn(trials, (trial) => check(calling, trial));
        const result = resultOf(checks);
        unknown = checks.every((one) => one.result === "unknown") ? unknown + 1 : 0;
        calling.onKey?.();
        return { ...named, result, checks };
      }),
    ),
  );
}

const hopeless = "not tried: the answers to the keys before it say that the backend itself is at fault";

/** The invented token that differs least: with another last character, so its form and size stay the same. */
function altered(token: string): string {
  return `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`;
}

async function check({ call, expected }: Calling, { token, secret, should }: Trial): Promise<TokenCheck> {
  const { answer, milliseconds } = await call(secret);
  return { token, should, ...judge(answer, should, expected), ...statusOf(answer), milliseconds };
}

function statusOf(answer: Answer): { status?: number } {
  return "status" in answer ? { status: answer.status } : {};
}

async function inTurn<From, To>(all: readonly From[], work: (one: From) => Promise<To>): Promise<To[]> {
  const results: To[] = [];
  for (const one of all) {
    results.push(await work(one));
  }
  return results;
}
