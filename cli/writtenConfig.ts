/** What the project's files set for a stack. Pulumi is not asked, so nothing is decrypted, and an environment of Pulumi ESC is not seen. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { isRecord } from "../config/isRecord";
import { fullName, withFullNames } from "../config/stackFile";
import { readYaml } from "../config/yamlSource";
import type { PulumiProject } from "./pulumi/project";
import type { StackConfig } from "./stackConfig";

/** What a stack's own file sets, by full name; undefined if there is no such file. */
export function fileConfig(project: PulumiProject, stack: string): Record<string, unknown> | undefined {
  const written = writtenIn(project, stack);
  return written && withFullNames(written, project.name);
}

/** What is set for a stack, by its own file or else for all stacks by Pulumi.yaml, as `pulumi config --json` prints it. */
export function writtenConfig(project: PulumiProject, stack: string): StackConfig {
  const forAll = [...project.settings].map(([setting, { value }]) => [setting, value] as const);
  const settings = { ...Object.fromEntries(forAll), ...fileConfig(project, stack) };
  return Object.fromEntries(
    Object.entries(settings).map(([setting, value]) => [
      setting,
      typeof value === "object" ? { objectValue: value } : { value: String(value) },
    ]),
  );
}

/** A file, and the names that lead to a setting in it. */
export interface SettingPlace {
  path: string;
  at: readonly string[];
}

/** Where a setting of a stack that is a map stands: in Pulumi.yaml, if the stack's own file does not set it and that does more than to leave it empty. */
export function placeOfSetting(project: PulumiProject, stack: string, setting: string): SettingPlace {
  const own = Object.keys(writtenIn(project, stack) ?? {}).find((name) => fullName(name, project.name) === setting);
  const forAll = project.settings.get(setting);
  return own === undefined && forAll !== undefined && !isEmpty(forAll.value)
    ? { path: forAll.path, at: forAll.at }
    : { path: project.stackFile(stack), at: ["config", own ?? setting] };
}

/** Whether Pulumi.yaml names a map only for its description. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (isRecord(value) && Object.keys(value).length === 0);
}

/** What a stack's own file sets, by the names that stand there. */
function writtenIn(project: PulumiProject, stack: string): Record<string, unknown> | undefined {
  const file = project.stackFile(stack);
  if (!existsSync(file)) {
    return undefined;
  }
  const { value } = readYaml(readFileSync(file, "utf8"), basename(file));
  return isRecord(value) && isRecord(value.config) ? value.config : {};
}
