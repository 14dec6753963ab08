import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join, posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "./isRecord";
import { readYaml } from "./yamlSource";

/** Where the files of the Pulumi project are. */
export interface Project {
  /** The namespace of settings that are written without one. */
  name: string;
  /** The folder of Pulumi.yaml, which every path in the settings begins at, wherever `main` says that the program is. */
  folder: string;
  /** The stack's own file, relative to the folder, with `/`. It need not be there. */
  stackFile: string;
}

/**
 * Finds the project as Pulumi does: Pulumi.yaml in the working directory or the nearest folder above it. Pulumi itself names that folder
 * where the language host runs the program, and there it counts, since `main` may lead out of the project.
 * @param directory the folder, if it is known
 */
export function findProject(directory?: string): Project {
  const folder = directory ?? above(pulumi.runtime.getRootDirectory()) ?? above(process.cwd()) ?? process.cwd();
  const file = projectFile(folder);
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
  const { value } = readYaml(text, file ?? "");
  const { config, stackConfigDir } = isRecord(value) ? value : {};
  const named = stackConfigDir ?? config; // `config` is its old name
  const stackFolder = typeof named === "string" ? named : "";
  // Pulumi gives the stack's file the ending of the project's.
  const stackFile = `Pulumi.${pulumi.getStack()}${file === undefined ? ".yaml" : extname(file)}`;
  return { folder, name: pulumi.getProject(), stackFile: posix.join(stackFolder, stackFile) };
}

/** The nearest folder with a project, from this one up. */
function above(folder: string): string | undefined {
  if (folder === "" || projectFile(folder) !== undefined) {
    return folder || undefined;
  }
  return dirname(folder) === folder || dirname(folder) === "." ? undefined : above(dirname(folder));
}

function projectFile(folder: string): string | undefined {
  return ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].find((name) => existsSync(join(folder, name)));
}
