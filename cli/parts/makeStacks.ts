/** Makes the stacks of parts, with the settings of another stack. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { type Part, partText } from "../../config/parts/part";
import { CodedError } from "../../errors/coded";
import type { PulumiProject } from "../pulumi/project";
import { workOnEach } from "../workOnEach";
import { fileConfig, isEmpty } from "../writtenConfig";
import { type PartStack, partOfStack, stackName } from "./partStacks";

const partSetting = "tesseral:part";

/** Settings that are not copied: with them, each stack would deploy a backend of its own. */
const ofOneStack = ["tesseral:backend"];

/** The names of all stacks of the project, in their shortest form. */
export async function existingStacks(project: PulumiProject): Promise<Set<string>> {
  const listed: { name: string }[] = JSON.parse(await project.pulumi(["stack", "ls", "--json"]));
  return new Set(listed.map(({ name }) => name.split("/").at(-1) ?? name));
}

export async function setPart(project: PulumiProject, stack: string, part: Part): Promise<void> {
  await project.pulumi(["config", "set", partSetting, partText(part), "--stack", stack]);
}

/**
 * Makes what is missing of the stacks `base-from` to `base-to`, so many at a time, and leaves them refusing updates: `growing to`. From the first
 * moment on, each has a part that says so. Killed anywhere and run again, it comes to the same.
 */
export async function makeStacks(
  project: PulumiProject,
  base: string,
  { from, to, of = to, template, jobs }: { from: number; to: number; of?: number; template: string; jobs: number },
): Promise<PartStack[]> {
  const numbers = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  const existing = await existingStacks(project);
  await workOnEach(numbers, jobs, (number) =>
    makeStack(project, stackName(base, number), { number, of, growingTo: of }, template, existing),
  );
  return numbers.map((number) => ({ stack: stackName(base, number), part: { number, of, growingTo: of } }));
}

async function makeStack(
  project: PulumiProject,
  stack: string,
  part: Part,
  template: string,
  existing: ReadonlySet<string>,
): Promise<void> {
  const file = project.stackFile(stack);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const config = { [partSetting]: partText({ ...part, isNew: true }) };
    const isJson = extname(file) === ".json";
    writeFileSync(file, isJson ? JSON.stringify({ config }) : `config:\n  ${partSetting}: ${config[partSetting]}\n`);
  }
  if (!existing.has(stack)) {
    await project.pulumi(["stack", "init", stack, "--no-select"]);
  }
  // Its settings are copied in one step; those of a stack of the same division include its part.
  const found = partOfStack(project, stack);
  if (found?.isNew) {
    await project.pulumi(["config", "cp", "--stack", template, "--dest", stack]);
  }
  if (found?.isNew || found?.number !== part.number) {
    for (const setting of ofOneStack.filter((name) => Object.hasOwn(fileConfig(project, stack) ?? {}, name))) {
      await project.pulumi(["config", "rm", setting, "--stack", stack]);
    }
    await setPart(project, stack, part);
  }
}

/** Throws if Pulumi.yaml sets a backend, since each stack would deploy one. */
export function refuseBackendForAll(project: PulumiProject): void {
  const set = ofOneStack.find((name) => !isEmpty(project.settings.get(name)?.value ?? null));
  if (set !== undefined) {
    throw new CodedError(
      "TSL-PARTS",
      `Pulumi.yaml sets ${set}, so each part would deploy a backend of its own: move it into the file of one stack`,
    );
  }
}

/** Throws if a stack that is not a part has the name of one of these parts. */
export function refuseTaken(
  project: PulumiProject,
  base: string,
  { from, to }: { from: number; to: number },
  existing: ReadonlySet<string>,
): void {
  for (let number = from; number <= to; number += 1) {
    const stack = stackName(base, number);
    const isThere = existing.has(stack) || fileConfig(project, stack) !== undefined;
    if (isThere && partOfStack(project, stack) === undefined) {
      throw new CodedError("TSL-PARTS", `stack ${stack} exists and has no tesseral:part: rename it, or remove it`);
    }
  }
}
