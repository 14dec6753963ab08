import { CodedError } from "../errors/coded";
import type { ExportedStack } from "../providers/exportedStack";
import { numberSettings } from "../providers/settings";
import { oldLayoutAdvice, type StoredStack, storedStack } from "../providers/stackState";
import { calledProject } from "../report/inWords";
import { type Project, TesseralClient, type TransportOptions } from "../tesseral";
import { type DeclaredCustomers, declaredCustomers } from "./declaredCustomers";
import { stackNames, type UnreadStack } from "./otherStacks";
import { exportStack } from "./pulumi/exportStack";
import type { PulumiProject } from "./pulumi/project";
import type { StackConfig } from "./stackConfig";
import { backendApiKeyOf, stackConfig } from "./stackConfig";
import { workOnEach } from "./workOnEach";

/** A stack as it is stored, with its configuration. */
export interface OpenedStack extends StoredStack {
  /** Its name as people use it. */
  stack: string;
  /** `organization/project/stack`, as in marked names. */
  home: string;
  customers: DeclaredCustomers;
}

/** A stack, and the Tesseral project that its backend API key belongs to. */
export interface StackAndTenant extends OpenedStack {
  tesseral: TesseralClient;
  project: Project;
  /** The state, as far as it is read here; secrets are encrypted. */
  exported: ExportedStack;
}

/** How many stacks are opened at a time: each starts Pulumi processes. */
const atOnce = 4;

/** Every stack of a project that has resources of this package, or is about to; and those that could not be opened. Throws when none could. */
export async function openAllStacks(
  project: PulumiProject,
): Promise<{ opened: StackAndTenant[]; failed: UnreadStack[] }> {
  const names = await stackNames(project);
  const opened: StackAndTenant[] = [];
  const failures = new Map<string, unknown>();
  await workOnEach(names, atOnce, async (name) => {
    try {
      opened.push(...[(await openStack(project, name, "where it is ours")) ?? []].flat());
    } catch (error) {
      failures.set(name, error);
    }
  });
  const [first] = failures.values();
  if (first !== undefined && opened.length === 0) {
    throw first;
  }
  const failed = [...failures].map(([stack, error]) => ({
    stack,
    reason: error instanceof Error ? error.message : String(error),
  }));
  return { opened: opened.sort((one, other) => (one.stack < other.stack ? -1 : 1)), failed };
}

/**
 * Reads the stored state of a stack with the `pulumi` on PATH, and connects to Tesseral with `TESSERAL_BACKEND_API_KEY` or
 * the stack's `tesseral:backendApiKey`. Throws with what to do when one of them is missing.
 */
export function openStack(project: PulumiProject, name: string | undefined): Promise<StackAndTenant>;
/** The same; undefined for a stack without a key and without resources of this package. */
export function openStack(
  project: PulumiProject,
  name: string,
  which: "where it is ours",
): Promise<StackAndTenant | undefined>;
export async function openStack(
  project: PulumiProject,
  name: string | undefined,
  which?: "where it is ours",
): Promise<StackAndTenant | undefined> {
  const chosen = name === undefined ? [] : ["--stack", name];
  const [exported, home, config] = await Promise.all([
    exportStack(project, chosen),
    project.pulumi(["stack", "--show-name", "--fully-qualify-stack-names", ...chosen]),
    stackConfig(project, name),
  ]);
  if (!home.includes("/")) {
    throw new CodedError("TSL-STATE", `stack ${home} ${oldLayoutAdvice}`);
  }
  const shortName = home.split("/").at(-1) ?? home;
  const stack = name ?? shortName;
  const backendApiKey = backendApiKeyOf(config);
  const stored = storedStack(exported);
  if (which !== undefined && !backendApiKey && stored.resources.length + stored.interrupted.length === 0) {
    return undefined;
  }
  if (!backendApiKey) {
    throw new CodedError(
      "TSL-NO-KEY",
      `stack ${stack} has no tesseral:backendApiKey. Run: pulumi config set --secret tesseral:backendApiKey <key>, or set TESSERAL_BACKEND_API_KEY`,
    );
  }
  const apiUrl = config["tesseral:apiUrl"]?.value;
  const tesseral = new TesseralClient({ backendApiKey, ...(apiUrl ? { apiUrl } : {}), ...limitsIn(config) });
  const { project: tenant } = await tesseral.projects.getProject();
  refuseOtherProject(stack, stored, tenant);
  return {
    ...stored,
    exported,
    // With explicit providers, a stack can span several Tesseral projects; only the key's own counts here.
    resources: stored.resources.filter(
      ({ outputs }) => outputs.projectId === undefined || outputs.projectId === tenant.id,
    ),
    stack,
    home,
    customers: declaredCustomers(config, project, shortName),
    tesseral,
    project: tenant,
  };
}

/** With the key of another project, everything would look gone, and what an interrupted update made would be forgotten. */
function refuseOtherProject(stack: string, { resources }: StoredStack, project: Project): void {
  const deployedTo = new Set(resources.flatMap(({ outputs }) => outputs.projectId ?? []));
  if (deployedTo.size > 0 && !deployedTo.has(project.id)) {
    throw new CodedError(
      "TSL-PROJECT",
      `stack ${stack} belongs to Tesseral project ${[...deployedTo].join(" and ")}, but the backend API key in use is for project ${calledProject(project)}. ` +
        "Nothing was touched: set TESSERAL_BACKEND_API_KEY, which takes precedence, or tesseral:backendApiKey to a key of the project that the stack was deployed to",
    );
  }
}

/** The limits of the stack's updates. The update itself refuses what is not a number. */
function limitsIn(config: StackConfig): Partial<TransportOptions> {
  const limits: Partial<TransportOptions> = {};
  for (const { name, zero } of numberSettings) {
    const value = Number(config[`tesseral:${name}`]?.value || Number.NaN);
    if (value > 0 || (value === 0 && zero)) {
      limits[name] = value;
    }
  }
  return limits;
}
