// In what the tenant and the stack's state differ from what is declared of a customer, by the emulator's own records.
import type { Emulator } from "../../../emulator";
import { idsOf } from "../../../providers/stackState";
import type { ModelEngine } from "../modelEngine";
import type { Bystanders } from "../tenant";
import type { Entry } from "./life";

export function lifeProblems(
  { store }: Emulator,
  engine: ModelEngine,
  entry: Entry | undefined,
  bystanders: Bystanders,
  /** The keys that somebody has revoked or deleted: one is in the state until there is a new one, which there cannot be while the customer is suspended. */
  ended: ReadonlySet<string>,
): string[] {
  const problems = bystanders.problems();
  const known = new Set(engine.known.flatMap(idsOf));
  for (const [kind, records] of [
    ["organization", store.organizations],
    ["role", store.roles],
    ["API key", store.apiKeys],
  ] as const) {
    for (const { id, displayName } of records.values()) {
      if (!known.has(id) && !bystanders.has(id)) {
        problems.push(`orphan: ${kind} ${id} (${displayName}) is not in the state`);
      }
    }
  }
  if (entry === undefined) {
    return [...problems, ...[...engine.state.keys()].map((name) => `orphan: the state still holds ${name}`)];
  }
  const organization = store.organizations.get(engine.state.get(entry.name)?.id ?? "");
  if (organization?.apiKeysEnabled !== !entry.customer.suspended) {
    problems.push(`not as declared: the organization is ${JSON.stringify(organization?.apiKeysEnabled)}`);
  }
  for (const [name, { roles }] of Object.entries(entry.customer.keys)) {
    const { outputs = {} } = engine.state.get(`${entry.name}-${name}`) ?? {};
    const slots = [
      [outputs.apiKeyId, outputs.secretToken],
      ...(outputs.previousApiKeyId === undefined ? [] : [[outputs.previousApiKeyId, outputs.previousSecretToken]]),
    ];
    for (const [id, token] of slots) {
      const key = store.apiKeys.get(String(id));
      const waits = entry.customer.suspended && id === outputs.apiKeyId && ended.has(String(id));
      if (key === undefined && waits) {
        continue;
      }
      if (key === undefined || (key.revoked && !waits)) {
        problems.push(`lost: a key of ${name} ${key === undefined ? "does not exist" : "is revoked"}`);
        continue;
      }
      if (key.secretToken !== token) {
        problems.push(`lost token: the state does not hold that of ${name}`);
      }
      if (key.displayName !== (entry.shown[name] ?? name)) {
        problems.push(`not as declared: ${name} is called ${key.displayName}`);
      }
      const assigned = [...store.apiKeyRoleAssignments.values()].filter(({ apiKeyId }) => apiKeyId === key.id);
      const wanted = roles.map((role) => engine.state.get(`${entry.name}-${role}`)?.id);
      if (assigned.map(({ roleId }) => roleId).join() !== wanted.join()) {
        problems.push(`not as declared: the roles of ${name}`);
      }
    }
  }
  return problems;
}
