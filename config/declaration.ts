import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "./checkShape";
import { customersShape, fileShape } from "./customerShape";
import type { Locate, Path, Problem } from "./problem";
import type { Shape } from "./shape";
import { isEncrypted, isWrittenAs, restoreTimes, type StackFile } from "./stackFile";
import { readYaml } from "./yamlSource";

/** Customers as someone wrote them, not yet checked. */
export interface Declaration {
  /** What is checked: the customers, or a document that holds them. Undefined: nothing, and `problems` says why. */
  value: unknown;
  shape: Shape;
  /** The path of `value`. */
  root: Path;
  /** What was found before the check. */
  problems: readonly Problem[];
  locate: Locate;
}

const setting = "tesseral:customers";
/** The file that is read without being named. */
const defaultFile = "customers.yaml";

/**
 * Finds where the customers are declared: in the stack's configuration or in a file of their own.
 * @returns undefined if nothing declares customers
 */
export function findDeclaration(directory: string, stackFile: StackFile | undefined): Declaration | undefined {
  const config = new pulumi.Config("tesseral");
  const configured = config.get("customers");
  const file = config.get("customersFile") || defaultFile;
  const path = resolve(directory, file);
  // An empty map is what Pulumi.yaml gives when the stack says nothing.
  const inStack = configured !== undefined && !["", "{}", "null"].includes(configured);
  const inFile = existsSync(path) || file !== defaultFile;
  if (inStack && inFile) {
    const message = `there are customers in ${file} as well: keep one of the two`;
    return {
      ...inStackConfig(configured, stackFile),
      problems: [{ path: ["tesseral:customers"], at: "name", message }],
    };
  }
  if (inStack) {
    return inStackConfig(configured, stackFile);
  }
  return inFile ? inOwnFile(file, path, stackFile) : undefined;
}

function inOwnFile(file: string, path: string, stackFile: StackFile | undefined): Declaration {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `names a file that cannot be read: ${reason}`;
    return {
      value: undefined,
      shape: fileShape,
      root: [],
      problems: [{ path: ["tesseral:customersFile"], message }],
      locate: (place, at) => stackFile?.locate(place, at),
    };
  }
  return { ...readYaml(text, file), shape: fileShape, root: [] };
}

function inStackConfig(configured: string, stackFile: StackFile | undefined): Declaration {
  const value = parseJson(configured);
  const written = stackFile?.config[setting];
  const encrypted = encryptedPlaces(written, [setting]).map((path) => ({
    path,
    message: "is encrypted, but state and previews show customers as they are: set it again without --secret",
  }));
  const known = encrypted.length > 0 || isWrittenAs(value, written);
  return {
    value: encrypted.length > 0 ? undefined : restoreTimes(value, known ? written : undefined),
    shape: customersShape,
    root: [setting],
    problems: encrypted,
    locate: (path, at) => (known ? stackFile?.locate(path, at) : undefined),
  };
}

function encryptedPlaces(written: unknown, path: Path): Path[] {
  if (isEncrypted(written)) {
    return [path];
  }
  if (Array.isArray(written)) {
    return written.flatMap((item, index) => encryptedPlaces(item, [...path, index]));
  }
  return isRecord(written)
    ? Object.entries(written).flatMap(([name, item]) => encryptedPlaces(item, [...path, name]))
    : [];
}

/** Text that is not JSON is a value too: the check says that it is not a map. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
