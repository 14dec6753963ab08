import { generateKeyPairSync } from "node:crypto";
import { parseTimestamp } from "../protojson/timestamp";
import type { Clock } from "../records/clock";
import type { Contents } from "../records/dataFile";
import {
  type IdKind,
  idPrefixes,
  isBackendApiKey,
  isId,
  newBackendApiKey,
  newId,
  newTokenDigits,
  parseSecretToken,
} from "../records/ids";
import { type LoginFlags, loginFlags } from "../records/loginMethods";
import { newApiKey, newOrganization, newRole } from "../records/newRecords";
import { type Organization, type Project, Store } from "../records/store";

export interface BackendApiKeySeed {
  /** What it is called in `keys`. */
  name: string;
  /** `tesseral_secret_key_` and 25 digits. @default made up */
  secretToken?: string;
  /** @default false */
  revoked?: boolean;
}

export interface RoleSeed {
  /** @default made up */
  id?: string;
  displayName: string;
  description?: string;
  actions?: string[];
}

export interface ApiKeySeed {
  /** @default made up */
  id?: string;
  /** What its token is called in `tokens`. @default none */
  name?: string;
  displayName?: string;
  /** The project's prefix and 55 digits. @default made up */
  secretToken?: string;
  /** RFC 3339. @default never */
  expireTime?: string;
  /** @default false */
  revoked?: boolean;
  /** Display names of roles of the organization or of the project. */
  roles?: string[];
}

type OrganizationSettings = Pick<
  Organization,
  | "requireMfa"
  | "scimEnabled"
  | "customRolesEnabled"
  | "apiKeysEnabled"
  | "domains"
  | "googleHostedDomains"
  | "microsoftTenantIds"
>;

export interface OrganizationSeed extends Partial<OrganizationSettings>, Partial<LoginFlags> {
  /** @default made up */
  id?: string;
  /** What its tokens are under in `tokens`; unique in the seed. @default none */
  name?: string;
  displayName?: string;
  roles?: RoleSeed[];
  apiKeys?: ApiKeySeed[];
}

export interface ProjectSeed extends Partial<Omit<Project, "name" | "signingKey" | "createTime" | "updateTime">> {
  /** Tells the projects of a seed apart. */
  name: string;
  /** @default one, called `backend-key` in the first project, `<name>-project-key` in the others */
  backendApiKeys?: BackendApiKeySeed[];
  roles?: RoleSeed[];
  organizations?: OrganizationSeed[];
}

/** What an emulator starts with. Every setting that is left out is as in the recordings' first project. */
export interface Seed {
  projects: ProjectSeed[];
}

const loginsOfFirst = new Set<string>([
  "logInWithEmail",
  "logInWithPassword",
  "logInWithSaml",
  "logInWithAuthenticatorApp",
  "logInWithPasskey",
]);

/**
 * The records of a seed, and its backend API keys by name. Of a project that is `there` already, by its name, only those
 * organizations are added that have a name which none of its organizations has. A backend API key whose name is taken there gets that of its
 * project before its own, such as `first-backend-key`. Throws Error for ids, tokens or times of the
 * wrong form, and for names, ids and tokens that are there twice.
 */
export function buildStore(seed: Seed, clock: Clock, there?: Contents): Contents {
  if (seed.projects.length === 0) {
    throw new Error("seed: it has no project");
  }
  checkNames(seed);
  const { store, keys } = there ?? { store: new Store(), keys: {} };
  const kept = new Set(Object.keys(keys));
  seed.projects.forEach((project, index) => {
    const known = store.projectByName(project.name);
    if (known !== undefined) {
      addMissing(store, clock, project, known);
      return;
    }
    const { id } = addProject(store, clock, project);
    const name = index === 0 ? "backend-key" : `${project.name}-project-key`;
    for (const key of project.backendApiKeys ?? [{ name }]) {
      const secretToken = key.secretToken ?? newBackendApiKey();
      if (key.secretToken !== undefined && !isBackendApiKey(key.secretToken)) {
        throw new Error(`seed: the backend API key ${key.name} is not tesseral_secret_key_ and 25 digits`);
      }
      // Records that were made by another seed keep the names of their keys.
      const called = kept.has(key.name) ? `${project.name}-${key.name}` : key.name;
      if (Object.hasOwn(keys, called)) {
        throw new Error(`seed: two backend API keys are called ${called}`);
      }
      keys[called] = secretToken;
      add(store.backendApiKeys, `the backend API key ${called}`, {
        id: secretToken,
        projectId: id,
        revoked: key.revoked ?? false,
      });
    }
  });
  return { store, keys };
}

/** What is looked up by its name has a name of its own: one of two would be lost. */
function checkNames({ projects }: Seed): void {
  const organizations = projects.flatMap((project) => project.organizations ?? []);
  const once = (what: string, named: readonly { name?: string }[]) => {
    const seen = new Set<string>();
    for (const { name = "" } of named) {
      if (name !== "" && seen.has(name)) {
        throw new Error(`seed: two ${what} are called ${name}`);
      }
      seen.add(name);
    }
  };
  once("projects", projects);
  once("organizations", organizations);
  for (const { name = "", displayName = "", apiKeys = [] } of organizations) {
    once(`API keys of ${name || displayName}`, apiKeys);
  }
}

