// Proves that no code in the pages rots unseen: TypeScript compiles against the sources, customers are what the program accepts, workflows are the files that people
// copy, commands and their options exist, sessions are run by sessions.test.ts. For anything else the page itself says which test reads it, or why none does.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { commands } from "../../cli/main";
import { catalog } from "../../errors/catalog";
import { problemsOf } from "../config/declared";
import { type Block, blocksOf, declaredIn, workflows, writtenPages } from "./blocks";
import { sessionPages, stepsOf } from "./session";

const blocks = writtenPages.flatMap(blocksOf);
const unmarked = blocks.filter(({ checked, unchecked }) => checked === undefined && unchecked === undefined);
const place = ({ page, line }: Block) => `${page}:${line}`;
/** Pages whose sessions are read and not run: they take what is not here. */
const sessionsElsewhere: Record<string, string> = {
  "docs/backend.md": "an account of AWS",
};
/** Lines to be put into a program: they import nothing. */
const isPart = ({ text }: Block) => !/^import |^export /m.test(text);
const written = (...languages: string[]) =>
  unmarked.filter(({ language }) => languages.includes(language)).map((block) => [place(block), block] as const);

describe("code of a page", () => {
  it("is of a kind that is checked here, or says where it is, or why not", () => {
    const kinds = ["ts", "js", "yaml", "json", "sh", "console"];
    expect(unmarked.filter(({ language }) => !kinds.includes(language)).map(place)).toEqual([]);
    expect(blocks.length).toBeGreaterThan(60);
  });

  it("names a test that reads it", () => {
    for (const block of blocks.filter(({ checked }) => checked !== undefined)) {
      const test = block.checked ?? "";
      expect(existsSync(test), `${place(block)} names ${test}`).toBe(true);
      expect(readFileSync(test, "utf8"), `${place(block)} is said to be read by ${test}`).toContain(
        block.page.replace("docs/", ""),
      );
    }
  });

  it("says in a sentence why it is not checked", () => {
    const why = blocks.flatMap(({ unchecked }) => unchecked ?? []);
    expect(why.filter((text) => text.split(" ").length < 4)).toEqual([]);
  });
});

describe("TypeScript", () => {
  const programs = written("ts").filter(([, block]) => !isPart(block));

  it("that is a part of a program can be read", () => {
    const parts = written("ts").filter(([, block]) => isPart(block));
    const read = (text: string) =>
      ts.transpileModule(text, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ES2022 } });
    const wrong = parts.filter(([, { text }]) =>
      [`({\n${text}\n});`, text].every((each) => (read(each).diagnostics ?? []).length > 0),
    );
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it("compiles, strictly, all of it", { timeout: 120_000 }, () => {
    const entries = {
      "pulumi-tesseral": ["library.ts"],
      "pulumi-tesseral/testing": ["testing/index.ts"],
      "pulumi-tesseral/emulator": ["emulator/index.ts"],
      "pulumi-tesseral/delivery": ["components/delivery/index.ts"],
      "pulumi-tesseral/client": ["tesseral/index.ts"],
    };
    const { compilerOptions } = parse(readFileSync("tsconfig.json", "utf8"));
    const { options } = ts.convertCompilerOptionsFromJson(
      { ...compilerOptions, paths: entries, baseUrl: "." },
      process.cwd(),
    );
    const texts = new Map(
      programs.map(([name, { text }]) => {
        // What waits at its top is a module of its own kind.
        const ending = /^(?:const .* = )?await /m.test(text) ? "mts" : "ts";
        return [join(process.cwd(), `${name.replaceAll(/\W+/g, "-")}.${ending}`), text];
      }),
    );
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (file) => texts.has(file) || fileExists(file);
    host.getSourceFile = (file, version) => {
      const text = texts.get(file);
      // A program may wait at its top, as a module does.
      return text === undefined
        ? getSourceFile(file, version)
        : ts.createSourceFile(file, `${text}\nexport {};`, version);
    };
    const program = ts.createProgram([...texts.keys()], options, host);
    const found = [...texts.keys()].flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
    expect(ts.formatDiagnostics(found, host)).toBe("");
    expect(texts.size).toBeGreaterThan(2);
  });

  it.each(written("js"))("of %s can be read as JavaScript", (_, { text }) => {
    const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true, fileName: "program.mjs" });
    expect(diagnostics).toEqual([]);
  });
});

