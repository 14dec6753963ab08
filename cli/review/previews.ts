/** Gets previews: by running Pulumi, or from files. */

import { basename } from "node:path";
import { text } from "node:stream/consumers";
import { codedOr } from "../../errors/coded";
import type { Preview } from "../../report/preview/preview";
import { NotAPreview, readPreview } from "../../report/preview/readPreview";
import { printedText } from "../printedText";
import { PulumiMissing, type PulumiProject } from "../pulumi/project";
import { CommandFailed } from "../pulumi/run";

/** A preview of thousands of customers takes minutes. */
const longestPreview = 3_600_000;

/** A preview, and how the stack is called where the preview does not tell. */
export interface NamedPreview {
  preview: Preview;
  stack?: string;
}

/**
 * Runs `pulumi preview` for a stack; undefined is the selected one. A preview that fails is one with an error in it. Throws only when there
 * is no Pulumi.
 */
export async function previewOf(
  project: PulumiProject,
  stack: string | undefined,
  refresh: boolean,
): Promise<NamedPreview> {
  const args = ["preview", "--json", "--show-sames", "--show-replacement-steps", ...(refresh ? ["--refresh"] : [])];
  const named = stack === undefined ? {} : { stack };
  try {
    const printed = await project.pulumi([...args, ...(stack ? ["--stack", stack] : [])], undefined, longestPreview);
    return { ...named, preview: readPreview(printed) };
  } catch (error) {
    if (error instanceof PulumiMissing || !(error instanceof Error)) {
      throw error;
    }
    return { ...named, preview: failedPreview(error) };
  }
}

/** What is known of a preview that failed: most failures come at the end of one that tells much. */
function failedPreview(error: Error): Preview {
  const known = error instanceof CommandFailed ? readIfAny(error.stdout) : undefined;
  const diagnostics = known?.diagnostics ?? [];
  const isSaid = diagnostics.some(({ severity }) => severity === "error");
  const message = error.message
    .replace(/^pulumi ended with \S+: /, "")
    .replace(" (TSL-PULUMI-FAILED)", "")
    .replaceAll(" | ", "\n");
  return {
    ...(known ?? { steps: [], config: {}, notUnderstood: [] }),
    diagnostics: isSaid ? diagnostics : [...diagnostics, { severity: "error", message }],
  };
}

function readIfAny(printed: string): Preview | undefined {
  try {
    return printed.includes("{") ? readPreview(printed) : undefined;
  } catch (error) {
    if (error instanceof NotAPreview) {
      return undefined;
    }
    throw error;
  }
}

/** Reads a saved preview; `-` is standard input. Throws when it is none. */
export async function previewIn(file: string): Promise<NamedPreview> {
  const content = file === "-" ? await text(process.stdin) : printedText(file);
  try {
    return { stack: file === "-" ? "" : basename(file), preview: readPreview(content) };
  } catch (error) {
    if (error instanceof NotAPreview) {
      throw new Error(codedOr("TSL-PREVIEW", `${file === "-" ? "standard input" : file}: ${error.message}`));
    }
    throw error;
  }
}
