// The floor of the benchmark: for the same customers.yaml the same components and dynamic resources as pulumi-tesseral makes, as people write them,
// with a provider that does nothing. No provider can be faster.
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

interface Entry {
  displayName: string;
  roles: Record<string, { actions: string[] }>;
  apiKeys: Record<string, { roles: string[] }>;
}

class Nothing extends pulumi.CustomResource {
  declare readonly secretToken: pulumi.Output<string>;

  constructor(kind: string, name: string, args: Record<string, unknown>, opts: pulumi.CustomResourceOptions) {
    const provider = `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("./nothing.cjs").${kind}`;
    super(`pulumi-nodejs:dynamic/floor:${kind}`, name, { ...args, __provider: provider }, opts);
  }
}

const { customers } = parse(readFileSync("customers.yaml", "utf8")) as { customers: Record<string, Entry> };

const outputs = Object.entries(customers).map(([name, { displayName, roles, apiKeys }]) => {
  const parent = new pulumi.ComponentResource("floor:index:Customer", name);
  const organization = new Nothing("organization", name, { displayName, apiKeysEnabled: true }, { parent });
  const within = { parent, deletedWith: organization };
  const organizationId = organization.id;
  const made = Object.fromEntries(
    Object.entries(roles).map(([role, { actions }]) => {
      const args = { organizationId, displayName: role, actions };
      return [role, new Nothing("role", `${name}-${role}`, args, within)];
    }),
  );
  const keys = Object.entries(apiKeys).map(([key, { roles: given }]) => {
    const args = {
      organizationId,
      displayName: key,
      roles: given.map((role) => made[role]?.id),
      secretToken: undefined,
    };
    const options = { ...within, additionalSecretOutputs: ["secretToken"] };
    return [key, new Nothing("managedApiKey", `${name}-${key}`, args, options)] as const;
  });
  return [
    name,
    {
      organizationId,
      apiKeyIds: Object.fromEntries(keys.map(([key, { id }]) => [key, id])),
      secretTokens: Object.fromEntries(keys.map(([key, { secretToken }]) => [key, secretToken])),
    },
  ] as const;
});

const all = pulumi.secret(Object.fromEntries(outputs));

export { all as customers };
