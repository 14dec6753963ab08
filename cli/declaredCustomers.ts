import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readYaml } from "../config/yamlSource";
import type { PulumiProject } from "./pulumi/project";

/** What the stack's configuration, or the file that it names, says of its customers. */
export interface DeclaredCustomers {
  /** By name. Empty where a program declares the customers, or nobody yet. */
  entries: Readonly<Record<string, DeclaredCustomer>>;
  /** Where they stand; absent where there are none. */
  source?: CustomersSource;
}

export interface DeclaredCustomer {
  displayName?: string;
  /** The organization that the entry takes over. */
  adopt?: string;
}

export interface CustomersSource {
  kind: "stack file" | "customers file";
  /** As messages call it. */
  name: string;
  path: string;
  /** Where in the document the map of customers stands. */
  root: readonly string[];
}

/** As `pulumi config --json` prints it. */
export type StackConfig = Record<string, { value?: string; objectValue?: unknown }>;

/** Finds the customers as `pulumi up` does. Nothing is checked: that is the program's task. */
export function declaredCustomers(config: StackConfig, project: PulumiProject, stack: string): DeclaredCustomers {
  const setting = "tesseral:customers";
  const { value = "", objectValue } = config[setting] ?? {};
  // Set without --path it is a text.
  const inConfig = entriesIn(objectValue ?? (value.startsWith("{") ? JSON.parse(value) : {}));
  if (Object.keys(inConfig).length > 0) {
    const name = `Pulumi.${stack}.yaml`;
    const path = join(project.configFolder, name);
    return { entries: inConfig, source: { kind: "stack file", name, path, root: ["config", setting] } };
  }
  const name = config["tesseral:customersFile"]?.value || "customers.yaml";
  const path = resolve(project.root, name);
  if (!existsSync(path)) {
    return { entries: {} };
  }
  const document = readYaml(readFileSync(path, "utf8"), name).value;
  const root = ["customers"] as const;
  return { entries: entriesIn(recordOf(document)[root[0]]), source: { kind: "customers file", name, path, root } };
}

function entriesIn(customers: unknown): Record<string, DeclaredCustomer> {
  return Object.fromEntries(
    Object.entries(recordOf(customers)).map(([name, entry]) => {
      const { displayName, adopt } = recordOf(entry);
      return [
        name,
        {
          ...(typeof displayName === "string" && { displayName }),
          ...(typeof adopt === "string" && { adopt }),
        },
      ];
    }),
  );
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
