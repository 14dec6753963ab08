// Proves, on the sources, that no error reaches people without a code, that every code is that of an error, and that commands in the catalog exist.
// That the codes are printed is the matter of the tests of whatever throws them.
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { commands } from "../../cli/main";
import { starts } from "../../components/backend/build/codeBuild";
import { catalog } from "../../errors/catalog";
import { settingNames } from "../../providers/settings";
import { errorSources, errorTexts, uncodedErrors, walk } from "../../scripts/docs/reference/errorTexts";

/** What gets its code from whoever catches it, or is no error that people meet, by the beginning of its path. */
const codedElsewhere = {
  "cli/demo/": "the command ends with TSL-UNEXPECTED; the story has TSL-DEMO",
  "cli/pulumi/findPulumi.ts": "collected as what was tried, in TSL-PULUMI",
  "cli/pulumi/install.ts": "wrapped as TSL-PULUMI in the same file",
  "components/backend/build/": "wrapped as TSL-BUILD by builtFolder.ts",
  "components/backend/package/readZip.ts": "wrapped as TSL-PACKAGE by functionPackage.ts",
  "providers/dynamicHost.ts": "gets TSL-UNEXPECTED where it is shown, in the same file",
  "providers/managedApiKeyCreation.ts": "errors of the client, whose codes advice.ts has",
  "providers/markedCreation.ts": "errors of the client, whose codes advice.ts has",
  "providers/refusal.ts": "takes only what is coded",
  "testing/declaredCustomers.ts": "lists problems that have codes",
};

function source(text: string): ts.SourceFile {
  return ts.createSourceFile("cli/some.ts", text, ts.ScriptTarget.ES2022, true);
}

describe("an error without a code", () => {
  it("is found", () => {
    expect(uncodedErrors([source("\nthrow new Error(name + ' is no stack')")])).toEqual([
      "cli/some.ts:2 … is no stack",
    ]);
    expect(uncodedErrors([source('throw new CommandFailed(failed ? coded("TSL-STACK", "a") : "b")')])).toHaveLength(1);
    expect(uncodedErrors([source('throw new Error(coded("TSL-STACK", "no stack"))')])).toEqual([]);
    expect(uncodedErrors([source('throw new CodedError("TSL-STACK", "no stack")')])).toEqual([]);
  });

  it("is nowhere, but where another file gives the code", () => {
    const places = Object.keys(codedElsewhere);
    const found = uncodedErrors();
    expect(found.filter((one) => !places.some((place) => one.startsWith(place)))).toEqual([]);
    expect(places.filter((place) => !found.some((one) => one.startsWith(place)))).toEqual([]);
  });
});

it("has an error and a text for every code", () => {
  const used = new Set<string>();
  for (const file of errorSources()) {
    walk(file, (node) => {
      if (ts.isStringLiteral(node) && node.text.startsWith("TSL-")) {
        used.add(node.text);
      }
    });
  }
  const texts = errorTexts();
  const codes = Object.entries(catalog);
  expect(codes.map(([code]) => code).filter((code) => !used.has(code))).toEqual([]);
  expect(codes.filter(([code, { says = texts.get(code) ?? [] }]) => says.length === 0)).toEqual([]);
});

it("names only commands that there are", () => {
  const named = Object.values(catalog).flatMap(({ todo }) =>
    todo.flatMap((step) => [...step.matchAll(/npx pulumi-tesseral ([a-z]+)/g)].map(([, name = ""]) => name)),
  );
  expect(named).toContain("inventory");
  expect(named.filter((name) => !Object.hasOwn(commands, name))).toEqual([]);
});

it("names only settings and builds that there are", () => {
  const texts = Object.values(catalog).flatMap(({ happened, changed, todo }) => [happened, changed, ...todo]);
  const all = (form: RegExp) => texts.flatMap((text) => [...text.matchAll(form)].map(([, name = ""]) => name));
  const settings = all(/\btesseral:([a-zA-Z]+)/g);
  expect(settings).toContain("maxRemovals");
  expect(settings.filter((name) => !settingNames().some((one) => one === name))).toEqual([]);
  const builds = all(/\bbuild: ([\w"-]+)/g);
  expect(builds).not.toEqual([]);
  expect(builds.filter((name) => !Object.hasOwn(starts, name))).toEqual([]);
});
