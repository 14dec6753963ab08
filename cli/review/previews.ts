/** Gets previews: by running Pulumi, or from files. */

import { basename } from "node:path";
import { buffer } from "node:stream/consumers";
import { coded, codedOr } from "../../errors/coded";
import { fileProblem } from "../../errors/fileProblem";
import type { Preview, PreviewDiagnostic } from "../../report/preview/preview";
import { howToSave, NotAPreview, readPreview } from "../../report/preview/readPreview";
import { printedText, textOf } from "../printedText";
import { PulumiMissing, type PulumiProject } from "../pulumi/project";
import { CommandFailed } from "../pulumi/run";

/** A preview of thousands of customers takes minutes. */
const longestPreview = 3_600_000;

/** A preview, and the stack's name where the preview does not tell it. */
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
    const preview = failedPreview(error);
    return { ...named, preview: { ...(preview.project === undefined && (await namesOf(project, stack))), ...preview } };
  }
}

/** The names of a stack and its project, which a preview that failed before its first step lacks; none where Pulumi knows no such stack. */
async function namesOf(project: PulumiProject, stack: string | undefined): Promise<Pick<Preview, "stack" | "project">> {
  const args = ["stack", "--show-name", "--fully-qualify-stack-names", ...(stack ? ["--stack", stack] : [])];
  const [, projectName, stackName] = (await project.pulumi(args).catch(() => "")).trim().split("/");
  return projectName && stackName ? { project: projectName, stack: stackName } : {};
}

/** What is known of a preview that failed: most failures come late, after much of it was printed. */
function failedPreview(error: Error): Preview {
  const known = error instanceof CommandFailed ? readIfAny(error.stdout) : undefined;
  const diagnostics = known?.diagnostics ?? [];
  const isSaid = diagnostics.some(({ severity }) => severity === "error");
  const { errors, warnings } = told(
    error.message
      .replace(/^pulumi ended with \S+: /, "")
      .replace(" (TSL-PULUMI-FAILED)", "")
      .split(" | "),
  );
  const message = errors.length > 0 ? errors.join("\n") : "pulumi preview ended without saying why";
  return {
    ...(known ?? { steps: [], config: {}, notUnderstood: [] }),
    diagnostics: isSaid
      ? diagnostics
      : [
          ...diagnostics,
          { severity: "error", message },
          ...warnings.map((text): PreviewDiagnostic => ({ severity: "warning", message: text })),
        ],
  };
}

/** Pulumi's error without the warnings before it, such as that it found a language host on PATH. */
function told(lines: readonly string[]): { errors: string[]; warnings: string[] } {
  const isWarning = (line: string) => /^warning: /.test(line);
  // A preview that never began prints `{}`.
  const errors = lines.filter((line) => !isWarning(line) && !/^\{?\}?$/.test(line.trim()));
  return { errors, warnings: lines.filter(isWarning) };
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

/** Reads a saved preview; `-` is standard input. Throws when it is not one. */
export async function previewIn(file: string): Promise<NamedPreview> {
  const source = file === "-" ? "standard input" : file;
  const content = file === "-" ? textOf(await buffer(process.stdin)) : savedText(file);
  try {
    return { stack: file === "-" ? "" : basename(file), preview: withItsEnd(readPreview(content)) };
  } catch (error) {
    if (error instanceof NotAPreview) {
      throw new Error(codedOr("TSL-PREVIEW", `${source}: ${error.message}`));
    }
    throw error;
  }
}

function savedText(file: string): string {
  try {
    return printedText(file);
  } catch (error) {
    throw new Error(coded("TSL-PREVIEW", `--from ${file}: ${fileProblem(error)}`), { cause: error });
  }
}

/** A preview ends with its count of the changes, or with an error. Of one that has neither, it is said. */
function withItsEnd(preview: Preview): Preview {
  const { changeSummary, diagnostics, steps } = preview;
  if (changeSummary !== undefined || diagnostics.some(({ severity }) => severity === "error")) {
    return preview;
  }
  if (steps.length === 0) {
    throw new NotAPreview(
      coded(
        "TSL-PREVIEW",
        `this preview is empty: it has no step, no count of the changes and no error. pulumi preview said on standard error what went wrong; ${howToSave}`,
      ),
    );
  }
  const message =
    "the saved preview has no count of the changes, so it was interrupted or cut off: what follows may be incomplete";
  return { ...preview, diagnostics: [{ severity: "error", message }, ...diagnostics] };
}
