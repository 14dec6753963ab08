// What somebody does in the console to a customer of the stack while a refresh reads it.
import type { Emulator } from "../../emulator";
import type { ModelEngine } from "./modelEngine";
import type { Bystanders } from "./tenant";

type Change = (emulator: Emulator, ids: { organization: string; role: string; key: string }) => void;

const changes = {
  "rename the organization": ({ console }, { organization }) => console.renameOrganization(organization, "Drifted"),
  "turn its API keys off": ({ console }, { organization }) =>
    console.updateOrganization(organization, { apiKeysEnabled: false }),
  "delete the organization": ({ console }, { organization }) => console.deleteOrganization(organization),
  "rename a key": ({ console }, { key }) => console.renameApiKey(key, "drifted"),
  "revoke a key": ({ console }, { key }) => console.revokeApiKey(key),
  "delete a key": ({ console }, { key }) => console.deleteApiKey(key),
  "change a role": ({ console }, { role }) => console.updateRole(role, { actions: ["widgets.delete"] }),
  "delete a role": ({ console }, { role }) => console.deleteRole(role),
} as const satisfies Record<string, Change>;

export type DriftKind = keyof typeof changes;
export const driftKinds = Object.keys(changes) as DriftKind[];

/** After which request of the operation what is done. */
export interface PlannedDrift {
  kind: DriftKind;
  skip: number;
}

/** Whether tokens end by it: then nobody else has cut them off. */
export const endsTokens = ({ kind }: PlannedDrift): boolean => /^(delete|revoke) (the organization|a key)$/.test(kind);

/** Whether something is made anew because of it. */
export const deletes = ({ kind }: PlannedDrift): boolean => kind.startsWith("delete");

/** Does it when its time comes, to the first customer of the state that is not let go; the answer does it at the latest. */
export function drift(
  emulator: Emulator,
  engine: ModelEngine,
  bystanders: Bystanders,
  { kind, skip }: PlannedDrift,
): () => void {
  const before = emulator.requests.length;
  const stored = [...engine.state.values()];
  const key = stored.find((one) => one.kind === "managedApiKey" && !bystanders.has(String(one.inputs.organizationId)));
  const organization = String(key?.inputs.organizationId ?? "");
  const role = stored.find((one) => one.kind === "role" && one.inputs.organizationId === organization);
  let isDone = key === undefined || (role === undefined && / role$/.test(kind));
  const act = () => {
    if (!isDone) {
      isDone = true;
      const change: Change = changes[kind];
      change(emulator, { organization, role: role?.id ?? "", key: String(key?.outputs.apiKeyId ?? "") });
    }
  };
  const watch = () => {
    if (emulator.requests.length - before > skip) {
      act();
    }
    return isDone;
  };
  // It is fine if there are not so many requests.
  emulator.waitFor(watch, 60_000).catch(() => {});
  return act;
}
