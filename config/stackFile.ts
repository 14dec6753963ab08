import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "./isRecord";
import type { Locate, Path } from "./problem";
import type { Project } from "./project";
import { readYaml } from "./yamlSource";

/** The file in which a stack's configuration is written. */
export interface StackFile {
  /** The content of `config`, by full names; values that Pulumi encrypted are maps with the single entry `secure`. */
  config: Readonly<Record<string, unknown>>;
  /** Where a path leads that begins with a setting; undefined if the file does not set it. */
  locate: Locate;
}

/**
 * The stack's file, or undefined if it is not where the project has it or cannot be understood: Pulumi can be told to keep it
 * elsewhere, and it has checked the file itself before it runs a program. It only serves to say where things are written.
 */
export function readStackFile({ folder, name: project, stackFile: name }: Project): StackFile | undefined {
  const path = join(folder, name);
  if (!existsSync(path)) {
    return undefined;
  }
  const { value, problems, locate } = readYaml(readFileSync(path, "utf8"), name);
  if (problems.length > 0 || !isRecord(value) || !isRecord(value.config)) {
    return undefined;
  }
  const written = new Map(Object.keys(value.config).map((setting) => [fullName(setting, project), setting]));
  const inFile = ([setting, ...below]: Path): Path | undefined => {
    const found = written.get(String(setting));
    return found === undefined ? undefined : ["config", found, ...below];
  };
  return {
    config: withFullNames(value.config, project),
    locate: (path, at) => {
      const place = inFile(path);
      return place && locate(place, at);
    },
  };
}

/** The full name of a setting: where a file writes one without a namespace, Pulumi takes the project's name for that. */
export function fullName(setting: string, project: string): string {
  return setting.includes(":") ? setting : `${project}:${setting}`;
}

/** The same settings by their full names. */
export function withFullNames(config: Readonly<Record<string, unknown>>, project: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([setting, value]) => [fullName(setting, project), value]));
}

/** A setting that is a map, as data. Text that is not JSON is a value too: the check says that it is not a map. */
export function parseSetting(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether Pulumi encrypted a value of the stack's file. */
export function isEncrypted(written: unknown): boolean {
  return isRecord(written) && Object.keys(written).length === 1 && typeof written.secure === "string";
}

/** Whether a configured value can come from what is written: the same names, as many items, the same texts. */
export function isWrittenAs(value: unknown, written: unknown): boolean {
  if (Array.isArray(value)) {
    return (
      Array.isArray(written) &&
      value.length === written.length &&
      value.every((item, index) => isWrittenAs(item, written[index]))
    );
  }
  if (isRecord(value)) {
    const names = Object.keys(value);
    return (
      isRecord(written) &&
      names.length === Object.keys(written).length &&
      names.every((name) => Object.hasOwn(written, name) && isWrittenAs(value[name], written[name]))
    );
  }
  return typeof value !== "string" || value === written || (goTime.test(value) && typeof written === "string");
}

/**
 * How an unquoted time of the stack's file arrives: Pulumi reads it as a time and prints it in Go's format. It also writes it
 * so into the file, whenever `pulumi config set` changes anything there.
 */
const goTime = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+$/u;

/**
 * The value with unquoted times as the user wrote them, or, where that is not known, the same times in RFC 3339.
 * @param written what the stack's file holds, if the value came from there
 */
export function restoreTimes(value: unknown, written: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => restoreTimes(item, Array.isArray(written) ? written[index] : undefined));
  }
  if (isRecord(value)) {
    const below = isRecord(written) ? written : {};
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        restoreTimes(item, Object.hasOwn(below, name) ? below[name] : undefined),
      ]),
    );
  }
  const parts = typeof value === "string" ? goTime.exec(value) : null;
  if (parts === null) {
    return value;
  }
  const [, date, time, hours, minutes] = parts;
  const asWritten = typeof written === "string" && !goTime.test(written) ? written : undefined;
  return asWritten ?? `${date}T${time}${hours}:${minutes}`.replace("+00:00", "Z");
}
