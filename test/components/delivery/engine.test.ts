// Proves on the real engine what becomes of delivered secrets over the life of a key: quiet previews, new versions, renames, removals, and
// no token in plain text anywhere. Tesseral is the emulator and the AWS plugin a stand-in that echoes: what AWS does with it is not shown.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CustomerApiKeyArgs, CustomerArgs } from "../../../components/customer";
import { stepsOf, type TesseralStack } from "../../engine/tesseralStack";
import { customers, openDeliveredStack } from "./deliveredStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const day = 24 * 3_600_000;
const kmsKeyId = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555";

describe("a delivered key", () => {
  let tesseral: TesseralStack;
  let ahead = 0;
  const rotating: CustomerApiKeyArgs = { rotateEvery: "P30D", overlap: "P7D" };
  const acme = (key: CustomerApiKeyArgs, args: Partial<CustomerArgs> = {}) =>
    customers({
      acme: { displayName: "Acme", protect: false, deliverTo: { awsSecretsManager: {} }, ...args, apiKeys: { ci: key } },
    });
  const token = async (): Promise<string> => (await tesseral.stack.automation.outputs()).acme?.value.secretTokens.ci;
  /** What the secret holds at present. */
  const delivered = async () => {
    const { deployment } = await tesseral.stack.automation.exportStack();
    const version = deployment.resources.find(
      ({ type, delete: old }: { type: string; delete?: boolean }) => type.endsWith(":SecretVersion") && !old,
    );
    return JSON.parse(JSON.parse(version.inputs.secretString.plaintext));
  };
  const handedOut: string[] = [];

  beforeAll(async () => {
    tesseral = await openDeliveredStack(acme(rotating, { deliverTo: "none" }), {
      emulator: { now: () => new Date(Date.now() + ahead) },
    });
    await tesseral.stack.up();
    handedOut.push(await token());
  });

  afterAll(() => tesseral.close());

  it("comes to be delivered without a request to Tesseral that changes anything", async () => {
    tesseral.requests();
    const steps = ["create acme-ci", "create acme-ci"];
    expect(stepsOf(await tesseral.stack.preview(acme(rotating)))).toEqual(steps);
    expect(stepsOf(await tesseral.stack.up(acme(rotating)))).toEqual(steps);
    expect(tesseral.writes()).toEqual([]);
    const key = tesseral.apiKey("ci");
    expect(await delivered()).toEqual({
      secretToken: handedOut[0],
      apiKeyId: key.id,
      organizationId: key.organizationId,
      rotateAt: expect.stringMatching(/^\d{4}-/),
    });
    await tesseral.stack.preview(undefined, { expectNoChanges: true });
  });

  it("is a new version of the secret after a rotation, with both tokens, and the old version stays", async () => {
    ahead = 30 * day + 60_000;
    const steps = [
      "update acme-ci: generation, retireAfter, rotateAt, rotatedAt",
      "create-replacement acme-ci",
      "replace acme-ci",
      "delete-replaced acme-ci",
    ];
    const preview = await tesseral.stack.preview();
    expect(stepsOf(preview).slice(0, 3)).toEqual(steps.slice(0, 3));
    const up = await tesseral.stack.up();
    expect(stepsOf(up)).toEqual(steps);
    handedOut.push(await token());
    expect(await delivered()).toMatchObject({ secretToken: handedOut[1], previousSecretToken: handedOut[0] });
    await tesseral.stack.preview(undefined, { expectNoChanges: true });
  });
});
