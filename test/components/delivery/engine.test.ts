// Proves on the real engine what becomes of delivered secrets over the life of a key: quiet previews, new versions, renames, removals, and
// no token in plain text anywhere. Tesseral is the emulator and the AWS plugin a stand-in that echoes: what AWS does with it is not shown.
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CustomerApiKeyArgs, CustomerArgs } from "../../../components/customerArgs";
import type { SecretsManagerDelivery } from "../../../components/delivery/deliverTo";
import type { Outcome } from "../../engine/stack";
import { failureOf, stepsOf, type TesseralStack } from "../../engine/tesseralStack";
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
      acme: {
        displayName: "Acme",
        protect: false,
        deliverTo: { awsSecretsManager: {} },
        ...args,
        apiKeys: { ci: key },
      },
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
    expect(stepsOf(preview)).toEqual(steps);
    const up = await tesseral.stack.up();
    expect(stepsOf(up)).toEqual(steps);
    handedOut.push(await token());
    expect(await delivered()).toMatchObject({ secretToken: handedOut[1], previousSecretToken: handedOut[0] });
    await tesseral.stack.preview(undefined, { expectNoChanges: true });
  });

  it("holds the current token alone once the one before has ended", async () => {
    ahead = 37 * day + 120_000;
    await tesseral.stack.up();
    expect(await delivered()).not.toHaveProperty("previousSecretToken");
    expect(await delivered()).toHaveProperty("secretToken", handedOut[1]);
  });

  it("is not written anew for a change that its value does not show", async () => {
    // The preview does not know that: Pulumi takes the outputs of what is updated for unknown.
    const named = { ...rotating, displayName: "Pipeline" };
    expect(stepsOf(await tesseral.stack.preview(acme(named)))).toEqual([
      "update acme-ci: displayName",
      "create-replacement acme-ci",
      "replace acme-ci",
      "delete-replaced acme-ci",
    ]);
    expect(stepsOf(await tesseral.stack.up(acme(named)))).toEqual(["update acme-ci: displayName"]);
  });

  it("stays delivered while the customer is suspended, and while it leaves", async () => {
    const before = await delivered();
    expect(stepsOf(await tesseral.stack.up(acme(rotating, { apiAccess: "suspended" })))).toEqual([
      "update acme: apiKeysEnabled",
      "update acme-ci: displayName, suspended",
    ]);
    expect(await delivered()).toEqual(before);
    await tesseral.stack.up(acme(rotating, { apiAccess: "offboarding" }));
    expect(await delivered()).toEqual(before);
    await tesseral.stack.up(acme(rotating));
  });

  it("keeps the name of its secret when its customer, it itself or the template is renamed", async () => {
    tesseral.requests();
    const renamed = customers(
      {
        "acme-corp": {
          displayName: "Acme",
          protect: false,
          deliverTo: { awsSecretsManager: { name: "keys/{customer}/{key}" } },
          apiKeys: { live: { ...rotating, renamedFrom: "ci" } },
        },
      },
      { "acme-corp": "acme" },
    );
    expect(stepsOf(await tesseral.stack.preview(renamed))).toEqual([]);
    await tesseral.stack.up(renamed);
    expect(tesseral.writes()).toEqual([]);
    expect(secretNames()).toEqual(["tesseral/test/acme/ci"]);
    const back = customers(
      {
        acme: {
          displayName: "Acme",
          protect: false,
          deliverTo: { awsSecretsManager: {} },
          apiKeys: { ci: { ...rotating, renamedFrom: "live", displayName: "ci" } },
        },
      },
      { acme: "acme-corp" },
    );
    await tesseral.stack.up(back);
    expect(secretNames()).toEqual(["tesseral/test/acme/ci"]);
  });

  it("is shared and shared no more, without a change of the secret's value", async () => {
    const secured = { awsSecretsManager: { kmsKeyId } };
    const shared = { awsSecretsManager: { kmsKeyId, sharedWith: ["210987654321"], tags: { team: "api" } } };
    await tesseral.stack.up(acme(rotating, { deliverTo: secured }));
    const up = await tesseral.stack.up(acme(rotating, { deliverTo: shared }));
    expect(typesOf(up)).toEqual(["update Secret", "create SecretPolicy"]);
    const alone = await tesseral.stack.up(acme(rotating, { deliverTo: secured }));
    expect(typesOf(alone)).toEqual(["update Secret", "delete SecretPolicy"]);
  });

  it("ceases to be delivered without a request to Tesseral that changes anything", async () => {
    tesseral.requests();
    const off = await tesseral.stack.up(acme({ ...rotating, deliverTo: "none" }));
    expect(typesOf(off)).toEqual(["delete SecretVersion", "delete Secret"]);
    expect(tesseral.writes()).toEqual([]);
    expect(await token()).toBe(handedOut[1]);
    expect(await tesseral.authenticate(handedOut[1] ?? "")).toEqual([]);
  });

  it("was seen nowhere in plain text, nor was the one before", async () => {
    const said = tesseral.stack.everythingSaid();
    expect([...tesseral.secrets(), ...handedOut].filter((secret) => said.includes(secret))).toEqual([]);
  });

  function secretNames(): unknown[] {
    return tesseral.stack
      .resources()
      .filter(({ type }) => type === "aws:secretsmanager/secret:Secret")
      .map(({ outputs }) => (outputs as { name?: unknown }).name);
  }
});

