import { createHash } from "node:crypto";

interface Answer<ApiKey> {
  /** Null when the key was refused. */
  apiKey: ApiKey | null;
  /** Milliseconds, as `performance.now()` counts them. */
  freshUntil: number;
  usableUntil: number;
}

/** How many answers are kept of good keys, and as many of refused ones: whoever guesses keys pushes out no customer's. */
const maxAnswers = 1000;

/**
 * Keeps what Tesseral said of a key for some seconds, so that not every request asks again. A key that is revoked meanwhile
 * still works for that long. Of one key one request is under way at a time; all who wait for it get its answer.
 * An answer is found by the hash of its key: the cache holds no key.
 */
export class ApiKeyCache<ApiKey extends { actions: readonly string[] }> {
  readonly #freshFor: number;
  readonly #usableFor: number;
  readonly #good = new Map<string, Answer<ApiKey>>();
  readonly #refused = new Map<string, Answer<ApiKey>>();
  readonly #underWay = new Map<string, Promise<ApiKey | null>>();

  /**
   * @param seconds TESSERAL_CACHE_SECONDS: how long an answer is used. 0, the default, turns the cache off.
   * @param staleSeconds TESSERAL_STALE_SECONDS: how much longer a good one is, while Tesseral gives no answer. Default 0.
   */
  constructor(seconds: string | undefined, staleSeconds: string | undefined) {
    this.#freshFor = milliseconds("TESSERAL_CACHE_SECONDS", seconds);
    this.#usableFor = this.#freshFor + milliseconds("TESSERAL_STALE_SECONDS", staleSeconds);
  }

  /** What `authenticate` resolves to, or resolved to for this key a short time ago. Throws when that does. */
  async answer(
    secretToken: string,
    authenticate: (secretToken: string) => Promise<ApiKey | null>,
  ): Promise<ApiKey | null> {
    if (this.#freshFor === 0) {
      return authenticate(secretToken);
    }
    const hash = createHash("sha256").update(secretToken).digest("base64");
    const known = this.#good.get(hash) ?? this.#refused.get(hash);
    if (known && performance.now() < known.freshUntil) {
      return known.apiKey;
    }
    let underWay = this.#underWay.get(hash);
    if (!underWay) {
      underWay = this.#ask(hash, known, () => authenticate(secretToken)).finally(() => this.#underWay.delete(hash));
      this.#underWay.set(hash, underWay);
    }
    return underWay;
  }

  async #ask(
    hash: string,
    known: Answer<ApiKey> | undefined,
    authenticate: () => Promise<ApiKey | null>,
  ): Promise<ApiKey | null> {
    const askedAt = performance.now(); // not when the answer came: the key may have been revoked in between
    let apiKey: ApiKey | null;
    try {
      apiKey = await authenticate();
    } catch (error) {
      const now = performance.now();
      if (!known?.apiKey || now >= known.usableUntil) {
        throw error;
      }
      known.freshUntil = Math.min(now + this.#freshFor, known.usableUntil); // until then Tesseral is left alone
      return known.apiKey;
    }
    if (apiKey) {
      // Many requests get the same object: none may change it for the others.
      Object.freeze(apiKey);
      Object.freeze(apiKey.actions);
    }
    this.#keep(hash, {
      apiKey,
      freshUntil: askedAt + this.#freshFor,
      usableUntil: askedAt + this.#usableFor,
    });
    return apiKey;
  }

  #keep(hash: string, answer: Answer<ApiKey>): void {
    this.#good.delete(hash);
    this.#refused.delete(hash);
    const answers = answer.apiKey ? this.#good : this.#refused;
    answers.set(hash, answer);
    if (answers.size > maxAnswers) {
      const [oldest = ""] = answers.keys(); // a Map keeps the order
      answers.delete(oldest);
    }
  }
}

function milliseconds(name: string, text: string | undefined): number {
  if (!/^\d{0,5}$/.test(text ?? "")) {
    throw new Error(`${name} is not a whole number of seconds, at most 99999: ${text}`);
  }
  return Number(text ?? 0) * 1000;
}
