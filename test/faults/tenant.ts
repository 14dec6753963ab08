// What is declared in a run of the fault harness, and the invariants that must hold of the tenant after it.
import type { ApiKey, Emulator, Organization, Role } from "../../emulator";
import type { Bag } from "../../providers/lifecycle";
import { idsOf } from "../../providers/stackState";
import type { ModelEngine } from "./modelEngine";
import type { Declared, Program } from "./program";

/** A customer as the harness declares it. */
export interface DeclaredCustomer {
  displayName: string;
  suspended: boolean;
  domains: string[] | undefined;
  logInWithEmail: boolean | undefined;
  roles: Record<string, string[]>;
  keys: Record<string, DeclaredKey>;
  /** What the customer, its roles and its keys were called before; a rename is not seen in Tesseral. */
  renamedFrom?: string;
  rolesRenamedFrom?: Record<string, string>;
  keysRenamedFrom?: Record<string, string>;
  /** The organization that it takes over. */
  adopt?: string;
  onRemoval?: "release";
}

export interface DeclaredKey {
  roles: string[];
  expireTime?: string;
  rotateEvery?: string;
  overlap?: string;
  rotate?: string;
  expireAfter?: string;
  /** As its customer is. */
  suspended?: boolean;
}

export type Customers = Record<string, DeclaredCustomer>;

/** The stack as marked names know it. */
export const owner = "organization/tesseral/test";

/** The resources that `Customer` would register; `allowDuplicateName` as a person sets it when told to. */
export function programOf(customers: Customers, allowDuplicateName = false): Program {
  const program = new Map<string, Declared>();
  for (const [name, customer] of Object.entries(customers)) {
    const entries = [name, customer.renamedFrom ?? []].flat();
    const declare = (kind: Declared["kind"], names: readonly string[], inputs: Bag) => {
      const [own = name, ...aliases] = entries.flatMap((entry) =>
        names.length === 0 ? [entry] : names.map((each) => `${entry}-${each}`),
      );
      const within = kind === "organization" ? {} : { organizationId: { ref: name } };
      program.set(own, {
        kind,
        inputs: { ...within, ...inputs, managedBy: `${owner}/${own}` },
        aliases,
        ...(kind !== "organization" && { deletedWith: name }),
      });
    };
    declare("organization", [], {
      displayName: customer.displayName,
      apiKeysEnabled: !customer.suspended,
      domains: customer.domains,
      logInWithEmail: customer.logInWithEmail,
      allowDuplicateName,
      ...(customer.adopt !== undefined && { adopt: customer.adopt }),
      ...(customer.onRemoval !== undefined && { onRemoval: customer.onRemoval }),
    });
    for (const [role, actions] of Object.entries(customer.roles)) {
      const names = [role, customer.rolesRenamedFrom?.[role] ?? []].flat();
      declare("role", names, { displayName: names.at(-1), actions });
    }
    for (const [key, { roles, ...life }] of Object.entries(customer.keys)) {
      const names = [key, customer.keysRenamedFrom?.[key] ?? []].flat();
      const refs = roles.map((role) => ({ ref: `${name}-${role}` }));
      declare("managedApiKey", names, { displayName: names.at(-1), ...life, roles: refs });
    }
  }
  return program;
}

