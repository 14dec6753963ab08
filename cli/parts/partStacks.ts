/** The stacks that customers are divided over, from the files beside Pulumi.yaml. Pulumi is not asked. */

import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { type Part, partIn } from "../../config/parts/part";
import { CodedError } from "../../errors/coded";
import { UsageError } from "../exitCodes";
import type { PulumiProject } from "../pulumi/project";
import { fileConfig } from "../writtenConfig";

export interface PartStack {
  stack: string;
  part: Part;
}

/** The stacks of one division. */
export interface Parts {
  /** The beginning of its stacks' names: `prod` for `prod-1`, `prod-2`. */
  base: string;
  /** By their numbers. */
  stacks: readonly PartStack[];
}

const setting = "tesseral:part";

/** The part that a stack's file sets; undefined if it sets none. */
export function partOfStack(project: PulumiProject, stack: string): Part | undefined {
  return partIn(String(fileConfig(project, stack)?.[setting] ?? ""));
}

/** The name of a part's stack. */
export function stackName(base: string, number: number): string {
  return `${base}-${number}`;
}

/** All divisions of a project. */
export function allParts(project: PulumiProject): Parts[] {
  const example = project.stackFile("x");
  const folder = dirname(example);
  const ending = extname(example);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const found = new Map<string, PartStack[]>();
  for (const file of files.filter((name) => name.startsWith("Pulumi.") && extname(name) === ending)) {
    const stack = basename(file, ending).slice("Pulumi.".length);
    const part = stack === "" ? undefined : partOfStack(project, stack);
    if (part !== undefined) {
      const base = baseOf(stack, part);
      found.set(base, [...(found.get(base) ?? []), { stack, part }]);
    }
  }
  return [...found]
    .map(([base, stacks]) => ({
      base,
      stacks: stacks.sort((one, other) => numberOf(base, one) - numberOf(base, other)),
    }))
    .sort((one, other) => (one.base < other.base ? -1 : 1));
}

/** A stack that is being made may still have the part of the stack whose settings it was given, but it has its own name. */
export function numberOf(base: string, { stack, part }: PartStack): number {
  const [, number] = /^-(\d+)$/u.exec(stack.slice(base.length)) ?? [];
  return number === undefined ? part.number : Number(number);
}

function baseOf(stack: string, { number, of, growingTo }: Part): string {
  const [, base, ending] = /^(.+)-(\d+)$/u.exec(stack) ?? [];
  const most = Math.max(of, growingTo ?? 0);
  return base !== undefined && (Number(ending) === number || (growingTo !== undefined && Number(ending) <= most))
    ? base
    : stack;
}

/** The division that a stack belongs to, or that has this name; undefined if there is none. */
export function partsOf(project: PulumiProject, stack: string): Parts | undefined {
  const short = stack.split("/").at(-1) ?? stack;
  return allParts(project).find(({ base, stacks }) => base === short || stacks.some((one) => one.stack === short));
}

/** The division whose stacks' names begin so; undefined if there is none. */
export function divisionCalled(project: PulumiProject, name: string): Parts | undefined {
  return allParts(project).find(({ base }) => base === name);
}

/**
 * The stacks that the options name, each once; undefined is the selected one. The beginning of parts' names, such as `prod`, stands for all of them,
 * even where a stack has that name: it is the template from which they were made, and an update of it would take all customers.
 */
export function stacksNamed(project: PulumiProject, names: readonly string[] | undefined): (string | undefined)[] {
  if (names === undefined) {
    return [undefined];
  }
  const divisions = allParts(project);
  const all = names.flatMap((name) => {
    const division = divisions.find(({ base }) => base === name);
    return division === undefined ? [name] : division.stacks.map(({ stack }) => stack);
  });
  return [...new Set(all)];
}

/**
 * The division that is meant.
 * @param stack one of its stacks, or the beginning of their names; undefined: there is only one division
 * @throws Error that says what to do if there is none
 */
export function findParts(project: PulumiProject, stack: string | undefined): Parts {
  if (stack !== undefined) {
    const found = partsOf(project, stack);
    if (found === undefined) {
      throw new CodedError(
        "TSL-PARTS",
        `stack ${stack} is not a part: its file sets no tesseral:part. To make parts: npx pulumi-tesseral parts init --stack ${stack} --parts 50`,
      );
    }
    return found;
  }
  const [first, ...others] = allParts(project);
  if (first === undefined) {
    throw new CodedError(
      "TSL-PARTS",
      "no stack of this project has tesseral:part. To divide customers over stacks: npx pulumi-tesseral parts init --stack <template> --parts 50",
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `there are several divisions, ${[first, ...others].map(({ base }) => base).join(", ")}: name one with --stack`,
    );
  }
  return first;
}

/** A stack without parts that is to become the first of several. */
export function asOnlyPart(project: PulumiProject, stack: string): Parts {
  if (fileConfig(project, stack) === undefined) {
    throw new CodedError("TSL-PARTS", `there is no ${project.stackFile(stack)}: name a stack with --stack`);
  }
  return { base: stack, stacks: [{ stack, part: { number: 1, of: 1 } }] };
}

/** Throws unless each part has exactly one stack and no change of the parts is under way. */
export function requireWhole({ base, stacks }: Parts): number {
  const most = Math.max(...stacks.map(({ part }) => part.growingTo ?? part.of));
  const unfinished = stacks.some(({ part }) => part.growingTo !== undefined || part.of !== most);
  if (unfinished) {
    throw new CodedError(
      "TSL-PARTS-CHANGING",
      `the parts of ${base} are being changed to ${most}: finish it with npx pulumi-tesseral parts grow --stack ${base} --to ${most}`,
    );
  }
  const missing = Array.from({ length: most }, (_, index) => index + 1).filter(
    (number) => !stacks.some(({ part }) => part.number === number),
  );
  const twice = stacks.filter(({ part }, index) => part.number === stacks[index - 1]?.part.number);
  if (twice.length > 0) {
    throw new CodedError(
      "TSL-PARTS",
      `two stacks of ${base} have the same part, ${twice.map(({ stack }) => stack).join(", ")} and another: correct tesseral:part of one of them`,
    );
  }
  if (missing.length > 0) {
    throw new CodedError(
      "TSL-PARTS",
      `${base} has no stack for ${missing.length === 1 ? "part" : "parts"} ${missing.slice(0, 10).join(", ")}${missing.length > 10 ? ", …" : ""} of ${most}: ` +
        `npx pulumi-tesseral parts grow --stack ${base} --to ${most} makes them`,
    );
  }
  return most;
}
