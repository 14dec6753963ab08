import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { customerFiles, declarationIn } from "../config/customerFiles";
import { parseSetting } from "../config/stackFile";
import { CodedError } from "../errors/coded";
import type { PulumiProject } from "./pulumi/project";
import type { StackConfig } from "./stackConfig";
import { placeOfSetting, type SettingPlace } from "./writtenConfig";

/** The customers that the stack's configuration, or the file that it names, declares. */
export interface DeclaredCustomers {
  /** By name. Empty where a program declares the customers, or nothing does yet. */
  entries: Readonly<Record<string, DeclaredCustomer>>;
  /** Where they are declared; absent where there are none. */
  source?: CustomersSource;
  /** What the setting names, where it does not exist. */
  missing?: string;
}

export interface CustomersSource {
  /** Pulumi.yaml, too, can be a customers file: where it sets them for every stack. */
  kind: "stack file" | "customers file";
  /** The file's, or the setting's text where that names several. */
  name: string;
  isMany?: boolean;
  /** Where their map stands that the setting tesseral:customers holds. */
  setting?: SettingPlace;
}

export interface DeclaredCustomer {
  displayName?: string;
  /** The organization that the entry takes over. */
  adopt?: string;
  /** Whether the entry says so. */
  allowDuplicateName?: boolean;
  /** Whether its keys work, as the entry says. */
  apiAccess?: string;
  /** The part that the entry says it belongs to. */
  part?: number;
  /** The stack of another part that has deployed it, so this stack does not wait for it. */
  deployedIn?: string;
  roles?: Readonly<Record<string, DeclaredChild>>;
  apiKeys?: Readonly<Record<string, DeclaredChild>>;
  place: EntryPlace;
}

/** A declared role or key of a customer. */
export interface DeclaredChild {
  /** As Tesseral calls it. @default its name in the entry */
  displayName?: string;
  /** The role or key that it takes over. */
  adopt?: string;
  /** Whether a key is rotated with an overlap, during which two of its tokens work. */
  isRotated?: boolean;
}

/** Where an entry is written. */
export interface EntryPlace {
  /** The file's name in messages. */
  file: string;
  path: string;
  /** The names that lead to the entry in the file's document. */
  at: readonly string[];
}

/** The file that is read without being named. */
export const defaultFile = "customers.yaml";

const setting = "tesseral:customers";

/** The customers in the stack's own configuration: a map, or an empty one. Throws where a map was set as a text that is none. */
export function configuredCustomers(config: StackConfig): unknown {
  const { value = "", objectValue } = config[setting] ?? {};
  if (objectValue !== undefined || !value.startsWith("{")) {
    return objectValue ?? {};
  }
  // Set without --path, a map is JSON text.
  const customers = parseSetting(value);
  if (typeof customers === "string") {
    throw new CodedError("TSL-VALUE", `${setting}: must be a map of names, but it is text that is not JSON`);
  }
  return customers;
}

/** Finds the customers as `pulumi up` does. Checks nothing: the program does that. */
export function declaredCustomers(config: StackConfig, project: PulumiProject, stack: string): DeclaredCustomers {
  const inConfig = recordOf(configuredCustomers(config));
  if (Object.keys(inConfig).length > 0) {
    const place = placeOfSetting(project, stack, setting);
    const name = relative(project.root, place.path).replaceAll("\\", "/");
    return {
      entries: entriesIn(inConfig, { file: name, ...place }),
      source: { kind: place.path === project.stackFile(stack) ? "stack file" : "customers file", name, setting: place },
    };
  }
  const named = config["tesseral:customersFile"]?.value || defaultFile;
  const files = customerFiles(project.root, named).filter((file) => existsSync(resolve(project.root, file)));
  if (files.length === 0) {
    return { entries: {}, ...(named !== defaultFile && { missing: named }) };
  }
  const entries = files.map((file) => {
    const { value, only } = declarationIn(project.root, file, file === named);
    const place = { file, path: resolve(project.root, file), at: only === undefined ? ["customers"] : [] };
    return entriesIn(recordOf(recordOf(value).customers), place, only);
  });
  return {
    entries: Object.assign({}, ...entries),
    source: { kind: "customers file", name: named, isMany: files[0] !== named },
  };
}

/** The entries of a map of customers that stands at `place`; `only`: the one whose fields stand there. */
function entriesIn(
  customers: Record<string, unknown>,
  place: EntryPlace,
  only?: string,
): Record<string, DeclaredCustomer> {
  return Object.fromEntries(
    Object.entries(customers).map(([name, entry]) => {
      const { displayName, adopt, allowDuplicateName, apiAccess, part, roles, apiKeys } = recordOf(entry);
      return [
        name,
        {
          ...(typeof displayName === "string" && { displayName }),
          ...(typeof adopt === "string" && { adopt }),
          ...(allowDuplicateName === true && { allowDuplicateName }),
          ...(typeof apiAccess === "string" && { apiAccess }),
          ...(typeof part === "number" && { part }),
          ...childrenIn("roles", roles),
          ...childrenIn("apiKeys", apiKeys),
          place: { ...place, at: name === only ? place.at : [...place.at, name] },
        },
      ];
    }),
  );
}

function childrenIn(field: "roles" | "apiKeys", value: unknown): Pick<DeclaredCustomer, "roles" | "apiKeys"> {
  const children = Object.entries(recordOf(value)).map(([name, child]) => {
    const { displayName, adopt, overlap } = recordOf(child);
    return [
      name,
      {
        ...(typeof displayName === "string" && { displayName }),
        ...(typeof adopt === "string" && { adopt }),
        ...(overlap !== undefined && { isRotated: true }),
      },
    ] as const;
  });
  return children.length > 0 ? { [field]: Object.fromEntries(children) } : {};
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Where the customers of a stack are declared. A stack without any is a new one. */
export function placeOf({
  customers: { source },
  resources,
  interrupted,
}: {
  customers: DeclaredCustomers;
  resources: readonly { kind: string }[];
  interrupted: readonly { kind: string }[];
}): "config" | "file" | "program" {
  if (source !== undefined) {
    return source.kind === "stack file" ? "config" : "file";
  }
  return [...resources, ...interrupted].some(({ kind }) => kind === "Organization") ? "program" : "config";
}
