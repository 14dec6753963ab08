// Proves that `code: { build }` makes the same package with the real pnpm, yarn 1 and uv, in two folders and without what the first left
// behind, and that its program finds what was installed. npm and pip are tried with the examples' own packages.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { asset } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Framework, starts } from "../../components/backend/build/codeBuild";
import { functionPackage } from "../../components/backend/functionPackage";
import { packageRules } from "../../components/backend/package/packageRules";
import { cacheFolder } from "../../components/cacheFolder";
import { leftOutFor, unpack } from "../lambda";
import { missingTool, tools } from "./backends";
import { run } from "./build";
import { architecture, pythonRuntime } from "./packaging";

const pnpm = "pnpm@10.34.8";
const yarn = "yarn@1.22.22";
const uv = "uv==0.13.9";

const work = mkdtempSync(join(tmpdir(), "package-managers-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A folder with what `install` puts there, kept between runs. */
async function kept(name: string, install: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(cacheFolder(), name.replaceAll(/[@=]+/g, "-"));
  if (!existsSync(folder)) {
    const unfinished = mkdtempSync(`${folder}-`);
    await install(unfinished);
    renameSync(unfinished, folder);
  }
  return folder;
}

const fromNpm = async (name: string) =>
  join(
    await kept(name, (to) => run(["npm", "install", "--prefix", to, "--no-audit", "--no-fund", name], work)),
    "node_modules/.bin",
  );

// Without an environment of its own: its commands would name the folder that was renamed.
const fromPip = async (name: string) =>
  join(
    await kept(name, (to) => run(["python3", "-m", "pip", "install", "--quiet", "--target", to, name], work)),
    "bin",
  );

interface Case {
  manager: string;
  framework: Framework;
  /** Gives the folder of its command. */
  install: () => Promise<string>;
  source: Record<string, string>;
  /** Writes the lock file. */
  lock: [string, ...string[]];
  missing: string | undefined;
  /** What its program prints. */
  prints: string;
}

const node = {
  framework: "express" as const,
  missing: missingTool([tools.node]),
  source: {
    "package.json": JSON.stringify({ name: "api", private: true, dependencies: { express: "5.1.0" } }),
    "run.sh": "#!/bin/sh\nexec node app.js\n",
    "app.js": "console.log(typeof require('express')().listen);\n",
  },
  prints: "function\n",
};

const cases: Case[] = [
  { ...node, manager: "pnpm", install: () => fromNpm(pnpm), lock: ["pnpm", "install", "--lockfile-only"] },
  { ...node, manager: "yarn", install: () => fromNpm(yarn), lock: ["yarn", "install", "--ignore-scripts"] },
  {
    manager: "uv",
    framework: "flask",
    missing: missingTool([tools.python]),
    install: () => fromPip(uv),
    source: {
      "pyproject.toml": `[project]\nname = "api"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["flask==3.1.2"]\n`,
      "run.sh": "#!/bin/sh\nexec python3 app.py\n",
      "app.py": "import flask\nprint(flask.Flask.__name__)\n",
    },
    lock: ["uv", "lock", "--quiet"],
    prints: "Flask\n",
  },
];

for (const { manager, framework, install, source, lock, missing, prints } of cases) {
  describe.skipIf(leftOutFor(missing))(manager, () => {
    const places = ["first", "second/deeper"].map((name) => join(work, manager, name));
    let locked: Record<string, string>;

    beforeAll(async () => {
      vi.stubEnv("PATH", `${await install()}:${process.env.PATH}`);
      const folder = join(work, manager, "locked");
      write(folder, source);
      await run(lock, folder);
      const file = { pnpm: "pnpm-lock.yaml", yarn: "yarn.lock", uv: "uv.lock" }[manager] ?? "";
      locked = { ...source, [file]: readFileSync(join(folder, file), "utf8") };
    });
    afterAll(() => vi.unstubAllEnvs());

    it("gives the same bytes in two folders, and a program that runs", async () => {
      const zips: Buffer[] = [];
      for (const place of places) {
        vi.stubEnv("XDG_CACHE_HOME", join(place, "cache"));
        const path = join(place, "source");
        write(path, locked);
        const { handler, runtime } = starts[framework];
        const start = { handler, runtime: manager === "uv" ? pythonRuntime() : runtime };
        const rules = packageRules({ ...start, architecture });
        const archive = functionPackage("api", { build: framework, path }, rules) as asset.FileArchive;
        zips.push(readFileSync(await archive.path));
      }
      const [first = Buffer.alloc(0), second] = zips;
      expect(second?.equals(first)).toBe(true);
      const folder = unpack(first, join(work, manager, "task"));
      const env = { PATH: process.env.PATH, PYTHONPATH: folder };
      expect(execFileSync("./run.sh", { cwd: folder, env, encoding: "utf8" })).toBe(prints);
    });
  });
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content, { mode: name.endsWith(".sh") ? 0o755 : 0o644 });
  }
}
