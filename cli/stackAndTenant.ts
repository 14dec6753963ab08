import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { resourceTypeOf } from "../providers/resourceTypes";
import type { ExportedStack } from "../providers/stackState";
import { type Project, TesseralClient } from "../tesseral";
import { run } from "./pulumi/run";

/** A stack as it is stored, and the Tesseral project that its backend API key belongs to. */
export interface StackAndTenant {
  stack: string;
  resources: StoredResource[];
  /** Resources whose creation an earlier update did not get to record. */
  interrupted: InterruptedCreation[];
  customers: DeclaredCustomers;
  tesseral: TesseralClient;
  project: Project;
}

/** A resource whose creation was interrupted. */
export interface InterruptedCreation {
  kind: string;
  name: string;
  /** The stack with its project, `organization/project/stack`, as states in files know it. */
  home: string;
}

/** What the stack's configuration says of its customers. */
export interface DeclaredCustomers {
  /** Display names in `tesseral:customers`, by name. */
  declared: Record<string, string | undefined>;
  /** The file that holds the customers; absent where there is none. */
  file?: string;
}

/** A resource of this package in the stored state. */
export interface StoredResource {
  /** `Organization`, `ManagedApiKey` or `Role`. */
  kind: string;
  /** The resource's name in the program. */
  name: string;
  id: string;
  outputs: Record<string, unknown>;
}

/**
 * Reads the stored state of a stack with the `pulumi` on PATH, and connects to Tesseral with `TESSERAL_BACKEND_API_KEY` or
 * the stack's `tesseral:backendApiKey`. Throws with what to do when one of them cannot be had.
 */
export async function openStackAndTenant(options: {
  stack?: string | undefined;
  cwd?: string | undefined;
}): Promise<StackAndTenant> {
  const cwd = resolve(options.cwd ?? ".");
  const chosen = options.stack === undefined ? [] : ["--stack", options.stack];
  const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const pulumi = (args: string[]) =>
    run("pulumi", [...args, ...chosen], { cwd, timeout: 120_000, env: environment }).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") {
        throw new Error("pulumi is not on PATH: install it, https://www.pulumi.com/docs/install/");
      }
      throw error;
    });
  const keyAtHand = process.env.TESSERAL_BACKEND_API_KEY;
  const [exported, stack, config] = await Promise.all([
    pulumi(["stack", "export"]).then((text) => JSON.parse(text) as ExportedStack),
    options.stack ?? pulumi(["stack", "--show-name"]),
    // What needs no decryption must not fail for want of a passphrase.
    pulumi(["config", "--json", ...(keyAtHand ? [] : ["--show-secrets"])]).then((text) => JSON.parse(text) as Config),
  ]);
  const backendApiKey = keyAtHand || config["tesseral:backendApiKey"]?.value;
  if (!backendApiKey) {
    throw new Error(
      `stack ${stack} has no tesseral:backendApiKey. Run: pulumi config set --secret tesseral:backendApiKey <key>, or set TESSERAL_BACKEND_API_KEY`,
    );
  }
  const apiUrl = config["tesseral:apiUrl"]?.value;
  const tesseral = new TesseralClient({ backendApiKey, ...(apiUrl ? { apiUrl } : {}) });
  const { project } = await tesseral.projects.getProject();
  const ours = (exported.deployment?.resources ?? []).filter(({ type }) => resourceTypeOf(type) !== undefined);
  return {
    stack,
    tesseral,
    project,
    resources: ours
      .map(({ urn, type, id, outputs }) => ({ ...named(urn, type), id: id ?? "", outputs: outputs ?? {} }))
      // With explicit providers a stack can span several Tesseral projects; this is about the one that the key is for.
      .filter(({ outputs }) => outputs.projectId === undefined || outputs.projectId === project.id),
    interrupted: (exported.deployment?.pending_operations ?? [])
      .filter(({ type, resource }) => type === "creating" && resourceTypeOf(resource.type) !== undefined)
      .map(({ resource }) => ({ ...named(resource.urn, resource.type), home: homeOf(resource.urn) })),
    customers: declaredCustomers(config, cwd),
  };
}

/** As `pulumi config --json` prints it. */
type Config = Record<string, { value?: string; objectValue?: unknown }>;

type Entry = { displayName?: string } | null;

function declaredCustomers(config: Config, folder: string): DeclaredCustomers {
  const { value = "", objectValue } = config["tesseral:customers"] ?? {};
  // Set without --path it is a text.
  const declared = (objectValue ?? (value.startsWith("{") ? JSON.parse(value) : {})) as Record<string, Entry>;
  const file = config["tesseral:customersFile"]?.value || "customers.yaml";
  return {
    declared: Object.fromEntries(Object.entries(declared).map(([name, entry]) => [name, entry?.displayName])),
    ...(existsSync(resolve(folder, file)) ? { file } : {}),
  };
}

/** From `urn:pulumi:stack::project::type::name`. */
function homeOf(urn: string): string {
  const [stack = "", project = ""] = urn.replace("urn:pulumi:", "").split("::");
  return ["organization", project, stack].join("/");
}

function named(urn: string, type: string): { kind: string; name: string } {
  return { kind: resourceTypeOf(type)?.kind ?? type, name: urn.split("::").slice(3).join("::") };
}
