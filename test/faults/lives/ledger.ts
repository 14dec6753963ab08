// What customers hold: which token was handed out to whom, and until when it has to work. Compared with the emulator's own records at every request.
import { type ApiKey, type Emulator, formatTimestamp } from "../../../emulator";
import { after } from "../../../tesseral/instant";
import type { ModelEngine } from "../modelEngine";
import { plainName } from "../tenant";
import type { Entry } from "./life";

interface Earlier {
  token: string;
  until: number;
  /** Somebody has ended the current token: it works on beside the next one, and not only until then. */
  planned?: number;
}

interface Holding {
  token: string;
  /** Tokens from before, each with the time until which it has to work. */
  earlier: Earlier[];
  /** The tokens that are to end in the next update, since they leaked. */
  leaked: string[];
  /** A token ends in the update that makes the next one. */
  endsAtOnce: boolean;
  /** It has ended so, and the next one was there. Whoever is killed then cannot hand that one out, and the one after it is. */
  hasEnded?: true;
}

export class Ledger {
  /** By the key's name in Tesseral, which no edit changes. */
  readonly #held = new Map<string, Holding>();
  readonly #emulator: Emulator;
  readonly #bystanders: { has(id: string): boolean };
  readonly problems = new Set<string>();
  /** Keys that an update made which did not get to record them: nobody has their tokens. */
  readonly nobodys = new Set<string>();

  constructor(emulator: Emulator, bystanders: { has(id: string): boolean }) {
    this.#emulator = emulator;
    this.#bystanders = bystanders;
  }

  /** What is going to be brought about. */
  declare({ customer, shown }: Entry): void {
    for (const [name, { overlap }] of Object.entries(customer.keys)) {
      const holding = this.#held.get(shown[name] ?? name);
      if (holding === undefined) {
        continue;
      }
      holding.endsAtOnce = overlap === "PT0S";
      if (overlap !== undefined) {
        // A changed overlap counts from the last rotation on, and may be over by now.
        const until = this.#overlapEnd(holding.token, overlap);
        for (const each of holding.earlier) {
          each.until = each.planned === undefined || overlap === "PT0S" ? Math.min(each.until, until) : each.until;
        }
      }
    }
  }

  /** A leak is declared: the tokens of that key are to end. Answers how to take that back. */
  leak(key: string): () => void {
    const holding = this.#held.get(key);
    if (holding === undefined) {
      return () => {};
    }
    const { earlier } = holding;
    Object.assign(holding, { earlier: [], leaked: [holding.token, ...earlier.map(({ token }) => token)] });
    return () => {
      Object.assign(holding, { earlier, leaked: [] });
    };
  }

  /** Somebody revokes or deletes the current token of that key: the one before it is what the customer has until there is a new one. */
  end(key: string): void {
    const holding = this.#held.get(key);
    if (holding === undefined) {
      return;
    }
    holding.hasEnded = true;
    const now = this.#emulator.clock.now().getTime();
    for (const each of holding.earlier) {
      if (each.until > now && each.planned === undefined) {
        Object.assign(each, { planned: each.until, until: Number.POSITIVE_INFINITY });
      }
    }
  }

  /** The customer is removed: all of its tokens may end from now on. */
  release(): void {
    this.#held.clear();
  }

  /** An update has succeeded: what the stack gives out now is what customers hold. */
  handOut({ name: entry, customer, shown }: Entry, engine: ModelEngine): void {
    for (const [name, { overlap }] of Object.entries(customer.keys)) {
      const key = shown[name] ?? name;
      const token = String(engine.state.get(`${entry}-${name}`)?.outputs.secretToken);
      const holding = this.#held.get(key);
      const endsAtOnce = overlap === "PT0S";
      if (holding === undefined) {
        this.#held.set(key, { token, earlier: [], leaked: [], endsAtOnce });
        continue;
      }
      const { leaked } = holding;
      if (leaked.some((one) => one === token || this.#keyOf(one)?.revoked === false)) {
        this.problems.add(`survivor: a leaked token of ${key} works`);
      }
      const until = overlap === undefined ? Number.POSITIVE_INFINITY : this.#overlapEnd(token, overlap);
      if (holding.token !== token) {
        for (const each of holding.earlier) {
          if (each.planned !== undefined && each.until === Number.POSITIVE_INFINITY) {
            each.until = overlap === undefined ? each.planned : until;
            delete each.planned;
          }
        }
        const before =
          leaked.length > 0 || overlap === undefined || holding.hasEnded ? [] : [{ token: holding.token, until }];
        this.#held.set(key, { token, earlier: [...holding.earlier, ...before], leaked: [], endsAtOnce });
      }
    }
  }

  #overlapEnd(token: string, overlap: string): number {
    const made = this.#keyOf(token)?.createTime;
    return made === undefined ? 0 : Date.parse(after(formatTimestamp(made), overlap));
  }

  /** Whether customers can go on; to be asked at every moment. */
  watch(): void {
    const now = this.#emulator.clock.now().getTime();
    for (const { secretToken, expireTime } of this.#emulator.store.apiKeys.values()) {
      if (expireTime !== undefined) {
        this.#ends.set(secretToken, timeOf(expireTime));
      }
    }
    for (const [key, holding] of this.#held) {
      const { token, earlier, leaked, endsAtOnce } = holding;
      const live = [...this.#emulator.store.apiKeys.values()].filter(
        ({ id, displayName, revoked, expireTime }) =>
          plainName(displayName) === key &&
          !revoked &&
          (expireTime === undefined || timeOf(expireTime) > now) &&
          !this.#bystanders.has(id) &&
          !this.nobodys.has(id),
      );
      if (leaked.length === 0 && !this.#works(token) && holding.hasEnded === undefined) {
        if (endsAtOnce && live.length > 0) {
          holding.hasEnded = true;
        } else {
          this.problems.add(`cut-off: the token of ${key} has ended`);
        }
      }
      for (const one of earlier) {
        if (one.until > now && !this.#works(one.token)) {
          this.problems.add(`cut-off: the token of ${key} before the current one has ended before its overlap`);
        }
      }
      if (live.length > 2) {
        this.problems.add(`too many: ${live.length} keys of ${key} work at once`);
      }
    }
  }

  /** Whether nobody has ended a token; that it ends by itself is declared. */
  #works(token: string): boolean {
    const key = this.#keyOf(token);
    const end = this.#ends.get(token);
    const hasEnded = end !== undefined && end <= this.#emulator.clock.now().getTime();
    return hasEnded || key?.revoked === false;
  }

  /** When tokens end by themselves. */
  readonly #ends = new Map<string, number>();

  #keyOf(token: string): ApiKey | undefined {
    return [...this.#emulator.store.apiKeys.values()].find(({ secretToken }) => secretToken === token);
  }
}

function timeOf(timestamp: NonNullable<ApiKey["expireTime"]>): number {
  return Date.parse(formatTimestamp(timestamp));
}
