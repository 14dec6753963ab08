/** Which parts an edit touches. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { partOfEntry } from "../../config/parts/part";
import { CodedError } from "../../errors/coded";
import { openProject, type PulumiProject } from "../pulumi/project";
import { run } from "../pulumi/run";
import type { StackConfig } from "../stackConfig";
import { writtenConfig } from "../writtenConfig";
import { rawEntries } from "./declaredParts";
import type { PartStack, Parts } from "./partStacks";

/**
 * The parts whose customers have other entries now than at a revision of git, or whose stack has other settings. An entry that moved from one part
 * to another touches both.
 */
export async function changedParts(project: PulumiProject, { stacks }: Parts, since: string): Promise<PartStack[]> {
  const [first] = stacks;
  if (first === undefined) {
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "pulumi-tesseral-"));
  try {
    const earlier = openProject(await treeAt(project.root, since, folder));
    const before = rawEntries(earlier.root, writtenConfig(earlier, first.stack));
    const now = rawEntries(project.root, writtenConfig(project, first.stack));
    const of = first.part.of;
    const touched = new Set<number>();
    for (const name of new Set([...before.keys(), ...now.keys()])) {
      const [old, entry] = [before.get(name), now.get(name)];
      if (!isDeepStrictEqual(old, entry)) {
        for (const one of [old, entry]) {
          touched.add(one === undefined ? 0 : partOfEntry(name, one, of));
        }
      }
    }
    return stacks.filter(
      ({ stack, part }) =>
        touched.has(part.number) || !isDeepStrictEqual(otherSettings(earlier, stack), otherSettings(project, stack)),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The settings of a stack, but for customers, which are compared one by one. */
function otherSettings(project: PulumiProject, stack: string): StackConfig {
  const { "tesseral:customers": _, ...others } = writtenConfig(project, stack);
  return others;
}

/** Writes the YAML and JSON files of a revision into a folder and returns the project's folder there. Neither index nor work tree changes. */
async function treeAt(root: string, since: string, folder: string): Promise<string> {
  const timeout = 120_000;
  const top = await run("git", ["rev-parse", "--show-toplevel"], { cwd: root, timeout }).catch((error: unknown) => {
    throw new CodedError(
      "TSL-PARTS",
      `what changed can only be told in a git repository: ${error instanceof Error ? error.message : error}`,
    );
  });
  const tree = join(folder, "tree");
  mkdirSync(tree);
  const git = (args: string[], input = "") =>
    run("git", args, { cwd: top, timeout, input, env: { ...process.env, GIT_INDEX_FILE: join(folder, "index") } });
  await git(["read-tree", `${since}^{tree}`]).catch(() => {
    throw new CodedError(
      "TSL-PARTS",
      `git knows no ${JSON.stringify(since)} here: a shallow clone has only the last commit (actions/checkout: fetch-depth: 0)`,
    );
  });
  const files = await git(["ls-files", "-z", "--", "*.yaml", "*.yml", "*.json"]);
  await git(["checkout-index", "-z", "--stdin", `--prefix=${tree}/`], files);
  const there = resolve(tree, relative(top, root));
  mkdirSync(there, { recursive: true });
  return there;
}
