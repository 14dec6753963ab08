import type { Emulator } from "../../emulator";
import { CodedError } from "../../errors/coded";
import { readPreview } from "../../report/preview/readPreview";
import { terminalReview } from "../../report/render/terminal";
import { reviewVersion } from "../../report/review";
import { reviewOf } from "../../report/reviewOf";
import { type CustomerKey, callApi, customerKeys } from "./customerKeys";
import type { Narrator } from "./narrator";
import { type Changes, EngineError, type ProjectStack } from "./projectStack";

/** Everything that the story uses. */
export interface Stage {
  narrator: Narrator;
  stack: ProjectStack;
  emulator: Emulator;
  /** The API that is protected by the customers' keys. */
  apiUrl: string;
  /** Stops the story. */
  signal: AbortSignal;
}

/** Tells the whole story. Throws when a step ends otherwise than it should. */
export async function tellStory(stage: Stage): Promise<void> {
  const story = new Story(stage);
  const steps: [title: string, why: string, work: () => Promise<string>][] = [
    [
      "pulumi preview",
      "Shows what would be done for the customers in Pulumi.dev.yaml, and touches nothing.",
      story.preview,
    ],
    [
      "pulumi up",
      "Creates the organizations, with managed API keys enabled, their roles and their keys.",
      story.create,
    ],
    [
      "Authorization: Bearer",
      "Every new key calls your API; so do a made-up key and a caller without any.",
      story.call,
    ],
    ["pulumi up, once more", "Nothing has changed, so nothing is done.", story.repeat],
    [
      "pulumi-tesseral review of a change",
      "One customer becomes `apiAccess: suspended` in the stack file; nothing is done yet.",
      story.previewChange,
    ],
    [
      "pulumi up of the change",
      "The customer's keys are refused, and kept: `enabled` brings them back.",
      story.applyChange,
    ],
    [
      "somebody in the Tesseral Console",
      "Behind Pulumi's back, somebody revokes a key and enables the suspended customer.",
      story.meddle,
    ],
    ["pulumi refresh", "Asks Tesseral what has changed.", story.refresh],
    ["pulumi up, to repair", "Restores what is declared: a new key replaces the revoked one.", story.repair],
    ["pulumi destroy", "Organizations are protected: no customer is deleted by mistake.", story.refuse],
    ["pulumi destroy, on purpose", "After `pulumi state unprotect --all`.", story.destroy],
  ];
  for (const [title, why, work] of steps) {
    stage.signal.throwIfAborted();
    const before = stage.emulator.requests.length;
    await stage.narrator.step(title, why, async () => {
      const result = await work.call(story);
      const requests = stage.emulator.requests.slice(before);
      return `${result}; requests: ${requests.length}, writing: ${requests.filter(isWrite).length}`;
    });
  }
  stage.narrator.summary();
}