describe("YAML", () => {
  it.each(written("yaml"))("of %s is what the program takes", (_, { text }) => {
    if (workflows.includes(text)) {
      expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
      return;
    }
    const { customers, config = {} } = parse(text);
    const declared = declaredIn(text);
    expect(Object.keys(config).every((name) => name.includes(":"))).toBe(true);
    expect(customers === undefined ? [] : problemsOf(text)).toEqual([]);
    expect(declared === undefined ? [] : problemsOf(JSON.stringify({ customers: declared }))).toEqual([]);
  });
});

describe("JSON", () => {
  it.each(written("json"))("of %s can be read", (_, { text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe("a shell", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const lines = blocks.flatMap((block) => {
    const shown = block.language === "console" ? stepsOf(block).map(({ command }) => command) : block.text.split("\n");
    return ["sh", "console"].includes(block.language) ? shown.map((line) => [place(block), line] as const) : [];
  });

  /** What a command does not have: itself, more arguments than it takes, options. */
  async function unknownIn(name: string, rest: string): Promise<string[]> {
    if (!Object.hasOwn(commands, name)) {
      return ["is no command"];
    }
    const command = new Command(name).exitOverride().configureOutput({ writeErr: () => undefined });
    (await commands[name]?.load())?.(command);
    const words = rest.trim().split(/\s+/).filter(Boolean);
    const takesNone = command.registeredArguments.length === 0 && command.commands.length === 0;
    const [first] = words;
    return [
      ...words
        .filter((word) => word.startsWith("--"))
        .filter((word) => !command.options.some(({ long }) => long === word)),
      ...(takesNone && first !== undefined && /^[\w.]/.test(first) ? [first] : []),
    ];
  }

  it("is asked for commands, arguments and options that exist", async () => {
    const wrong: string[] = [];
    let seen = 0;
    for (const [where, line] of lines) {
      for (const [, name = "", rest = ""] of line.matchAll(/npx pulumi-tesseral ([\w-]+)([^|&)<>]*)/g)) {
        seen += 1;
        if ((await unknownIn(name, rest)).length > 0) {
          wrong.push(`${where} ${line}`);
        }
      }
      for (const [, script = ""] of line.matchAll(/npm run ([\w:-]+)/g)) {
        if (!Object.hasOwn(scripts, script)) {
          wrong.push(`${where} ${line}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(10);
  });

  it("is asked by the errors for commands and options that exist", async () => {
    const steps = Object.entries(catalog).flatMap(([code, { todo }]) => todo.map((step) => [code, step] as const));
    const named = steps.flatMap(([code, step]) =>
      [...step.matchAll(/npx pulumi-tesseral (\w[\w-]*)([^`|]*)/g)].map(([, name = "", rest = ""]) => ({
        code,
        name,
        rest,
      })),
    );
    const wrong: string[] = [];
    for (const { code, name, rest } of named) {
      wrong.push(...(await unknownIn(name, rest)).map((what) => `${code}: ${name} ${what}`));
    }
    expect(wrong).toEqual([]);
    expect(named.length).toBeGreaterThan(15);
  });

  it("is asked for nothing that only looks like a session", () => {
    const pages = sessionPages();
    expect(
      written("console")
        .filter(([, { page }]) => !pages.includes(page) && sessionsElsewhere[page] === undefined)
        .map(([name]) => name),
    ).toEqual([]);
  });
});
