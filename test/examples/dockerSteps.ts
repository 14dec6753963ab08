import { cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { globSync } from "tinyglobby";
import { run } from "./build";

/** One instruction of a Docker file: `RUN` and what follows it, its lines joined. */
export interface Instruction {
  name: string;
  text: string;
}

/** What a container of the last stage would start with. */
export interface Image {
  /** The folder that stands for its root. */
  root: string;
  workdir: string;
  entrypoint: string[];
  environment: Record<string, string>;
  user: string;
  port: number;
  healthcheck: string[];
}

/** Reads the instructions of a Docker file, without comments. */
export function instructionsOf(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n/g, " ")
    .split("\n");
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", rest = ""] = /^([A-Z]+) +(.+)$/.exec(line) ?? [];
      return { name, text: rest };
    });
}

/** Says what of the context is not sent, as `.dockerignore` has it: from the root, `**` for any number of folders. */
export function ignoredBy(text: string): (path: string) => boolean {
  const patterns = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line
        .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("**/", "(?:.*/)?")
        .replaceAll(/(?<!\.)\*/g, "[^/]*"),
    );
  const ignored = new RegExp(`^(?:${patterns.join("|")})(?:/|$)`);
  return (path) => ignored.test(path);
}

/**
 * Runs the steps of a Docker file without a daemon: each stage is a folder, `RUN` a shell in its working folder. Not shown: the base
 * images, and users.
 *
 * @throws Error for an instruction that is not known here, and with the output of a step that fails.
 */
export async function runSteps(file: string, context: string, work: string): Promise<Image> {
  const isIgnored = ignoredBy(readFileSync(`${file}.dockerignore`, "utf8"));
  const stages = new Map<string, string>();
  let image: Image = {
    root: "",
    workdir: "/",
    entrypoint: [],
    environment: {},
    user: "root",
    port: 0,
    healthcheck: [],
  };
  const inImage = (path: string) => join(image.root, path.startsWith("/") ? path : join(image.workdir, path));
  const steps: Record<string, (text: string) => unknown> = {
    FROM: (text) => {
      const [, , name = "last"] = /^(\S+)(?: AS (\S+))?$/.exec(text) ?? [];
      image = { ...image, root: join(work, name), workdir: "/", entrypoint: [], environment: {}, user: "root" };
      stages.set(name, image.root);
      mkdirSync(image.root, { recursive: true });
    },
    WORKDIR: (text) => {
      image.workdir = text;
      mkdirSync(inImage("."), { recursive: true });
    },
    COPY: (text) => {
      const [, from, source = "", target = ""] = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(text) ?? [];
      if (from === undefined) {
        cpSync(join(context, source), inImage(target), {
          recursive: true,
          filter: (path) => !isIgnored(relative(context, path)),
        });
        return;
      }
      const [found, ...more] = globSync(join(stages.get(from) ?? "", source), { absolute: true });
      if (found === undefined || more.length > 0) {
        throw new Error(`COPY ${text} finds ${more.length + (found ? 1 : 0)} files`);
      }
      const to = inImage(target);
      cpSync(found, statSync(to, { throwIfNoEntry: false })?.isDirectory() ? join(to, basename(found)) : to, {
        recursive: true,
      });
    },
    RUN: (text) => run(["sh", "-c", text], inImage("."), image.environment),
    ENV: (text) => {
      const [name = "", value = ""] = text.split("=");
      image.environment[name] = value;
    },
    USER: (text) => {
      image.user = text;
    },
    EXPOSE: (text) => {
      image.port = Number(text);
    },
    HEALTHCHECK: (text) => {
      image.healthcheck = JSON.parse(text.replace(/^.*CMD /, ""));
    },
    ENTRYPOINT: (text) => {
      image.entrypoint = JSON.parse(text);
    },
  };
  for (const { name, text } of instructionsOf(readFileSync(file, "utf8"))) {
    const step = steps[name];
    if (!step) {
      throw new Error(`${name} ${text}: this instruction is not known`);
    }
    await step(text);
  }
  return image;
}
