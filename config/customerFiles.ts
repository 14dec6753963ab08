import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, extname, posix, resolve } from "node:path";
import { nearest } from "../components/nearest";
import { customerShape, fileShape } from "./customerShape";
import type { Declaration } from "./declaration";
import { isRecord } from "./isRecord";
import { readText } from "./sourceText";
import { readYaml, type YamlSource } from "./yamlSource";

const endings = [".yaml", ".yml", ".json"];

/**
 * The files that the setting `tesseral:customersFile` means, relative to the folder: one file, those directly in a folder, or those that
 * match a pattern such as `customers/*.yaml`, in the order of their names.
 * @throws the error of Node if the file or folder cannot be read
 */
export function customerFiles(folder: string, named: string): string[] {
  if (/[*?[{]/u.test(named)) {
    return matchingFiles(folder, named.replaceAll("\\", "/"));
  }
  if (!isFolder(resolve(folder, named))) {
    return [named];
  }
  return readdirSync(resolve(folder, named))
    .filter((file) => endings.includes(extname(file)) && !file.startsWith("."))
    .filter((file) => !isFolder(resolve(folder, named, file)))
    .sort()
    .map((file) => posix.join(named.replaceAll("\\", "/"), file));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * The files that match a pattern. What cannot be read is an error, as if it were named: to pass over it would read as if its
 * customers were removed.
 */
function matchingFiles(folder: string, pattern: string): string[] {
  let missed: unknown;
  const links: string[] = [];
  const fs: GlobbedFs = {
    // A link that leads nowhere is taken for a file, which is missed when it is read.
    realpathSync: (path) => (isBroken(path) ? path : realpathSync(path)),
    statSync: (path) => {
      if (!isBroken(path)) {
        return statSync(path);
      }
      links.push(path);
      return lstatSync(path);
    },
    readdirSync: (path, options) => {
      try {
        return readdirSync(path, options);
      } catch (error) {
        missed ??= isMissing(error) ? undefined : error;
        throw error;
      }
    },
  };
  // Loaded here, since most stacks have one file or none.
  const { globSync }: Globbing = createRequire(__filename)("tinyglobby");
  const files = globSync(pattern, { cwd: folder, expandDirectories: false, fs }).sort();
  if (missed !== undefined) {
    throw missed;
  }
  const lost = pattern.includes("**") ? links.find((path) => extname(path) === "") : undefined;
  if (lost !== undefined) {
    // It may have led to a folder. This throws the error of Node.
    statSync(lost);
  }
  return files;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** What tinyglobby asks of a file system. */
interface GlobbedFs {
  realpathSync(path: string): string;
  statSync(path: string): Stats;
  readdirSync(path: string, options: { withFileTypes: true }): Dirent[];
}

/** What is used of tinyglobby, whose own types want every overload of Node's functions. */
interface Globbing {
  globSync(pattern: string, options: { cwd: string; expandDirectories: boolean; fs: GlobbedFs }): string[];
}

function isBroken(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch {
    return true;
  }
}

/** Files that are not read only because of their ending: their author may believe that they are. */
export function leftOutFiles(folder: string, named: string): string[] {
  const ending = extname(named);
  if (!endings.includes(ending)) {
    return [];
  }
  const read = customerFiles(folder, named).map((file) => posix.normalize(file.replaceAll("\\", "/")));
  const alike = customerFiles(folder, `${named.slice(0, -ending.length)}{${endings.join(",")}}`);
  return alike.filter((file) => !read.includes(posix.normalize(file)));
}

/** What a file of customers declares. */
interface FileDeclaration extends Declaration {
  /** The customer whose fields the whole document is; undefined where it holds customers by name. */
  only?: string;
}

/**
 * What one file declares.
 * @param alone whether it is the only file that is named; of several, each may be one customer, under the file's name
 */
export function declarationIn(folder: string, file: string, alone: boolean): FileDeclaration {
  const source = readText(resolve(folder, file), file);
  if ("problem" in source) {
    const problems = [{ code: "TSL-YAML" as const, path: [], message: source.problem, position: source.position }];
    return { value: undefined, shape: fileShape, root: [], problems, locate: () => undefined };
  }
  const document = readYaml(source.text, file);
  const only = alone || holdsCustomers(document.value) ? undefined : basename(file, extname(file));
  const read = only === undefined ? document : asDocument(document, only);
  return { ...read, shape: fileShape, root: [], ...(only !== undefined && { only }) };
}

/** Whether this is a whole file of customers, with `customers` perhaps misspelled; else its fields are those of one customer. */
function holdsCustomers(value: unknown): boolean {
  const fields = ["customers", ...Object.keys(customerShape.fields)];
  return !isRecord(value) || Object.keys(value).some((name) => nearest(name, fields) === "customers");
}

/** A customer's own file as the file of customers that says the same. */
function asDocument({ value, problems, locate }: YamlSource, name: string): YamlSource {
  const place = ["customers", name];
  const isOfFile = (field: string) => field === "$schema" || field.startsWith("x-");
  const fields = Object.entries(isRecord(value) ? value : {}).filter(([field]) => !isOfFile(field));
  return {
    value: { customers: Object.fromEntries([[name, Object.fromEntries(fields)]]) },
    problems: problems.map((problem) => ({ ...problem, path: [...place, ...problem.path] })),
    locate: (path, at) => locate(path.slice(place.length), path.length > place.length ? at : "name"),
  };
}
