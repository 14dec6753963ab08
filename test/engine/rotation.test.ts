// Proves on the real engine what people see of a rotation: previews, outputs, a state that keeps no token in plain text, and no change on
// other days. The clock is the emulator's, which the provider follows. Every other turn of a key's life: test/providers/rotatedApiKey.test.ts.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Customer } from "../../components/customer";
import type { CustomerApiKeyArgs } from "../../library";
import { failureOf, foundBy, openTesseralStack, stepsOf, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const day = 24 * 3_600_000;

describe("a customer with a key", () => {
  let tesseral: TesseralStack;
  /** Milliseconds by which Tesseral's clock is ahead of ours. */
  let ahead = 0;

  const customer =
    (key: CustomerApiKeyArgs, args: { apiAccess?: "suspended"; protect?: boolean } = {}) =>
    async () => {
      const acme = new Customer("acme", { displayName: "Acme", apiKeys: { ci: key }, protect: false, ...args });
      return { tokens: acme.secretTokens };
    };
  const rotating = { rotateEvery: "P30D", overlap: "P7D" };
  const token = async (): Promise<string> => (await tesseral.stack.automation.outputs()).tokens?.value.ci;
  const handedOut: string[] = [];

  beforeAll(async () => {
    tesseral = await openTesseralStack(customer({}), { emulator: { now: () => new Date(Date.now() + ahead) } });
    await tesseral.stack.up();
    handedOut.push(await token());
  });

  afterAll(() => tesseral.close());

  it("shows no difference the second time", async () => {
    expect((await tesseral.stack.preview()).changes).toEqual({ same: 4 });
  });

  it("comes to be rotated without a new token", async () => {
    const steps = ["update acme-ci: overlap, rotateAt, rotateEvery"];
    expect(stepsOf(await tesseral.stack.preview(customer(rotating)))).toEqual(steps);
    tesseral.requests();
    expect(stepsOf(await tesseral.stack.up(customer(rotating)))).toEqual(steps);
    expect(tesseral.writes()).toEqual([]);
    expect(await token()).toBe(handedOut[0]);
  });

  it("is not touched on days on which nothing is due", async () => {
    ahead = 29 * day;
    await tesseral.stack.preview(undefined, { expectNoChanges: true });
  });

  it("is rotated on the day, as the preview says, and its token before goes on working", async () => {
    ahead = 30 * day + 60_000;
    const steps = ["update acme-ci: generation, retireAfter, rotateAt, rotatedAt"];
    const preview = await tesseral.stack.preview(undefined, { diff: true });
    expect(stepsOf(preview)).toEqual(steps);
    expect(preview.printed).toMatch(/~ generation *: 1 => 2/);
    expect(stepsOf(await tesseral.stack.up())).toEqual(steps);
    handedOut.push(await token());
    expect(new Set(handedOut).size).toBe(2);
    for (const one of handedOut) {
      expect(await tesseral.authenticate(one)).toEqual([]);
    }
    expect((await tesseral.stack.refresh()).changes).toEqual({ same: 4 });
    await tesseral.stack.preview(undefined, { expectNoChanges: true });
  });

  it("is refused another rotation meanwhile", async () => {
    const { message } = await failureOf(tesseral.stack.preview(customer({ ...rotating, rotate: "leak" })));
    expect(message).toMatch(
      /resource 'acme-ci' has a problem: it is to be rotated although the previous token works until \S+Z: a key has no more than two\. Wait until then, or declare overlap: PT0S/,
    );
  });

  it("loses the token before after the overlap, and no other", async () => {
    ahead = 37 * day + 120_000;
    const steps = ["update acme-ci: retireAfter, retiredGeneration"];
    expect(stepsOf(await tesseral.stack.preview(customer(rotating)))).toEqual(steps);
    expect(stepsOf(await tesseral.stack.up())).toEqual(steps);
    expect(await tesseral.authenticate(handedOut[0] ?? "")).toContain("invalid_api_key_secret_token");
    expect(await tesseral.authenticate(handedOut[1] ?? "")).toEqual([]);
    await tesseral.stack.preview(undefined, { expectNoChanges: true });
  });

  it("that leaked gets another token at once", async () => {
    await tesseral.stack.up(customer({ ...rotating, overlap: "PT0S", rotate: "leak" }));
    handedOut.push(await token());
    expect(await tesseral.authenticate(handedOut[1] ?? "")).toContain("invalid_api_key_secret_token");
    expect(await tesseral.authenticate(handedOut[2] ?? "")).toEqual([]);
    expect(tesseral.counts().apiKeys).toBe(1);
  });

  it("that somebody revoked is found by a refresh, and made anew by the next update in the same resource", async () => {
    tesseral.emulator.console.revokeApiKey(tesseral.apiKey("ci").id);
    expect(foundBy(await tesseral.stack.refresh())).toEqual(["update acme-ci: status"]);
    const life = customer({ ...rotating, rotate: "leak" });
    expect(stepsOf(await tesseral.stack.up(life))).toEqual([
      "update acme-ci: generation, overlap, retiredGeneration, rotateAt, rotatedAt, status",
    ]);
    handedOut.push(await token());
    expect(await tesseral.authenticate(handedOut[3] ?? "")).toEqual([]);
    expect(tesseral.counts().apiKeys).toBe(1);
  });

  it("is not rotated while the customer is suspended, and is when it is enabled again", async () => {
    ahead = 100 * day;
    const suspended = customer({ ...rotating, rotate: "leak" }, { apiAccess: "suspended" });
    expect(stepsOf(await tesseral.stack.up(suspended))).toEqual([
      "update acme: apiKeysEnabled",
      "update acme-ci: suspended",
    ]);
    expect(await token()).toBe(handedOut[3]);
    const steps = await tesseral.stack.up(customer({ ...rotating, rotate: "leak" }));
    expect(stepsOf(steps)).toEqual([
      "update acme: apiKeysEnabled",
      "update acme-ci: generation, retireAfter, rotateAt, rotatedAt, suspended",
    ]);
    handedOut.push(await token());
    expect(await tesseral.authenticate(handedOut[3] ?? "")).toEqual([]);
    expect(await tesseral.authenticate(handedOut[4] ?? "")).toEqual([]);
  });

  it("becomes static again without a new token, goes with its customer, and no token was seen anywhere", async () => {
    await tesseral.stack.up(customer({}));
    expect(await token()).toBe(handedOut[4]);
    expect(tesseral.counts().apiKeys).toBe(2);
    const secrets = tesseral.secrets();
    expect(secrets).toEqual(expect.arrayContaining(handedOut.slice(3)));
    await tesseral.stack.destroy();
    expect(tesseral.counts()).toMatchObject({ organizations: 0, apiKeys: 0 });
    const said = tesseral.stack.everythingSaid();
    expect([...secrets, ...handedOut].filter((secret) => said.includes(secret))).toEqual([]);
  });
});
