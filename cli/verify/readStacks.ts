/** Reads the stacks whose keys are verified: one, or all parts. */
import { CodedError } from "../../errors/coded";
import type { ExportedStack } from "../../providers/exportedStack";
import { searchOfParts } from "../parts/searchOfParts";
import { Progress } from "../progress";
import type { PulumiProject } from "../pulumi/project";
import { inPlainText, parsed } from "../storedKeys";
import { workOnEach } from "../workOnEach";
import { backendUrlIn } from "./backendUrl";
import { type KeyToVerify, keysToVerify } from "./keysToVerify";

export interface StacksToVerify {
  /** The name of the stack, or what those of the parts begin with. */
  called: string;
  /** Whether these are parts. */
  areParts: boolean;
  /** By customer and key. */
  keys: KeyToVerify[];
  /** The output of that name. */
  backendUrl?: string;
}

interface ReadStack {
  keys: KeyToVerify[];
  backendUrl?: string;
}

/** How many stacks are read at a time: each starts Pulumi processes. */
const atOnce = 2;

/**
 * @param name a stack, or what the names of parts begin with; undefined: the selected stack
 * @param customers of parts, only those of these customers are read, as far as that is enough
 * @param needsUrl whether to look for the output `backendUrl` where that has to be asked of further stacks
 * @throws CodedError where parts have several addresses and one of them is needed
 */
export async function readStacks(
  project: PulumiProject,
  name: string | undefined,
  customers: readonly string[] | undefined,
  needsUrl: boolean,
): Promise<StacksToVerify> {
  const search = name === undefined ? undefined : searchOfParts(project, name, customers);
  if (name === undefined || search === undefined) {
    const [read, called] = await Promise.all([readStack(project, name), nameOf(project, name)]);
    return { called, areParts: false, ...keysAndUrl(read, called) };
  }
  const read = await readEach(project, search.likely);
  const isMissing = (customer: string) => !read.some(({ keys }) => keys.some((key) => key.customer === customer));
  const isIncomplete = () => customers?.some(isMissing) || (needsUrl && !read.some((one) => one.backendUrl));
  if (isIncomplete()) {
    read.push(...(await readEach(project, search.others)));
  }
  if (isIncomplete() && search.template !== undefined) {
    // There may be nothing but its settings. Its keys are of no part.
    const template = await readEach(project, [search.template]).catch((): ReadStack[] => []);
    read.push(...template.map((one) => (customers === undefined ? { ...one, keys: [] } : one)));
  }
  const urls = [...new Set(read.flatMap(({ backendUrl = [] }) => backendUrl))];
  if (needsUrl && urls.length > 1) {
    throw new CodedError(
      "TSL-VERIFY",
      `the parts of ${name} have ${urls.length} different outputs backendUrl: say with --url where the backend answers`,
    );
  }
  const [backendUrl] = urls;
  return {
    called: name,
    areParts: true,
    keys: read
      .flatMap(({ keys }) => keys)
      .sort((one, other) => (`${one.customer}/${one.key}` < `${other.customer}/${other.key}` ? -1 : 1)),
    ...(backendUrl !== undefined && { backendUrl }),
  };
}

async function readEach(project: PulumiProject, stacks: readonly string[]): Promise<ReadStack[]> {
  const found: ReadStack[] = [];
  const progress = new Progress("stacks", stacks.length);
  try {
    await workOnEach(stacks, atOnce, async (stack) => {
      found.push(keysAndUrl(await readStack(project, stack), stack));
      progress.add();
    });
  } finally {
    progress.end();
  }
  return found;
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

function keysAndUrl(exported: ExportedStack, stack: string): ReadStack {
  const root = (exported.deployment?.resources ?? []).find(({ type }) => type === "pulumi:pulumi:Stack");
  const backendUrl = backendUrlIn(inPlainText(root?.outputs ?? {}));
  return { keys: keysToVerify(exported, stack, Date.now()), ...(backendUrl !== undefined && { backendUrl }) };
}