/** A record as a text; its times are big integers. */
function snapshot(record: object): string {
  return JSON.stringify(record, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Objects that the stack does not manage, as they were before the run. */
export class Bystanders {
  readonly #organizations = new Map<string, string>();
  readonly #keys = new Map<string, { text: string; organizationId: string }>();
  readonly #roles = new Map<string, { text: string; organizationId: string | undefined }>();

  readonly #emulator: Emulator;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  addOrganization(organization: Organization): void {
    this.#organizations.set(organization.id, snapshot(organization));
  }

  addKey(key: ApiKey): void {
    this.#keys.set(key.id, { text: snapshot(key), organizationId: key.organizationId });
  }

  addRole(role: Role): void {
    this.#roles.set(role.id, { text: snapshot(role), organizationId: role.organizationId });
  }

  has(id: string): boolean {
    return this.#organizations.has(id) || this.#keys.has(id) || this.#roles.has(id);
  }

  /** What is not as it was. What went with an organization of the stack is no harm. */
  problems(): string[] {
    const { store } = this.#emulator;
    const problems: string[] = [];
    const compare = (id: string, before: string, now: object | undefined) => {
      if (now === undefined) {
        problems.push(`touched bystander: ${id} is gone`);
      } else if (snapshot(now) !== before) {
        problems.push(`touched bystander: ${id} is changed`);
      }
    };
    for (const [id, text] of this.#organizations) {
      compare(id, text, store.organizations.get(id));
    }
    for (const [id, { text, organizationId }] of this.#keys) {
      if (store.organizations.has(organizationId)) {
        compare(id, text, store.apiKeys.get(id));
      }
    }
    for (const [id, { text, organizationId }] of this.#roles) {
      if (organizationId === undefined || store.organizations.has(organizationId)) {
        compare(id, text, store.roles.get(id));
      }
    }
    return problems;
  }
}

/** Everything in which the tenant and the stack's state differ from what is declared, by the emulator's own records. */
export function problemsOf(
  emulator: Emulator,
  engine: ModelEngine,
  customers: Customers,
  bystanders: Bystanders,
): string[] {
  const { store } = emulator;
  const problems = bystanders.problems();
  const known = new Set(engine.known.flatMap(idsOf));
  const declaredNames = namesOf(customers);
  const seen = (what: string, id: string, name: string) => {
    if (known.has(id) || bystanders.has(id)) {
      return;
    }
    const kind = declaredNames.has(plainName(name)) ? "duplicate" : "orphan";
    problems.push(`${kind}: ${what} ${id} (${name}) is not in the state`);
  };
  for (const one of store.organizations.values()) {
    seen("organization", one.id, one.displayName);
  }
  for (const one of store.apiKeys.values()) {
    seen(one.revoked ? "revoked API key" : "API key", one.id, one.displayName);
  }
  for (const one of store.roles.values()) {
    seen("role", one.id, one.displayName);
  }

  for (const [name, customer] of Object.entries(customers)) {
    const id = engine.state.get(name)?.id ?? "";
    const remote = store.organizations.get(id);
    if (remote === undefined) {
      problems.push(`lost: organization of ${name} does not exist`);
      continue;
    }
    differs(problems, name, "displayName", remote.displayName, customer.displayName);
    differs(problems, name, "apiKeysEnabled", remote.apiKeysEnabled, !customer.suspended);
    if (customer.logInWithEmail !== undefined) {
      differs(problems, name, "logInWithEmail", remote.logInWithEmail, customer.logInWithEmail);
    }
    if (customer.domains !== undefined) {
      differs(problems, name, "domains", [...remote.domains].sort(), [...customer.domains].sort());
    }
    for (const [role, actions] of Object.entries(customer.roles)) {
      const stored = store.roles.get(engine.state.get(`${name}-${role}`)?.id ?? "");
      if (stored === undefined) {
        problems.push(`lost: role ${name}-${role} does not exist`);
      } else {
        differs(
          problems,
          `${name}-${role}`,
          "displayName",
          stored.displayName,
          customer.rolesRenamedFrom?.[role] ?? role,
        );
        differs(problems, `${name}-${role}`, "actions", [...stored.actions].sort(), [...actions].sort());
      }
    }
    for (const [key, { roles, expireTime }] of Object.entries(customer.keys)) {
      const state = engine.state.get(`${name}-${key}`);
      const stored = store.apiKeys.get(String(state?.outputs.apiKeyId ?? ""));
      if (stored === undefined || stored.revoked) {
        problems.push(`lost: API key ${name}-${key} ${stored === undefined ? "does not exist" : "is revoked"}`);
        continue;
      }
      differs(problems, `${name}-${key}`, "displayName", stored.displayName, customer.keysRenamedFrom?.[key] ?? key);
      differs(problems, `${name}-${key}`, "organizationId", stored.organizationId, id);
      differs(problems, `${name}-${key}`, "expires", stored.expireTime !== undefined, expireTime !== undefined);
      if (state?.outputs.secretToken !== stored.secretToken) {
        problems.push(`lost token: the state does not hold the secret token of ${name}-${key}`);
      }
      const assigned = [...store.apiKeyRoleAssignments.values()]
        .filter(({ apiKeyId }) => apiKeyId === stored.id)
        .map(({ roleId }) => roleId);
      differs(
        problems,
        `${name}-${key}`,
        "roles",
        assigned.sort(),
        roles.map((role) => engine.state.get(`${name}-${role}`)?.id).sort(),
      );
    }
  }
  const resources = programOf(customers);
  for (const name of engine.state.keys()) {
    if (!resources.has(name)) {
      problems.push(`orphan: the state still holds ${name}`);
    }
  }
  return problems;
}

/** Every display name that is declared. */
function namesOf(customers: Customers): Set<string> {
  const names = Object.values(customers).flatMap(({ displayName, roles, keys }) => [
    displayName,
    ...Object.keys(roles),
    ...Object.keys(keys),
  ]);
  return new Set(names);
}

/** A display name without the mark that it bears while the object is being created. */
export function plainName(displayName: string): string {
  return displayName.replace(/ \(being created, [0-9a-f]+\)$/, "");
}

/** The tokens that a stack has handed out, by resource. */
export function handedOut(engine: ModelEngine): Map<string, unknown> {
  return new Map(
    [...engine.state].flatMap(([name, { kind, outputs }]) =>
      kind === "managedApiKey" ? [[name, outputs.secretToken] as const] : [],
    ),
  );
}

/** Tokens that ended although they were to go on working, and the other way round. */
export function cutOffs(
  emulator: Emulator,
  tokens: ReadonlyMap<string, unknown>,
  before: Customers,
  after: Customers,
): string[] {
  return Object.entries(after).flatMap(([name, { keys, renamedFrom = name, keysRenamedFrom }]) =>
    Object.entries(keys).flatMap(([key, { expireTime, rotate, overlap }]) => {
      const earlier = keysRenamedFrom?.[key] ?? key;
      const had = before[renamedFrom]?.keys[earlier];
      const token = tokens.get(`${renamedFrom}-${earlier}`);
      if (had === undefined || had.expireTime !== expireTime) {
        return [];
      }
      const ends = rotate !== undefined && rotate !== had.rotate && overlap === "PT0S";
      const works = [...emulator.store.apiKeys.values()].some((one) => one.secretToken === token && !one.revoked);
      if (works === !ends) {
        return [];
      }
      return [
        ends ? `survivor: the leaked token of ${name}-${key} works` : `cut-off: the token of ${name}-${key} has ended`,
      ];
    }),
  );
}

function differs(problems: string[], name: string, what: string, present: unknown, declared: unknown): void {
  if (JSON.stringify(present) !== JSON.stringify(declared)) {
    problems.push(
      `not as declared: ${name} ${what} is ${JSON.stringify(present)}, declared ${JSON.stringify(declared)}`,
    );
  }
}
