// Proves how a provider process comes to its connection, which key it takes, and what it says when it cannot. Says nothing of
// the resources that use it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { handlersOf } from "../../providers/handlers";
import { ProviderProcess } from "../../providers/providerProcess";
import { type ProcessOptions, reasonsOf, startProcess } from "./process";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ latency: 20 });
});

beforeEach(() => emulator.reset());

afterAll(() => emulator.close());

const managedBy = "organization/tesseral/prod/acme";
const projectId = (name: string) => emulator.store.projectByName(name)?.id;

describe("a provider process", () => {
  it("connects once, though the engine calls other methods before configure is done", async () => {
    const settings: Record<string, string> = {
      "tesseral:apiUrl": emulator.url,
      "tesseral:backendApiKey": emulator.backendApiKey,
    };
    const handlers = handlersOf(new ProviderProcess({}));
    const config = { get: (key: string) => settings[key] };
    // None of these is awaited before the next is called, as Pulumi's provider process does it.
    const results = await Promise.all([
      handlers.organization.configure({ config }),
      handlers.role.configure({ config }),
      handlers.organization.diff("org_1", {}, {}),
      handlers.managedApiKey.diff("api_key_1", { status: "active" }, { status: "active" }),
      handlers.organization.check({ managedBy }, { displayName: "Acme", managedBy }),
    ]);
    expect(results[4]).toMatchObject({ failures: [] });
    expect(emulator.requests.map(({ route }) => route)).toEqual(["GET /v1/project"]);
  });

  it("reports what kept it from connecting by every method, not by configure", async () => {
    const { organization, provider } = startProcess(emulator, { config: { backendApiKey: undefined } });
    const noKey =
      "no Tesseral backend API key: run `pulumi config set --secret tesseral:backendApiKey <key>`, or set TESSERAL_BACKEND_API_KEY. " +
      "Keys are created in the Tesseral Console, under Project settings, Backend API Keys (TSL-NO-KEY)";
    const { failures } = await organization.check({}, { displayName: "Acme", managedBy });
    expect(failures).toEqual([{ property: "", reason: noKey }]);
    await expect(organization.read("org_1", {})).rejects.toThrow(noKey);
    await expect(provider.connection()).rejects.toThrow(noKey);
  });

  it("says so when the engine never configured it", async () => {
    const { organization } = handlersOf(new ProviderProcess({}));
    await expect(organization.diff("org_1", {}, {})).rejects.toThrow(
      "the Tesseral provider was not configured by the Pulumi engine (TSL-UNEXPECTED)",
    );
  });
});

describe("the backend API key", () => {
  const projectWith = async (config: Record<string, string | undefined>, env: NodeJS.ProcessEnv) =>
    (await startProcess(emulator, { config, env }).provider.connection()).project.id;

  it("is the environment's before the config's, but never for an explicit provider", async () => {
    const env = { TESSERAL_BACKEND_API_KEY: emulator.keys["second-project-key"] };
    expect(await projectWith({}, {})).toBe(projectId("first"));
    expect(await projectWith({}, env)).toBe(projectId("second"));
    expect(await projectWith({}, { TESSERAL_BACKEND_API_KEY: "" })).toBe(projectId("first"));
    expect(await projectWith({ backendApiKey: undefined }, env)).toBe(projectId("second"));
    expect(await projectWith({ explicit: "true" }, env)).toBe(projectId("first"));
  });

  it("is named by where it came from when it is refused, and by how a replaced one is given", async () => {
    const unknownKey = "tesseral_secret_key_0000000000000000000000000";
    const create = "Create a key in the Tesseral Console, under Project settings, Backend API Keys";
    const refusal = (source: string) =>
      `Tesseral does not accept the backend API key in ${source}: it answered 404 backend api key not found. ${create}`;
    const config = { backendApiKey: unknownKey };
    await expect(projectWith(config, {})).rejects.toThrow(
      `${refusal("tesseral:backendApiKey")}. If tesseral:backendApiKey holds a new one already: ` +
        "`pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared work with the key of the last `pulumi up`. Set TESSERAL_BACKEND_API_KEY to the new key for it, or, for `pulumi refresh` and `pulumi destroy`, add --run-program (TSL-KEY-REFUSED)",
    );
    await expect(projectWith({}, { TESSERAL_BACKEND_API_KEY: unknownKey })).rejects.toThrow(
      `${refusal("TESSERAL_BACKEND_API_KEY")}, and set TESSERAL_BACKEND_API_KEY to it (TSL-KEY-REFUSED)`,
    );
    await expect(projectWith({ ...config, explicit: "true" }, {})).rejects.toThrow(
      `${refusal("the Provider's backendApiKey")}. If the program gives the Provider a new one already: ` +
        "`pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared work with the key of the last `pulumi up`. Add --run-program to `pulumi refresh` and `pulumi destroy`; for `pulumi up`, leave the Provider in the program " +
        "until what it manages is deleted (TSL-KEY-REFUSED)",
    );
    const checking = async (options: ProcessOptions) =>
      reasonsOf(
        startProcess(emulator, options).role,
        {},
        { displayName: "r", actions: ["widgets.read"], managedBy: "o/p/s/r" },
      );
    expect(await checking({ config })).toEqual([
      `${refusal("tesseral:backendApiKey")}, and run: pulumi config set --secret tesseral:backendApiKey <key> (TSL-KEY-REFUSED)`,
    ]);
    expect(await checking({ config: { ...config, explicit: "true" } })).toEqual([
      `${refusal("the Provider's backendApiKey")}, and give it to the Provider in the program (TSL-KEY-REFUSED)`,
    ]);
  });

  it("is refused for its form, without being shown", async () => {
    await expect(projectWith({ backendApiKey: "tesseral_secret_key_SHORT" }, {})).rejects.toThrow(
      /^tesseral:backendApiKey is not a backend API key: it must be `tesseral_secret_key_` followed by 25 characters from 0-9 and a-z\. Copy it again from the Tesseral Console, under Project settings, Backend API Keys \(TSL-KEY-FORM\)$/,
    );
    expect(emulator.requests).toEqual([]);
  });
});

describe("a setting", () => {
  it.each([
    ["maxConcurrentRequests", "0"],
    ["maxConcurrentRequests", "-1"],
    ["requestsPerSecond", "fast"],
    ["requestTimeout", "0"],
    ["retries", "-1"],
    ["operationDeadline", ""],
  ])("%s of %j is refused", async (name, value) => {
    await expect(startProcess(emulator, { config: { [name]: value } }).provider.connection()).rejects.toThrow(
      `tesseral:${name} is ${JSON.stringify(value)}, but must be a number greater than 0 (TSL-SETTING-VALUE)`,
    );
  });

  it("reaches the client, and zero is allowed for retries and their delay", async () => {
    const config = { maxConcurrentRequests: "3", requestTimeout: "2.5", retries: "0", retryDelay: "0" };
    const { tesseral } = await startProcess(emulator, { config }).provider.connection();
    expect(tesseral.transport.options).toMatchObject({
      maxConcurrentRequests: 3,
      requestTimeout: 2.5,
      retries: 0,
      retryDelay: 0,
      apiUrl: emulator.url,
    });
  });
});
