// Every secret that there has ever been in a run, those of keys that are gone too, and the texts in which none may stand.
import type { Emulator } from "../../emulator";

export class Secrets {
  readonly #seen: Set<string>;
  readonly #emulator: Emulator;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.#seen = new Set([emulator.backendApiKey]);
  }

  /** To be called at every request: a key that is deleted later is in the records only until then. */
  watch(): void {
    for (const { secretToken } of this.#emulator.store.apiKeys.values()) {
      this.#seen.add(secretToken);
    }
  }

  /** How many tokens there have been. */
  get tokens(): number {
    return this.#seen.size - 1;
  }

  /** One problem for each text, by what it is, that holds one. */
  problems(texts: readonly { what: string; text: string }[]): string[] {
    this.watch();
    const leaking = texts.filter(({ text }) => [...this.#seen].some((secret) => text.includes(secret)));
    return [...new Set(leaking.map(({ what }) => `leak: ${what} holds a secret`))];
  }
}
