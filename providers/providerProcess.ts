import { coded } from "../errors/coded";
import {
  type ApiKey,
  backendApiKeyForm,
  type Organization,
  type Project,
  type Role,
  TesseralApiError,
  TesseralClient,
  type TransportOptions,
} from "../tesseral";
import { KeyedLock } from "../tesseral/keyedLock";
import { stackIn } from "./managedBy";
import { numberSettings } from "./settings";
import { type Reads, readsOneByOne, SharedReads } from "./sharedReads";
import { readStackState, type StackState } from "./stackState";

/** Everything that the resources of one Tesseral project share. */
export interface Connection {
  project: Project;
  /** Call `begin()` on it for each operation. */
  tesseral: TesseralClient;
}

/** The settings a connection is made of: `tesseral:<name>` in the stack's config, or arguments of a `Provider`. */
interface Config {
  get(key: string): string | undefined;
}

/**
 * What one provider process knows: its connection, what was in the Tesseral project before it created anything, and what
 * it created itself. Pulumi starts a process for each provider resource and operation.
 */
export class ProviderProcess {
  #connecting: Promise<Connection> | undefined;
  #before: Promise<Organization[]> | undefined;
  readonly #keysBefore = new Map<string, Promise<ApiKey[]>>();
  readonly #rolesBefore = new Map<string, Promise<Role[]>>();
  #state: Promise<StackState | undefined> | undefined;
  #stateAtDelete: Promise<StackState | undefined> | undefined;
  readonly #secrets: string[] = [];
  /** Ids of objects that this process created or took over: no lost create can have made them. */
  readonly claimed = new Set<string>();
  /** Organizations that this process created: nobody else can know them yet. */
  readonly createdOrganizations = new Set<string>();
  /** The resource that each object was made or taken over for, as `managedBy` by the object's id. */
  readonly madeFor = new Map<string, string>();
  /** Creates that must not meet, by what makes them alike. */
  readonly creations = new KeyedLock();
  /** Organizations and API keys of the stack that the engine told of. */
  readonly seen = new Set<string>();
  /** Ids of objects that people have been warned about as alike. */
  readonly named = new Set<string>();
  /** What this process took over, by its id. */
  readonly adopted = new Set<string>();
  /** Who is going to take over an object, as `managedBy`, by its id. */
  readonly adopting = new Map<string, string>();
  /** The present names of what the program declares, by `managedBy`, which stays the same after a rename. */
  readonly checked = new Map<string, string>();
  /** Ids of the organizations that the program declares with their API keys off: Tesseral makes none for them in this operation. */
  readonly keysOff = new Set<string>();
  #runsProgram = false;
  #stack: string | undefined;
  #hasWritten = false;
  #shared: SharedReads | undefined;
  /** Ids of what the program declares. */
  readonly declared = new Set<string>();
  /** Ids of what is replaced by something new. */
  readonly replaced = new Set<string>();

  readonly #environment: NodeJS.ProcessEnv;
  readonly #overrides: Partial<TransportOptions>;
  readonly #readState: typeof readStackState;

  constructor(
    environment: NodeJS.ProcessEnv = process.env,
    overrides: Partial<TransportOptions> = {},
    readState: typeof readStackState = readStackState,
    /** Warns people: Pulumi shows it among the messages of the update. */
    readonly warn: (text: string) => void = console.warn,
  ) {
    this.#environment = environment;
    this.#overrides = overrides;
    this.#readState = readState;
  }

  /** Begins to connect. Must set the promise before it returns: Pulumi calls other methods while this one is awaited. */
  configure(config: Config): void {
    this.#connecting ??= this.#connect(config);
    this.#connecting.catch(() => {}); // reported by the methods, each of which awaits it
  }