/** The steps. Each returns its result, and throws when that is not as expected. */
class Story {
  #keys: CustomerKey[] = [];
  /** The customer who is suspended. */
  #suspended = "";
  /** The key, of another customer, that is revoked in the Tesseral Console. */
  #revoked: CustomerKey | undefined;

  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async preview(): Promise<string> {
    const changes = await this.#stage.stack.preview();
    this.#expectOnly(changes, "create");
    expect(this.#stage.emulator.store.organizations.size === 0, "a preview that creates nothing");
    return this.#show(changes);
  }

  async create(): Promise<string> {
    const changes = await this.#stage.stack.up();
    this.#expectOnly(changes, "create");
    await this.#readKeys();
    this.#revoked = this.#keys[0];
    this.#suspended = this.#keys.find(({ customer }) => customer !== this.#revoked?.customer)?.customer ?? "";
    expect(this.#suspended !== "", "two customers with a key each in Pulumi.dev.yaml");
    return changes.summary;
  }

  async call(): Promise<string> {
    await this.#expectAnswers(() => 200);
    const { apiUrl, narrator } = this.#stage;
    // As long as a real one, and of the same prefix.
    const madeUp = (this.#keys[0]?.secretToken ?? "").replace(/[0-9a-z]{55}$/, "0".repeat(55));
    const answers = { "a made-up key": await callApi(apiUrl, madeUp), "no key": await callApi(apiUrl) };
    for (const [who, { status }] of Object.entries(answers)) {
      narrator.detail(`${status} for ${who}`);
      expect(status === 401, `401 for ${who}`);
    }
    return `${this.#keys.length} keys let in, others kept out`;
  }

  async repeat(): Promise<string> {
    const writes = this.#stage.emulator.requests.filter(isWrite).length;
    const changes = await this.#stage.stack.up();
    this.#expectOnly(changes);
    expect(this.#stage.emulator.requests.filter(isWrite).length === writes, "no request that writes");
    return changes.summary;
  }

  async previewChange(): Promise<string> {
    await this.#stage.stack.configure(`tesseral:customers.${this.#suspended}.apiAccess`, "suspended");
    const changes = await this.#stage.stack.preview();
    this.#expectOnly(changes, "update");
    return this.#review(changes);
  }

  async applyChange(): Promise<string> {
    const changes = await this.#stage.stack.up();
    this.#expectOnly(changes, "update");
    await this.#expectAnswers(({ customer }) => (customer === this.#suspended ? 401 : 200));
    return changes.summary;
  }

  async meddle(): Promise<string> {
    const { console, store } = this.#stage.emulator;
    const suspended = this.#keys.find(({ customer }) => customer === this.#suspended);
    const organization = store.organizations.get(suspended?.organizationId ?? "");
    console.revokeApiKey(this.#revoked?.apiKeyId ?? "");
    console.updateOrganization(organization?.id ?? "", { apiKeysEnabled: true });
    await this.#expectAnswers(({ name }) => (name === this.#revoked?.name ? 401 : 200));
    return `${this.#revoked?.name} revoked, ${this.#suspended} let in`;
  }

  async refresh(): Promise<string> {
    const changes = await this.#stage.stack.refresh();
    expect(changes.counts.update === 2, `2 changes found, not ${changes.summary}`);
    return this.#show(changes);
  }

  async repair(): Promise<string> {
    const changes = await this.#stage.stack.up();
    this.#expectOnly(changes, "update");
    const old = this.#revoked?.secretToken;
    await this.#readKeys();
    await this.#expectAnswers(({ customer }) => (customer === this.#suspended ? 401 : 200));
    expect((await callApi(this.#stage.apiUrl, old)).status === 401, "401 for the revoked key");
    return this.#show(changes);
  }

  async refuse(): Promise<string> {
    let refusal = "";
    try {
      await this.#stage.stack.previewDestroy();
    } catch (error) {
      if (!(error instanceof EngineError)) {
        throw error;
      }
      refusal = error.message;
    }
    expect(/cannot be deleted\s+because it is protected/.test(refusal), `a refusal, not ${JSON.stringify(refusal)}`);
    await this.#expectAnswers(({ customer }) => (customer === this.#suspended ? 401 : 200));
    return "refused, as it should be";
  }

  async destroy(): Promise<string> {
    await this.#stage.stack.unprotectAll();
    this.#show(await this.#stage.stack.previewDestroy());
    const changes = await this.#stage.stack.destroy();
    const { organizations, apiKeys } = this.#stage.emulator.store;
    expect(organizations.size === 0 && apiKeys.size === 0, "nothing left in Tesseral");
    return changes.summary;
  }

  async #readKeys(): Promise<void> {
    this.#keys = customerKeys(await this.#stage.stack.outputs());
  }

  async #expectAnswers(wanted: (key: CustomerKey) => number): Promise<void> {
    for (const key of this.#keys) {
      const { status, actions } = await callApi(this.#stage.apiUrl, key.secretToken);
      this.#stage.narrator.detail(`${status} for ${key.name}${actions.length > 0 ? `: ${actions.join(", ")}` : ""}`);
      expect(status === wanted(key), `${wanted(key)} for ${key.name}`);
    }
  }

  #expectOnly(changes: Changes, ...operations: string[]): void {
    const found = Object.keys(changes.counts).filter((operation) => operation !== "same");
    const wanted = operations.length === 0 ? "no changes" : `only ${operations.join(" and ")}`;
    expect(found.sort().join() === operations.sort().join(), `${wanted}, not ${changes.summary}`);
  }

  /** What `pulumi-tesseral review` says of a preview. */
  #review({ log, summary }: Changes): string {
    const review = reviewOf(readPreview(log), { horizon: "P30D", now: Date.now() });
    expect(review.totals.noticing === 1, "one customer who will notice");
    for (const line of terminalReview({ version: reviewVersion, stacks: [review] }, { color: false })
      .trimEnd()
      .split("\n")) {
      this.#stage.narrator.detail(line);
    }
    return summary;
  }

  #show(changes: Changes): string {
    for (const line of changes.lines) {
      this.#stage.narrator.detail(line);
    }
    return changes.summary;
  }
}

function expect(truth: boolean, wanted: string): void {
  if (!truth) {
    throw new CodedError("TSL-DEMO", `the demo expected ${wanted}`);
  }
}

function isWrite({ method, path }: { method: string; path: string }): boolean {
  return method !== "GET" && path !== "/v1/api-keys/authenticate";
}
