// Proves what a preview knows of a customer's tokens while another of its keys is new. Pulumi is mocked: what the engine knows in a preview is the matter of
// test/engine.
import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { Customer } from "../../components/customer";
import { ifKnown } from "../../components/ifKnown";

it("is the token of each key that is there, so that what a program makes of it shows no change", async () => {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({
      id: name === "acme-ci" ? undefined : `${name}-id`,
      state: name === "acme-production" ? { ...inputs, apiKeyId: "api_key_1", secretToken: "acme_sk_1" } : inputs,
    }),
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "project", "stack", true, "organization");
  const { secretTokens } = new Customer("acme", { displayName: "Acme", apiKeys: { production: {}, ci: {} } });
  const { production, ci } = secretTokens as unknown as Record<"production" | "ci", pulumi.Output<string>>;
  expect([await ifKnown(production), await ifKnown(ci)]).toEqual(["acme_sk_1", undefined]);
});