  /** The connection; throws the reason if there is none. */
  async connection(): Promise<Connection> {
    if (this.#connecting === undefined) {
      throw new Error(coded("TSL-UNEXPECTED", "the Tesseral provider was not configured by the Pulumi engine"));
    }
    try {
      return await this.#connecting;
    } catch (error) {
      if (error instanceof RefusedKey) {
        throw new Error(coded("TSL-KEY-REFUSED", `${error.message}. ${error.wayOut(this.runsProgram)}`));
      }
      throw error;
    }
  }

  /** Refuses to touch what belongs to another Tesseral project: with the wrong key, everything would look deleted. */
  async guarded(id: string, projectId: unknown): Promise<Connection> {
    const connection = await this.connection();
    if (projectId !== undefined && projectId !== connection.project.id) {
      throw new Error(
        coded(
          "TSL-PROJECT",
          `${id} belongs to Tesseral project ${projectId}, but the backend API key in use is for project ${connection.project.id}. ` +
            "Nothing was touched: set tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) to a key of the project that the stack was deployed to",
        ),
      );
    }
    return connection;
  }

  /** Whether a program runs, as far as this process can see: none does in `pulumi refresh` and `pulumi destroy`. */
  get runsProgram(): boolean {
    return this.#runsProgram || this.checked.size > 0;
  }

  /** To be called by a program itself. */
  isOfProgram(): this {
    this.#runsProgram = true;
    return this;
  }

  /** Every organization that existed before this process created one. Listed once. */
  async organizationsBefore(): Promise<Organization[]> {
    const { tesseral } = await this.connection();
    this.#before ??= tesseral.begin().allOrganizations();
    return this.#before;
  }

  /** Every API key that an organization had before this process created one in it. Listed once. */
  async apiKeysBefore(organizationId: string): Promise<ApiKey[]> {
    const { tesseral } = await this.connection();
    const before = this.#keysBefore.get(organizationId) ?? tesseral.begin().allApiKeys(organizationId);
    this.#keysBefore.set(organizationId, before);
    return before;
  }

  /** The same for its roles. */
  async rolesBefore(organizationId: string): Promise<Role[]> {
    const { tesseral } = await this.connection();
    const before = this.#rolesBefore.get(organizationId) ?? tesseral.begin().allRoles(organizationId);
    this.#rolesBefore.set(organizationId, before);
    return before;
  }

  /** To be called before anything is changed: from then on each object is read by itself, so that changes are seen. */
  writes(): void {
    this.#hasWritten = true;
  }

  /** How what the stack manages is read. @param operation has the budget of the one who reads */
  reads(tesseral: TesseralClient, operation: TesseralClient): Reads {
    if (this.#hasWritten) {
      return readsOneByOne(operation);
    }
    this.#shared ??= new SharedReads(tesseral);
    return this.#shared.by(operation);
  }

  /** What the stack's stored state knows; undefined if it cannot be read. Read once. */
  stackState(managedBy: string): Promise<StackState | undefined> {
    this.#state ??= this.#readStateOf(managedBy);
    return this.#state;
  }

  /** The same at the first deletion, which the engine begins when everything else is done and stored. */
  stackStateAtDelete(managedBy: string): Promise<StackState | undefined> {
    this.#stateAtDelete ??= this.#readStateOf(managedBy);
    return this.#stateAtDelete;
  }

  /** Tells which stack this process works for, by what the program declares in it. */
  isOfStack(managedBy: string): void {
    this.#stack ??= stackIn(managedBy);
  }

