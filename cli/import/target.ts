import { existsSync, realpathSync, statSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";
import { CodedError } from "../../errors/coded";
import { type DeclaredCustomers, defaultFile } from "../declaredCustomers";
import { UsageError } from "../exitCodes";

/** Where entries are written. */
export type Target =
  /** Into one file, at the end of the map of customers at `at`. */
  | { kind: "file"; path: string; shown: string; at: readonly string[] }
  /** Into a file each, in a folder. */
  | { kind: "folder"; path: string; shown: string };

const endings = [".yaml", ".yml", ".json"];

/** Where the stack reads its customers, or `out`. Throws when that is not a single place. */
export function targetOf(
  { source, missing }: DeclaredCustomers,
  root: string,
  isOfProgram: boolean,
  out: string | undefined,
): Target {
  if (out !== undefined) {
    return placeAt(resolve(out), out);
  }
  if (source?.setting !== undefined) {
    return { kind: "file", path: real(source.setting.path), shown: source.name, at: source.setting.at };
  }
  if (isOfProgram) {
    throw new CodedError(
      "TSL-ENTRIES",
      "the customers of this stack are declared by its program, so there is no file to write them into: give --out customers.yaml, and read it with loadCustomers()",
    );
  }
  const file = source?.name ?? missing ?? defaultFile;
  const pattern = /^([^*?[{]+)\/\*\.(yaml|yml)$/u.exec(file);
  if (pattern?.[1] !== undefined) {
    return { kind: "folder", path: resolve(root, pattern[1]), shown: pattern[1] };
  }
  if (/[*?[{]/u.test(file)) {
    throw new UsageError(`tesseral:customersFile is ${file}, which names no one folder: say where to write with --out`);
  }
  return placeAt(resolve(root, file), file);
}

function placeAt(path: string, shown: string): Target {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? !endings.includes(extname(path));
  return isFolder || shown.endsWith("/")
    ? { kind: "folder", path, shown: shown.replace(/\/+$/u, "") }
    : { kind: "file", path: real(path), shown, at: ["customers"] };
}

/** Writes to what a link leads to, not to the link. */
function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** The line by which editors find the JSON Schema; none where there is no schema. */
export function schemaLine(root: string, folder: string, schema: "customers" | "customer"): string[] {
  const found = [root, join(root, "node_modules/pulumi-tesseral")]
    .map((place) => join(place, `${schema}.schema.json`))
    .find((path) => existsSync(path));
  if (found === undefined) {
    return [];
  }
  const way = relative(folder, found).replaceAll("\\", "/");
  return [`# yaml-language-server: $schema=${way.startsWith(".") ? way : `./${way}`}`];
}