describe("a customer that goes", () => {
  const acme = (args: Partial<CustomerArgs>) =>
    customers({
      acme: {
        displayName: "Acme",
        protect: false,
        deliverTo: { awsSecretsManager: {} },
        apiKeys: { ci: {} },
        ...args,
      },
    });

  it("takes its secrets with it, which AWS keeps for the recovery window", async () => {
    const tesseral = await openDeliveredStack(acme({}));
    try {
      await tesseral.stack.up();
      const gone = await tesseral.stack.up(customers({}));
      expect(typesOf(gone)).toContain("delete Secret");
      expect(gone.printed).not.toContain("Secret  acme-ci  deleted [retain]");
      expect(tesseral.counts()).toMatchObject({ organizations: 0, apiKeys: 0 });
    } finally {
      await tesseral.close();
    }
  });

  it("leaves its secrets where they are when it is released", async () => {
    const tesseral = await openDeliveredStack(acme({ onRemoval: "release" }));
    try {
      await tesseral.stack.up();
      tesseral.requests();
      const gone = await tesseral.stack.up(customers({}));
      expect(typesOf(gone)).toContain("delete Secret");
      expect(gone.printed).toMatch(/aws:secretsmanager:Secret +acme-ci +deleted .*\[retain\]/);
      expect(tesseral.writes()).toEqual([]);
      expect(tesseral.counts()).toMatchObject({ organizations: 1, apiKeys: 1 });
    } finally {
      await tesseral.close();
    }
  });
});

describe("refuses in the preview, in the component's own words", () => {
  const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
  const acme = (settings: SecretsManagerDelivery) =>
    customers({ acme: { displayName: "Acme", apiKeys: { ci: {} }, deliverTo: { awsSecretsManager: settings } } });

  it("who is known only when the program runs", async () => {
    const tesseral = await openDeliveredStack(acme({}));
    try {
      const { message } = await failureOf(tesseral.stack.preview(acme({ kmsKeyId, sharedWith: [later("*")] })));
      expect(message).toContain(
        `Customer "acme": apiKeys.ci.deliverTo.awsSecretsManager.sharedWith: must name the customer's AWS account`,
      );
      expect(tesseral.writes()).toEqual([]);
    } finally {
      await tesseral.close();
    }
  });

  it("a token that the stack does not know, which would take the one before from its readers", async () => {
    const tesseral = await openDeliveredStack(acme({}));
    try {
      await tesseral.stack.up();
      const state = await tesseral.stack.automation.exportStack();
      for (const { type, outputs } of state.deployment.resources) {
        if (type.endsWith(":ManagedApiKey")) {
          delete outputs.secretToken;
        }
      }
      await tesseral.stack.automation.importStack(state);
      const { message } = await failureOf(tesseral.stack.preview());
      expect(message).toContain(
        'Customer "acme": apiKeys.ci: its token is not in the stack, so it cannot be delivered',
      );
    } finally {
      await tesseral.close();
    }
  });
});

/** The steps on AWS's resources. */
function typesOf({ steps }: Outcome): string[] {
  return steps.filter(({ type }) => type.startsWith("Secret")).map(({ op, type }) => `${op} ${type}`);
}
