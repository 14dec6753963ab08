import { effectForm, effectNames, effectProblem, type Fault } from "../faults";
import { loginFields } from "../records/loginMethods";
import { type Shape, shapeProblem } from "./jsonShape";
import type { Seed } from "./seed";

const logins = Object.fromEntries(loginFields.map((field): [string, Shape] => [field, "flag"]));

const role: Shape = {
  fields: { id: "text", displayName: "text", description: "text", actions: "texts" },
  required: ["displayName"],
};

const apiKey: Shape = {
  fields: {
    id: "text",
    name: "text",
    displayName: "text",
    secretToken: "text",
    expireTime: "text",
    revoked: "flag",
    roles: "texts",
  },
};

const organization: Shape = {
  fields: {
    id: "text",
    name: "text",
    displayName: "text",
    ...logins,
    requireMfa: "flag",
    scimEnabled: "flag",
    customRolesEnabled: "flag",
    apiKeysEnabled: "flag",
    domains: "texts",
    googleHostedDomains: "texts",
    microsoftTenantIds: "texts",
    roles: { list: role },
    apiKeys: { list: apiKey },
  },
};

const project: Shape = {
  fields: {
    name: "text",
    id: "text",
    publishableKey: "text",
    displayName: "text",
    ...logins,
    vaultDomain: "text",
    vaultDomainCustom: "flag",
    trustedDomains: "texts",
    cookieDomain: "text",
    emailSendFromDomain: "text",
    apiKeysEnabled: "flag",
    apiKeySecretTokenPrefix: "text",
    auditLogsEnabled: "flag",
    entitledBackendApiKeys: "flag",
    actions: "texts",
    webhooks: { oneOf: ["none", "working", "broken"] },
    email: { oneOf: ["working", "broken"] },
    emailDailyQuota: "count",
    console: "flag",
    backendApiKeys: {
      list: { fields: { name: "text", secretToken: "text", revoked: "flag" }, required: ["name"] },
    },
    roles: { list: role },
    organizations: { list: organization },
  },
  required: ["name"],
};

const seed: Shape = { fields: { projects: { list: project } }, required: ["projects"] };

const fault: Shape = {
  fields: {
    method: "text",
    path: "text",
    times: { either: ["count", { oneOf: ["always"] }], called: 'a whole number or "always"' },
    skip: "count",
    when: { oneOf: ["before", "after"] },
    do: {
      either: [
        { oneOf: effectNames },
        { fields: { status: "count", body: "anything", headers: { mapOf: "text" } }, required: ["status"] },
      ],
      called: effectForm,
    },
    durationMs: "count",
  },
  required: ["do"],
};

/** A seed that was read from a JSON file. Throws Error that says where it is wrong. */
export function seedFromJson(value: unknown): Seed {
  check(value, seed, "seed");
  return value as Seed;
}

/** One fault or a list of them that was read from a JSON file. Throws Error that says where it is wrong. */
export function faultsFromJson(value: unknown): Fault[] {
  const list = Array.isArray(value) ? value : [value];
  check(list, { list: fault }, "faults");
  const faults = list as Fault[];
  faults.forEach(({ do: effect }, index) => {
    const problem = effectProblem(effect);
    if (problem !== undefined) {
      throw new Error(`faults[${index}].do${problem}`);
    }
  });
  return faults;
}

function check(value: unknown, shape: Shape, where: string): void {
  const problem = shapeProblem(value, shape, where);
  if (problem !== undefined) {
    throw new Error(problem);
  }
}
