import { createHash } from "node:crypto";

/** How many answers are kept of good keys, and as many of refused ones: whoever guesses keys pushes out no customer's. */
const maxAnswers = 1000;

/**
 * Keeps what Tesseral said of a key for some seconds, so that not every request asks again. A key that is revoked meanwhile
 * still works for that long. Of one key one request is under way at a time; all who wait for it get its answer.
 * An answer is found by the hash of its key: the cache holds no key.
 */
export class ApiKeyCache {
  #freshFor;
  #usableFor;
  #good = new Map();
  #refused = new Map();
  #underWay = new Map();

  /**
   * @param seconds TESSERAL_CACHE_SECONDS: how long an answer is used. 0, the default, turns the cache off.
   * @param staleSeconds TESSERAL_STALE_SECONDS: how much longer a good one is, while Tesseral gives no answer. Default 0.
   */
  constructor(seconds, staleSeconds) {
    this.#freshFor = milliseconds("TESSERAL_CACHE_SECONDS", seconds);
    this.#usableFor = this.#freshFor + milliseconds("TESSERAL_STALE_SECONDS", staleSeconds);
  }

  /** What `authenticate` resolves to, or resolved to for this key a short time ago. Throws when that does. */
  async answer(secretToken, authenticate) {
    if (this.#freshFor === 0) {
      return authenticate(secretToken);
    }
    const hash = createHash("sha256").update(secretToken).digest("base64");
    const known = this.#good.get(hash) ?? this.#refused.get(hash);
    if (known && since(known.triedAt) < this.#freshFor && since(known.askedAt) < this.#usableFor) {
      return known.apiKey;
    }
    let underWay = this.#underWay.get(hash);
    if (!underWay) {
      underWay = this.#ask(hash, known, () => authenticate(secretToken)).finally(() => this.#underWay.delete(hash));
      this.#underWay.set(hash, underWay);
    }
    return underWay;
  }

  async #ask(hash, known, authenticate) {
    const askedAt = now(); // not when the answer came: the key may have been revoked in between
    let apiKey;
    try {
      apiKey = await authenticate();
    } catch (error) {
      if (!known?.apiKey || since(known.askedAt) >= this.#usableFor) {
        throw error;
      }
      known.triedAt = now(); // for as long as an answer is fresh, Tesseral is left alone
      return known.apiKey;
    }
    if (apiKey) {
      // Many requests get the same object: none may change it for the others.
      Object.freeze(apiKey);
      Object.freeze(apiKey.actions);
    }
    this.#keep(hash, { apiKey, askedAt, triedAt: askedAt });
    return apiKey;
  }

  #keep(hash, answer) {
    this.#good.delete(hash);
    this.#refused.delete(hash);
    const answers = answer.apiKey ? this.#good : this.#refused;
    answers.set(hash, answer);
    if (answers.size > maxAnswers) {
      answers.delete(answers.keys().next().value); // the oldest: a Map keeps the order
    }
  }
}

const now = () => ({ steady: performance.now(), wall: Date.now() });

/**
 * Milliseconds since then, by the clock that says more: while AWS Lambda keeps an instance frozen between two calls, the
 * steady clock can stand still, and a revoked key would work for hours. The wall clock can be set back.
 */
const since = ({ steady, wall }) => Math.max(performance.now() - steady, Date.now() - wall);

function milliseconds(name, text) {
  if (!/^\d{0,5}$/.test(text ?? "")) {
    throw new Error(`${name} is not a whole number of seconds, at most 99999: ${text}`);
  }
  return Number(text ?? 0) * 1000;
}
