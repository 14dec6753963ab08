// A provider process that can be killed: from then on it sends nothing, and nothing that it answers arrives.
import type { Lifecycle } from "../../../providers/lifecycle";
import type { Handlers } from "../modelEngine";

/** What the engine says of the steps that were under way. */
export class Killed extends Error {
  static readonly said = "the provider process was killed";

  constructor() {
    super(Killed.said);
  }
}

export class MortalProcess {
  #isDead = false;
  #requests = 0;
  #die: (reason: Error) => void = () => {};
  readonly #death: Promise<never>;

  readonly #send: typeof fetch;
  readonly #end: { request: number; when: "before" | "after" } | undefined;

  constructor(send: typeof fetch, end: { request: number; when: "before" | "after" } | undefined) {
    this.#send = send;
    this.#end = end;
    this.#death = new Promise((_, reject) => {
      this.#die = reject;
    });
    this.#death.catch(() => {});
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const isLast = this.#end !== undefined && this.#requests === this.#end.request;
    this.#requests += 1;
    if (!this.#isDead && isLast && this.#end?.when === "after") {
      await this.#send(input, init).then(
        (answer) => answer.text(),
        () => {},
      );
    }
    if (isLast) {
      this.#isDead = true;
      this.#die(new Killed());
    }
    return this.#isDead ? new Promise<never>(() => {}) : this.#send(input, init);
  };

  /** The handlers, as the engine sees them. */
  mortal(handlers: Handlers): Handlers {
    const call =
      <Arguments extends unknown[], Answer>(method: (...args: Arguments) => Promise<Answer>) =>
      (...args: Arguments): Promise<Answer> =>
        Promise.race([this.#death, method(...args)]);
    const of = (one: Lifecycle): Lifecycle => ({
      configure: (...args) => one.configure(...args),
      check: call((...args: Parameters<Lifecycle["check"]>) => one.check(...args)),
      diff: call((...args: Parameters<Lifecycle["diff"]>) => one.diff(...args)),
      create: call((...args: Parameters<Lifecycle["create"]>) => one.create(...args)),
      read: call((...args: Parameters<Lifecycle["read"]>) => one.read(...args)),
      update: call((...args: Parameters<Lifecycle["update"]>) => one.update(...args)),
      delete: call((...args: Parameters<Lifecycle["delete"]>) => one.delete(...args)),
    });
    return {
      organization: of(handlers.organization),
      role: of(handlers.role),
      managedApiKey: of(handlers.managedApiKey),
    };
  }
}
