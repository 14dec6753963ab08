/** Reads the stacks whose keys are verified: one, or all parts. */
import type { ExportedStack } from "../../providers/exportedStack";
import { divisionCalled } from "../parts/partStacks";
import { stackOfCustomer } from "../parts/stackOfCustomer";
import { Progress } from "../progress";
import type { PulumiProject } from "../pulumi/project";
import { inPlainText, parsed } from "../storedKeys";
import { workOnEach } from "../workOnEach";
import { fileConfig } from "../writtenConfig";
import { backendUrlIn } from "./backendUrl";
import { type KeyToVerify, keysToVerify } from "./keysToVerify";

export interface StacksToVerify {
  /** The name of the stack, or what those of the parts begin with. */
  called: string;
  /** One of them, as Pulumi knows it; undefined: the selected one. */
  first: string | undefined;
  /** By customer and key. */
  keys: KeyToVerify[];
  /** The output of that name, from whichever stack has it. */
  backendUrl?: string;
}

/** How many stacks are read at a time: each starts Pulumi processes. */
const atOnce = 2;

/**
 * @param name a stack, or what the names of parts begin with; undefined: the selected stack
 * @param customers of parts, only those of these customers are read
 */
export async function readStacks(
  project: PulumiProject,
  name: string | undefined,
  customers: readonly string[] | undefined,
): Promise<StacksToVerify> {
  const division = name === undefined ? undefined : divisionCalled(project, name);
  if (name === undefined || division === undefined) {
    const [read, called] = await Promise.all([readStack(project, name), nameOf(project, name)]);
    return { called, first: name, ...keysAndUrl(read, called) };
  }
  const parts = division.stacks.map(({ stack }) => stack);
  const asked = customers?.map((customer) => stackOfCustomer(project, name, customer) ?? name);
  const chosen = [...new Set(asked ?? parts)];
  // The backend is of no part, but may be of the stack from which they were made.
  const isTemplate = !parts.includes(name) && fileConfig(project, name) !== undefined;
  const found: { keys: KeyToVerify[]; backendUrl?: string }[] = [];
  const progress = new Progress("stacks", chosen.length);
  try {
    await workOnEach(isTemplate ? [...chosen, name] : chosen, atOnce, async (stack) => {
      found.push(keysAndUrl(await readStack(project, stack), stack));
      progress.add();
    });
  } finally {
    progress.end();
  }
  const backendUrl = found.find((one) => one.backendUrl !== undefined)?.backendUrl;
  return {
    called: name,
    first: chosen[0],
    keys: found
      .flatMap(({ keys }) => keys)
      .sort((one, other) => (`${one.customer}/${one.key}` < `${other.customer}/${other.key}` ? -1 : 1)),
    ...(backendUrl !== undefined && { backendUrl }),
  };
}

function optionsOf(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}

async function readStack(project: PulumiProject, stack: string | undefined): Promise<ExportedStack> {
  return parsed(await project.pulumi(["stack", "export", "--show-secrets", ...optionsOf(stack)]));
}

function nameOf(project: PulumiProject, stack: string | undefined): Promise<string> {
  return project.pulumi(["stack", "--show-name", ...optionsOf(stack)]);
}

function keysAndUrl(exported: ExportedStack, stack: string): { keys: KeyToVerify[]; backendUrl?: string } {
  const root = (exported.deployment?.resources ?? []).find(({ type }) => type === "pulumi:pulumi:Stack");
  const backendUrl = backendUrlIn(inPlainText(root?.outputs ?? {}));
  return { keys: keysToVerify(exported, stack, Date.now()), ...(backendUrl !== undefined && { backendUrl }) };
}
