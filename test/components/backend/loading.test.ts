// Proves that only `pulumi-tesseral/backend` and `pulumi-tesseral/delivery` load @pulumi/aws, and of it only the resources they use; and that the types of the
// package's main entry name nothing of AWS. How long loading takes is measured by bench/backendLoad.ts.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const root = join(__dirname, "../../..");

/** The files of @pulumi/aws that loading an entry of the built package loads. */
function loadedOfAws(entry: string): string[] {
  const script = `require(${JSON.stringify(entry)}); console.log(JSON.stringify(Object.keys(require.cache)));`;
  const loaded = JSON.parse(
    execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" }),
  ) as string[];
  const aws = join(root, "node_modules/@pulumi/aws");
  return loaded.filter((path) => path.startsWith(aws)).map((path) => relative(aws, path));
}

it("loads nothing of AWS for a stack without a backend", () => {
  expect(loadedOfAws("pulumi-tesseral")).toEqual([]);
});

it("loads no module of AWS as a whole for a backend", () => {
  const loaded = loadedOfAws("pulumi-tesseral/backend");
  expect(loaded.filter((path) => path === "index.js" || /^[^/]+\/index\.js$/.test(path))).toEqual([]);
  expect(loaded).toContain("lambda/function.js");
  // 17 files of resources and look-ups, and one of helpers. What an option needs besides is loaded with that option.
  expect(loaded).toHaveLength(18);
  expect(loaded).not.toContain("iam/rolePolicyAttachment.js");
});

it("loads the resources of Secrets Manager alone for deliveries", () => {
  const loaded = loadedOfAws("pulumi-tesseral/delivery").filter(
    (path) => !/^(?:package\.json|utilities\.js)$/.test(path),
  );
  expect(loaded.sort()).toEqual([
    "secretsmanager/secret.js",
    "secretsmanager/secretPolicy.js",
    "secretsmanager/secretVersion.js",
  ]);
});

it("names nothing of AWS in the types of the main entry", () => {
  const seen = new Set<string>();
  const follow = (path: string): void => {
    if (seen.has(path)) {
      return;
    }
    seen.add(path);
    const text = readFileSync(path, "utf8");
    expect(text).not.toContain("@pulumi/aws");
    for (const [, specifier = ""] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      const target = resolve(dirname(path), specifier);
      const file = [`${target}.d.ts`, join(target, "index.d.ts")].find((candidate) => existsSync(candidate));
      if (!file) {
        throw new Error(`${specifier} of ${path} is not there`);
      }
      follow(file);
    }
  };
  follow(join(root, "dist/library.d.ts"));
  expect(seen.size).toBeGreaterThan(1);
});
