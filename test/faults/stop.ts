// The end of a provider process, and of the engine with it, in the middle of an operation: nothing more is sent, heard or recorded.
import type { Lifecycle } from "../../providers/lifecycle";
import type { HandlerName } from "../../providers/resourceTypes";

/** Where an operation is killed: at one of its requests, or at one of the engine's checkpoints, counted from 0. */
export type PlannedStop =
  | { at: "request"; index: number; when: "before" | "after" }
  /** A step has one when it begins, and a creation another, before it is recorded that it begins. */
  | { at: "checkpoint"; index: number };

/** One operation, killed or not. */
export class Stop {
  readonly #planned: PlannedStop | undefined;
  readonly #underWay = new Set<Promise<unknown>>();
  #requests = 0;
  #checkpoints = 0;
  #stop: () => void = () => {};
  isReached = false;
  readonly reached = new Promise<"stopped">((resolve) => {
    this.#stop = () => resolve("stopped");
  });

  constructor(planned?: PlannedStop) {
    this.#planned = planned;
  }

  /** How many of each the operation has met. */
  get counts(): { requests: number; checkpoints: number } {
    return { requests: this.#requests, checkpoints: this.#checkpoints };
  }

  /** To be awaited after everything that a process does: it does nothing more once it is killed. */
  async pass<T>(value: T): Promise<T> {
    return this.isReached ? await new Promise<never>(() => {}) : value;
  }

  async checkpoint(): Promise<void> {
    await this.pass(undefined);
    this.#reach(this.#planned?.at === "checkpoint" && this.#planned.index === this.#checkpoints);
    this.#checkpoints += 1;
    await this.pass(undefined);
  }

  /** A `fetch` that ends with the process. What was sent before may be done all the same. */
  fetch(send: typeof fetch): typeof fetch {
    return async (input, init) => {
      await this.pass(undefined);
      const planned = this.#planned;
      const isIt = planned?.at === "request" && planned.index === this.#requests;
      this.#requests += 1;
      this.#reach(isIt && planned.when === "before");
      await this.pass(undefined);
      const sent = send(input, init);
      this.#underWay.add(sent);
      const end = () => {
        this.#underWay.delete(sent);
        this.#reach(isIt);
      };
      sent.then(end, end);
      return this.#guarded(sent);
    };
  }

  /** Handlers whose every call is a step of the engine. */
  steps(handlers: Record<HandlerName, Lifecycle>): Record<HandlerName, Lifecycle> {
    const ofLifecycle = (lifecycle: Lifecycle): Lifecycle => ({
      ...lifecycle,
      create: (inputs) => this.#step(() => lifecycle.create(inputs)),
      update: (id, olds, news) => this.#step(() => lifecycle.update(id, olds, news)),
      delete: (id, props) => this.#step(() => lifecycle.delete(id, props)),
      read: (id, props) => this.#step(() => lifecycle.read(id, props)),
      check: (olds, news) => this.#guarded(lifecycle.check(olds, news)),
      diff: (id, olds, news) => this.#guarded(lifecycle.diff(id, olds, news)),
    });
    return {
      organization: ofLifecycle(handlers.organization),
      managedApiKey: ofLifecycle(handlers.managedApiKey),
      role: ofLifecycle(handlers.role),
    };
  }

  /** Resolves when everything that was sent has been answered. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #step<T>(work: () => Promise<T>): Promise<T> {
    await this.checkpoint();
    return this.#guarded(work());
  }

  async #guarded<T>(work: Promise<T>): Promise<T> {
    try {
      return await this.pass(await work);
    } catch (error) {
      await this.pass(undefined);
      throw error;
    }
  }

  #reach(is: boolean): void {
    if (is) {
      this.isReached = true;
      this.#stop();
    }
  }
}
