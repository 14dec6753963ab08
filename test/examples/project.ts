import { type Emulator, startEmulator } from "../../emulator";

/** A managed API key as its owner knows it. */
export interface Key {
  id: string;
  secretToken: string;
}

export const authenticatePath = "/v1/api-keys/authenticate";

const keyNames = [
  "good", // no role
  "reader", // widgets.read
  "writer", // widgets.write
  "revoked",
  "expired",
  "deleted",
  "suspended", // of an organization whose API keys are off
  "foreign", // of another project
] as const;

/** A Tesseral project in the emulator, with keys of every kind. */
export class Project {
  readonly #secrets: string[];

  constructor(
    readonly emulator: Emulator,
    readonly organizationId: string,
    readonly readerRoleId: string,
    readonly keys: Readonly<Record<(typeof keyNames)[number], Key>>,
  ) {
    this.#secrets = [emulator.backendApiKey, ...Object.values(keys).map((key) => key.secretToken)];
  }

  static async start(): Promise<Project> {
    const emulator = await startEmulator();
    const { console } = emulator;
    const organization = (project?: string) =>
      console.createOrganization({ displayName: "Acme", apiKeysEnabled: true, ...(project ? { project } : {}) }).id;
    const organizationId = organization();
    const suspendedId = organization();
    const key = (more: { organizationId?: string; expireTime?: string } = {}) =>
      console.createApiKey({ organizationId, ...more });
    const keys = {
      good: key(),
      reader: key(),
      writer: key(),
      revoked: key(),
      expired: key({ expireTime: "2020-01-01T00:00:00Z" }),
      deleted: key(),
      suspended: key({ organizationId: suspendedId }),
      foreign: key({ organizationId: organization("second") }),
    };
    const role = (action: string) => console.createRole({ displayName: action, actions: [action] }).id;
    const readerRoleId = role("widgets.read");
    console.assignRole(keys.reader.id, readerRoleId);
    console.assignRole(keys.writer.id, role("widgets.write"));
    console.revokeApiKey(keys.revoked.id);
    console.deleteApiKey(keys.deleted.id);
    console.updateOrganization(suspendedId, { apiKeysEnabled: false });
    return new Project(emulator, organizationId, readerRoleId, keys);
  }

  /** Makes one more key, for a test that spoils it. */
  createKey(): Key {
    const key = this.emulator.console.createApiKey({ organizationId: this.organizationId });
    this.#secrets.push(key.secretToken);
    return key;
  }

  /** How often Tesseral was asked about a key so far. */
  get authenticateCalls(): number {
    return this.emulator.requests.filter(({ path }) => path === authenticatePath).length;
  }

  /** Writes ids of the project as `<organization>`, `<reader>`, …: an answer in this form is the same in every run. */
  named(text: string): string {
    const keys = Object.entries(this.keys).map(([name, { id }]) => [id, `<${name}>`] as const);
    return [[this.organizationId, "<organization>"] as const, ...keys].reduce(
      (rest, [id, name]) => rest.replaceAll(id, name),
      text,
    );
  }

  /** What must be in no log and no answer. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }
}