  /** Without a program, only what is recorded with a resource says where the state is. */
  #readStateOf(managedBy: string): Promise<StackState | undefined> {
    return this.#readState(this.#stack ?? stackIn(managedBy), this.#environment);
  }

  /** Replaces every secret that this process knows in a text that people will see. */
  scrub(text: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
  }

  keepSecret(secret: string): void {
    this.#secrets.push(secret);
  }

  async #connect(config: Config): Promise<Connection> {
    const explicit = config.get("tesseral:explicit") !== undefined;
    // An explicit provider is for its own project, whatever the environment says.
    const key =
      (explicit ? undefined : this.#environment.TESSERAL_BACKEND_API_KEY) || config.get("tesseral:backendApiKey");
    if (!key) {
      throw new Error(coded("TSL-NO-KEY", noKey));
    }
    this.keepSecret(key);
    if (!backendApiKeyForm.test(key)) {
      throw new Error(
        coded(
          "TSL-KEY-FORM",
          `${sourceOf(explicit, this.#environment)} is not a backend API key: it must be \`tesseral_secret_key_\` followed by 25 characters from 0-9 and a-z. Copy it again from the Tesseral Console, under Project settings, Backend API Keys`,
        ),
      );
    }
    const tesseral = new TesseralClient({ ...settings(config), ...this.#overrides, backendApiKey: key });
    const { project } = await tesseral.projects.getProject().catch((error: unknown) => {
      if (error instanceof TesseralApiError && error.isWrongCredentials) {
        const source = sourceOf(explicit, this.#environment);
        throw new RefusedKey(
          `Tesseral does not accept the backend API key in ${source}: it answered ${error.status} ${error.description || error.reason}`,
          source,
        );
      }
      throw error;
    });
    return { project, tesseral };
  }
}

const noKey =
  "no Tesseral backend API key: run `pulumi config set --secret tesseral:backendApiKey <key>`, or set TESSERAL_BACKEND_API_KEY. " +
  "Keys are created in the Tesseral Console, under Project settings, Backend API Keys";

type KeySource = "TESSERAL_BACKEND_API_KEY" | "tesseral:backendApiKey" | "the Provider's backendApiKey";

function sourceOf(explicit: boolean, environment: NodeJS.ProcessEnv): KeySource {
  if (explicit) {
    return "the Provider's backendApiKey";
  }
  return environment.TESSERAL_BACKEND_API_KEY ? "TESSERAL_BACKEND_API_KEY" : "tesseral:backendApiKey";
}

/** Tesseral does not know the key: it was revoked, or has never been one. */
class RefusedKey extends Error {
  override readonly name = "RefusedKey";

  constructor(
    message: string,
    readonly source: KeySource,
  ) {
    super(message);
  }

  /**
   * What to do about it. Pulumi keeps the key of the last update for operations that do not run the program, and for an `up` whose
   * program no longer declares anything.
   */
  wayOut(programRuns: boolean): string {
    const create = "Create a key in the Tesseral Console, under Project settings, Backend API Keys";
    if (this.source === "TESSERAL_BACKEND_API_KEY") {
      return `${create}, and set TESSERAL_BACKEND_API_KEY to it`;
    }
    if (this.source === "tesseral:backendApiKey") {
      return programRuns
        ? `${create}, and run: pulumi config set --secret tesseral:backendApiKey <key>`
        : `${create}. If tesseral:backendApiKey holds a new one already: ` +
            "`pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared work with the key of the last `pulumi up`. Set TESSERAL_BACKEND_API_KEY to the new key for it, or, for `pulumi refresh` and `pulumi destroy`, add --run-program";
    }
    return programRuns
      ? `${create}, and give it to the Provider in the program`
      : `${create}. If the program gives the Provider a new one already: ` +
          "`pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared work with the key of the last `pulumi up`. Add --run-program to `pulumi refresh` and `pulumi destroy`; for `pulumi up`, leave the Provider in the program until what it manages is deleted";
  }
}

function settings(config: Config): Partial<TransportOptions> {
  const found: Partial<TransportOptions> = {};
  const apiUrl = config.get("tesseral:apiUrl");
  if (apiUrl !== undefined) {
    found.apiUrl = apiUrl;
  }
  for (const { name, zero } of numberSettings) {
    const text = config.get(`tesseral:${name}`);
    if (text === undefined) {
      continue;
    }
    const value = Number(text);
    if (!(value >= 0) || (value === 0 && !zero)) {
      throw new Error(
        coded("TSL-SETTING-VALUE", `tesseral:${name} is ${JSON.stringify(text)}, but must be a number greater than 0`),
      );
    }
    found[name] = value;
  }
  return found;
}