/** Throws Error if there is a record with that id. */
function add<T extends { id: string }>(table: Map<string, T>, what: string, record: T): void {
  if (table.has(record.id)) {
    throw new Error(`seed: ${what} is there twice`);
  }
  table.set(record.id, record);
}

function addProject(store: Store, clock: Clock, seed: ProjectSeed): Project {
  const { backendApiKeys: _, roles = [], organizations = [], ...settings } = seed;
  const time = clock.tick();
  const project: Project = {
    displayName: `Project ${seed.name}`,
    createTime: time,
    updateTime: time,
    ...loginFlags((field) => loginsOfFirst.has(field)),
    vaultDomain: `vault.${seed.name}.example`,
    vaultDomainCustom: true,
    trustedDomains: [],
    cookieDomain: `${seed.name}.example`,
    emailSendFromDomain: `mail.${seed.name}.example`,
    apiKeysEnabled: true,
    apiKeySecretTokenPrefix: "acme_sk_",
    auditLogsEnabled: true,
    entitledBackendApiKeys: true,
    actions: [],
    webhooks: "none",
    email: "working",
    emailDailyQuota: 1000,
    console: false,
    ...settings,
    id: seedId("project", seed.id),
    publishableKey: seedId("publishableKey", seed.publishableKey),
    signingKey: {
      id: newId("signingKey"),
      privateKey: generateKeyPairSync("ec", { namedCurve: "P-256" })
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString(),
    },
  };
  add(store.projects, project.id, project);
  for (const role of roles) {
    addRole(store, clock, role, project, undefined);
  }
  for (const organization of organizations) {
    addOrganization(store, clock, organization, project);
  }
  return project;
}

function addMissing(store: Store, clock: Clock, seed: ProjectSeed, project: Project): void {
  const names = new Set(store.organizations.by("project", project.id).map(({ name }) => name));
  project.actions = [...new Set([...project.actions, ...(seed.actions ?? [])])];
  for (const organization of seed.organizations ?? []) {
    const known = store.organizationOf(project.id, organization.id ?? "");
    if (organization.name !== undefined && known !== undefined) {
      // It goes by another name now, under which its tokens are looked for.
      known.name = organization.name;
    } else if (organization.name !== undefined && !names.has(organization.name)) {
      addOrganization(store, clock, organization, project);
    }
  }
}

function addOrganization(store: Store, clock: Clock, seed: OrganizationSeed, project: Project): void {
  const { roles = [], apiKeys = [], ...settings } = seed;
  const id = seedId("organization", seed.id);
  const organization = newOrganization(project, clock.tick(), { ...settings, id });
  add(store.organizations, organization.id, organization);
  for (const role of roles) {
    addRole(store, clock, role, project, organization.id);
  }
  for (const key of apiKeys) {
    addApiKey(store, clock, key, project, organization.id);
  }
}

function addRole(
  store: Store,
  clock: Clock,
  seed: RoleSeed,
  project: Project,
  organizationId: string | undefined,
): void {
  const role = newRole(clock.tick(), {
    id: seedId("role", seed.id),
    projectId: project.id,
    organizationId,
    displayName: seed.displayName,
    description: seed.description ?? "",
    actions: seed.actions ?? [],
  });
  add(store.roles, role.id, role);
}

function addApiKey(store: Store, clock: Clock, seed: ApiKeySeed, project: Project, organizationId: string): void {
  const prefix = project.apiKeySecretTokenPrefix;
  const secretDigits = parseSecretToken(seed.secretToken ?? prefix + newTokenDigits(), prefix);
  if (secretDigits === undefined) {
    throw new Error(`seed: a secret token is not ${prefix} and 55 digits`);
  }
  const expireTime = seed.expireTime === undefined ? undefined : parseTimestamp(seed.expireTime);
  if (seed.expireTime !== undefined && expireTime === undefined) {
    throw new Error(`seed: expireTime ${seed.expireTime} is not RFC 3339`);
  }
  const key = newApiKey(project, clock.tick(), {
    id: seedId("apiKey", seed.id),
    organizationId,
    name: seed.name ?? "",
    displayName: seed.displayName ?? "",
    expireTime,
    secretDigits,
    revoked: seed.revoked ?? false,
  });
  if (store.apiKeyBySecretToken(key.secretToken) !== undefined) {
    throw new Error("seed: two API keys have one secret token");
  }
  add(store.apiKeys, key.id, key);
  for (const name of seed.roles ?? []) {
    const role = [...store.roles.by("owner", organizationId), ...store.roles.by("owner", project.id)].find(
      (candidate) => candidate.displayName === name,
    );
    if (role === undefined) {
      throw new Error(`seed: there is no role ${name}`);
    }
    const assignmentId = newId("apiKeyRoleAssignment");
    store.apiKeyRoleAssignments.set(assignmentId, { id: assignmentId, apiKeyId: key.id, roleId: role.id });
  }
}

function seedId(kind: IdKind, id: string | undefined): string {
  if (id !== undefined && !isId(kind, id)) {
    throw new Error(`seed: ${id} is not ${idPrefixes[kind]} and 25 digits`);
  }
  return id ?? newId(kind);
}
