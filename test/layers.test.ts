// Proves that the folders stand on each other as CONTRIBUTING.md says, types included. That no files import each other in a circle is Biome's matter.
import { readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, it } from "vitest";

/** What each folder may import besides itself. */
const below: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  tesseral: [],
  emulator: [],
  providers: ["errors", "tesseral"],
  components: ["errors", "tesseral", "providers"],
  config: ["errors", "tesseral", "providers", "components"],
  report: ["errors", "tesseral", "providers", "components", "config"],
  testing: ["errors", "config", "emulator"],
  cli: ["errors", "tesseral", "providers", "components", "config", "report", "testing", "emulator"],
};

/** Folders within these, of which each may import those after it. */
const rooms = [
  ["cli/inventory", "cli/import", "cli/parts", "cli/pulumi"],
  ["components/backend/build", "components/backend/package"],
  ["emulator/routes", "emulator/http", "emulator/records", "emulator/protojson"],
  ["report/render", "report/changes", "report/preview"],
];

interface Import {
  file: string;
  /** A file, without its ending, or the name of a module. */
  of: string;
  isType: boolean;
}

const files = globSync(Object.keys(below).map((folder) => `${folder}/**/*.ts`));
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const source = readFileSync(file, "utf8");
  const found = source.matchAll(/(?:^(?:import|export) (type )?(?:[^"';]* from )?|\bimport\()"([^"]+)"/gmu);
  return [...found].map(([, type, of = ""]) => ({
    file,
    of: of.startsWith(".") ? posix.join(dirname(file), of).replace(/\.js$/u, "") : of,
    isType: type !== undefined,
  }));
}

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

const broken = (upper: string, lower: string) =>
  imports.filter(({ file, of }) => isIn(file, lower) && isIn(of, upper)).map(({ file, of }) => `${file} imports ${of}`);

it("finds the imports", () => {
  expect(imports.length).toBeGreaterThan(1000);
  expect(imports).toContainEqual({ file: "providers/role.ts", of: "tesseral", isType: true });
  expect(imports).toContainEqual({ file: "cli/main.ts", of: "report/readable", isType: false });
});

it.each(Object.entries(below))("%s/ imports nothing but %j", (folder, allowed) => {
  const above = [...Object.keys(below), "index", "library"].filter((one) => one !== folder && !allowed.includes(one));
  expect(above.flatMap((one) => broken(one, folder))).toEqual([]);
});

describe.each(rooms)("%s/ and what follows", (...folders) => {
  it.each(folders.flatMap((upper, place) => folders.slice(place + 1).map((lower) => [lower, upper] as const)))(
    "%s/ imports nothing of %s/",
    (lower, upper) => {
      expect(broken(upper, lower)).toEqual([]);
    },
  );
});

it("lets a report load neither Pulumi's SDK nor what sends requests or starts processes", () => {
  const loaded = new Set(files.filter((file) => isIn(file, "report")));
  for (const file of loaded) {
    for (const { of } of imports.filter((one) => one.file === file && !one.isType)) {
      loaded.add([`${of}.ts`, `${of}/index.ts`].find((path) => files.includes(path)) ?? of);
    }
  }
  expect(
    [...loaded].filter((one) => /^(?:@pulumi\/|undici|node:(?:http|https|net|child_process)$)/u.test(one)),
  ).toEqual([]);
});
