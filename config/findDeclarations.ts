import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fileProblem } from "../errors/fileProblem";
import { customerFiles, declarationIn, leftOutFiles } from "./customerFiles";
import { customersShape, fileShape } from "./customerShape";
import type { Declaration } from "./declaration";
import { isRecord } from "./isRecord";
import type { Path } from "./problem";
import type { Project } from "./project";
import { isEncrypted, isWrittenAs, parseSetting, restoreTimes, type StackFile } from "./stackFile";

const setting = "tesseral:customers";
/** The file that is read without being named. */
const defaultFile = "customers.yaml";

/**
 * Finds where the customers are declared: in the stack's configuration, or in files of their own.
 * @returns a declaration for each place; none if nothing declares customers
 */
export function findDeclarations({ folder }: Project, stackFile: StackFile | undefined): Declaration[] {
  const config = new pulumi.Config("tesseral");
  const configured = config.get("customers");
  const file = config.get("customersFile") || defaultFile;
  // An empty map is what Pulumi.yaml gives when the stack says nothing.
  const inStack = configured !== undefined && !["", "{}", "null"].includes(configured);
  const inFile = existsSync(resolve(folder, file)) || file !== defaultFile;
  if (inStack && inFile) {
    const message = `there are customers in ${file} as well: keep one of the two`;
    return [
      {
        ...inStackConfig(configured, stackFile),
        problems: [{ code: "TSL-FILE", path: [setting], at: "name", message }],
      },
    ];
  }
  if (inStack) {
    return [inStackConfig(configured, stackFile)];
  }
  if (inFile) {
    return inOwnFiles(folder, file, stackFile);
  }
  for (const alike of leftOutFiles(folder, defaultFile)) {
    void pulumi.log.warn(`${alike} is not read: call it ${defaultFile}, or name it with tesseral:customersFile.`);
  }
  return [];
}

function inOwnFiles(folder: string, named: string, stackFile: StackFile | undefined): Declaration[] {
  try {
    const files = customerFiles(folder, named);
    for (const file of leftOutFiles(folder, named)) {
      void pulumi.log.warn(`${file} is not read: tesseral:customersFile means ${named}.`);
    }
    if (files.length > 0) {
      return files.map((file) => declarationIn(folder, file, file === named));
    }
    return [unreadable(`names no file: there is none of ${named} in ${folder}`, stackFile)];
  } catch (error) {
    const path = error instanceof Error && "path" in error ? error.path : resolve(folder, named);
    return [unreadable(`names ${path}, which cannot be read: ${fileProblem(error)}`, stackFile)];
  }
}

function unreadable(message: string, stackFile: StackFile | undefined): Declaration {
  return {
    value: undefined,
    shape: fileShape,
    root: [],
    problems: [{ code: "TSL-FILE", path: ["tesseral:customersFile"], message }],
    locate: (place, at) => stackFile?.locate(place, at),
  };
}

function inStackConfig(configured: string, stackFile: StackFile | undefined): Declaration {
  const value = parseSetting(configured);
  const written = stackFile?.config[setting];
  const encrypted = encryptedPlaces(written, [setting]).map((path) => ({
    code: "TSL-VALUE" as const,
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
