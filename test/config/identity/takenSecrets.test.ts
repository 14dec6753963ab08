// Proves which keys may not be delivered under the name that they would get, since another key's secret has it. What AWS says of it, and that a secret keeps its
// name: test/components/delivery.
import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { customerType } from "../../../components/customerType";
import { type DeclaredDelivery, type DeployedSecret, takenSecretProblems } from "../../../config/identity/takenSecrets";
import { matchCustomers } from "../../../library";

const delivery = (customer: string, earlier: string[] = [], settings = {}): DeclaredDelivery => ({
  named: { project: "shop", stack: "prod", customer, key: "ci" },
  settings,
  earlier,
});
const secret = (resource: string, customer: string, region?: string): DeployedSecret => ({
  resource,
  name: `shop/prod/${customer}/ci`,
  ...(region !== undefined && { region }),
});
const said = (declared: DeclaredDelivery[], deployed: DeployedSecret[], region?: string) =>
  takenSecretProblems(declared, deployed, region).map(({ path, message }) => `${path.join(".")}: ${message}`);

it("refuses the entry that has taken the old name of a renamed one, whose secret keeps its name", () => {
  const refusal =
    'acme.apiKeys.ci: would be delivered into a new secret "shop/prod/acme/ci", but the stack has one of that name, for corp-ci: a secret keeps ' +
    "its name when its entry is renamed. Declare deliverTo.awsSecretsManager.name for this key, with another name";
  expect(said([delivery("corp"), delivery("acme")], [secret("corp-ci", "acme")])).toEqual([refusal]);
  // In the update that renames it, too: the state still calls the secret's resource by the old name.
  expect(said([delivery("corp", ["acme-ci"]), delivery("acme")], [secret("acme-ci", "acme")])).toEqual([
    refusal.replace("corp-ci", "acme-ci"),
  ]);
});

it("lets through what has a secret already, a name of its own, or another region", () => {
  const corp = secret("corp-ci", "acme", "eu-west-1");
  expect(said([delivery("acme")], [secret("acme-ci", "acme")])).toEqual([]);
  expect(said([delivery("corp", ["acme-ci"])], [secret("acme-ci", "acme")])).toEqual([]);
  expect(said([delivery("acme")], [])).toEqual([]);
  expect(said([delivery("acme", [], { name: "acme/{key}" })], [corp])).toEqual([]);
  expect(said([delivery("acme", [], { region: "us-east-1" })], [corp], "eu-west-1")).toEqual([]);
  expect(said([delivery("acme")], [corp], "us-east-1")).toEqual([]);
  expect(said([delivery("acme")], [corp], "eu-west-1")).toHaveLength(1);
});

it("reads in the state which secrets there are", async () => {
  const urn = (type: string, name: string) => `urn:pulumi:prod::shop::${customerType}$${type}::${name}`;
  const organization = "pulumi-nodejs:dynamic/tesseral:Organization";
  const outputs = {
    [urn(organization, "corp")]: { outputs: { displayName: "Corp" } },
    [urn("aws:secretsmanager/secret:Secret", "corp-ci")]: {
      outputs: { name: "shop/prod/acme/ci", region: "eu-west-1" },
    },
  };
  const answer = { newResource: () => ({ id: "", state: {} }), call: () => ({ outputs }) };
  await pulumi.runtime.setMocks(answer, "shop", "prod", false, "organization");
  const entry = (displayName: string) => ({
    displayName,
    apiKeys: { ci: {} },
    deliverTo: { awsSecretsManager: { region: "eu-west-1" } },
  });
  await expect(matchCustomers({ corp: entry("Corp"), acme: entry("Acme") })).rejects.toThrow(
    'acme.apiKeys.ci: would be delivered into a new secret "shop/prod/acme/ci", but the stack has one of that name, for corp-ci',
  );
});
