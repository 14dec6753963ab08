import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { parse } from "yaml";
import { isRecord } from "../../config/isRecord";
import { fullName } from "../../config/stackFile";
import { CodedError, coded } from "../../errors/coded";
import { isOldLayout, oldLayoutAdvice } from "../../providers/stackState";
import { UsageError } from "../exitCodes";
import { run } from "./run";

/** A Pulumi project on this machine, and the `pulumi` on PATH that works in it. */
export interface PulumiProject {
  /** The folder of `Pulumi.yaml`, from which every path in the configuration counts. */
  root: string;
  /** What `Pulumi.yaml` sets for every stack whose own file does not, by full name. */
  settings: ReadonlyMap<string, ProjectSetting>;
  /** Its name, to which settings belong that are written without a namespace. */
  name: string;
  /** The file of a stack's configuration, below `stackConfigDir` of `Pulumi.yaml` or `root`, and with the ending of `Pulumi.yaml`. */
  stackFile: (stack: string) => string;
  /**
   * Runs `pulumi`, for two minutes or so many milliseconds at most, and returns what it printed; nothing, where `onOutput` takes it piece by piece.
   * Throws in one line what it said.
   */
  pulumi: (args: string[], input?: string, timeout?: number, onOutput?: (text: string) => void) => Promise<string>;
}

/** A setting of `Pulumi.yaml`, and where it stands. */
export interface ProjectSetting {
  value: unknown;
  path: string;
  at: readonly string[];
}

/** There is no `pulumi` to run. */
export class PulumiMissing extends Error {}

/**
 * The project that a folder belongs to, which Pulumi looks for upwards as well.
 * @throws UsageError where there is no such folder: starting a program there would fail as if the program were missing
 */
export function openProject(folder = "."): PulumiProject {
  const cwd = resolve(folder);
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--cwd ${folder}: there is no such folder`);
  }
  const file = projectFile(cwd);
  const root = file === undefined ? cwd : dirname(file);
  const read = file === undefined ? null : parsedProject(file);
  const { name: written = "", config, stackConfigDir } = isRecord(read) ? read : {};
  const name = String(written);
  // `config` is its old name.
  const configDir = stackConfigDir ?? config;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return {
    root,
    name,
    settings: settingsIn(config, file ?? "", name),
    stackFile: (stack) =>
      resolve(root, typeof configDir === "string" ? configDir : "", `Pulumi.${stack}${extname(file ?? "Pulumi.yaml")}`),
    pulumi: (args, input, timeout, onOutput) =>
      run("pulumi", args, {
        // A preview starts plugins, which only Pulumi itself ends.
        ...{ cwd, env, timeout: timeout ?? 120_000, endsInOrder: args[0] === "preview" },
        ...(input !== undefined && { input }),
        ...(onOutput !== undefined && { onOutput }),
      }).catch(explained),
  };
}

function parsedProject(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const [problem = ""] = error instanceof Error ? error.message.split("\n") : [];
    throw new CodedError("TSL-YAML", `${file} cannot be read: ${problem.replace(/:$/u, "")}`);
  }
}

/** Settings stand as values, or as maps with what is true of them, of which `value` or `default` is the value. */
function settingsIn(config: unknown, path: string, project: string): Map<string, ProjectSetting> {
  return new Map(
    Object.entries(isRecord(config) ? config : {}).flatMap(([setting, written]) => {
      const field = isRecord(written) ? ["value", "default"].find((each) => Object.hasOwn(written, each)) : undefined;
      if (isRecord(written) && field === undefined) {
        return [];
      }
      const value = isRecord(written) && field !== undefined ? written[field] : written;
      const at = ["config", setting, ...(field === undefined ? [] : [field])];
      return [[fullName(setting, project), { value, path, at }] as const];
    }),
  );
}

function projectFile(folder: string): string | undefined {
  const found = ["yaml", "yml", "json"].map((end) => join(folder, `Pulumi.${end}`)).find((path) => existsSync(path));
  const above = dirname(folder);
  return found ?? (above === folder ? undefined : projectFile(above));
}

function explained(error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") {
    throw new PulumiMissing(
      coded("TSL-PULUMI", "pulumi is not on PATH: install it, https://www.pulumi.com/docs/install/"),
    );
  }
  if (error instanceof Error && isOldLayout(error.message)) {
    throw new CodedError("TSL-STATE", `the stack ${oldLayoutAdvice}`);
  }
  const missing = error instanceof Error ? whatIsMissing(error.message) : undefined;
  if (missing !== undefined) {
    throw new CodedError("TSL-STACK", missing);
  }
  throw error;
}

/** Puts what Pulumi says of a missing project or stack into one line that names the option. */
function whatIsMissing(said: string): string | undefined {
  const [, stack] = /no stack named '([^']*)' found/.exec(said) ?? [];
  if (stack !== undefined) {
    return `there is no stack ${JSON.stringify(stack)}: \`pulumi stack ls\` lists those of this project; name one with --stack, or another project with --cwd`;
  }
  if (said.includes("no stack selected")) {
    return "no stack is selected: name one with --stack, or run `pulumi stack select`";
  }
  // With --stack, Pulumi asks for the full name where it finds no project to complete a short one.
  return said.includes("no Pulumi.yaml project file found") || said.includes("pass the fully qualified name")
    ? "this folder is in no Pulumi project: name the folder of its Pulumi.yaml with --cwd"
    : undefined;
}
