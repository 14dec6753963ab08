// Proves that the public surface, every name that the package exports with its type, is what publicSurface.txt says, so that a
// change of it is seen in review: `npm run build && npx vitest run test/publicSurface.test.ts -u` writes it anew. Says nothing
// of what the names do.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { beforeAll, expect, it } from "vitest";

const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
  exports: Record<string, string | { types: string }>;
};

/** The declarations of each entry as consumers' compilers find them, by the entry's name. */
const entries = Object.entries(exports).flatMap(([entry, target]) =>
  typeof target === "string" ? [] : [{ entry, file: resolve(target.types) }],
);

let checker: ts.TypeChecker;
let program: ts.Program;

beforeAll(() => {
  const options = {
    module: ts.ModuleKind.Node16,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noLib: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  // What others declare is shown by its name alone: reading it would take seconds, most of them for the 13 MB of @pulumi/aws.
  const read = host.readFile;
  host.readFile = (file) => (file.includes("/node_modules/") && file.endsWith(".ts") ? "export {};" : read(file));
  program = ts.createProgram(
    entries.map(({ file }) => file),
    options,
    host,
  );
  checker = program.getTypeChecker();
}, 60_000);

const printer = ts.createPrinter({ removeComments: true });

function target(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function exported(file: string): ts.Symbol[] {
  const source = program.getSourceFile(file);
  const symbol = source && checker.getSymbolAtLocation(source);
  if (symbol === undefined) {
    throw new Error(`${file} is missing or exports nothing: run \`npm run build\``);
  }
  return checker.getExportsOfModule(symbol).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A declaration without comments, with what a `const` infers. */
function declarationText(declaration: ts.Declaration): string {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = printer.printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile());
  return text.replace(/^export /, "").replaceAll(/"\w+"(?: \| "\w+")+/g, inOrder);
}

/** A union of texts, sorted: the compiler writes an inferred one in the order in which it has met them, in other files too. */
function inOrder(union: string): string {
  return union.split(" | ").sort().join(" | ");
}

/** Names of this package that these declarations use and that people cannot import from the entry. */
function hidden(symbols: readonly ts.Symbol[]): string[] {
  const known = new Set(symbols.map(target));
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      const symbol = checker.getSymbolAtLocation(name);
      const used = symbol && target(symbol);
      const isOurs = used?.declarations?.some((one) => {
        const { fileName } = one.getSourceFile();
        return !fileName.includes("/node_modules/") && !ts.isTypeParameterDeclaration(one);
      });
      if (used !== undefined && isOurs && !known.has(used)) {
        found.add(used.name);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const symbol of symbols) {
    for (const declaration of target(symbol).declarations ?? []) {
      visit(declaration);
    }
  }
  return [...found].sort();
}

function surfaceOf({ entry, file }: { entry: string; file: string }): string {
  const symbols = exported(file);
  const texts = symbols.map((symbol) => {
    const { name, declarations = [] } = target(symbol);
    const shown = [...new Set(declarations.map(declarationText))].join("\n");
    return name === symbol.name ? shown : `// ${symbol.name}\n${shown}`;
  });
  const used = hidden(symbols).join(", ") || "nothing";
  return `== ${entry.replace(/^\./, "pulumi-tesseral")} ==\n\n${texts.join("\n")}\n// used and not exported: ${used}\n`;
}

it("is what was reviewed", async () => {
  await expect(entries.map(surfaceOf).join("\n")).toMatchFileSnapshot("publicSurface.txt");
});
