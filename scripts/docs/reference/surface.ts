/** What the package exports, as its reference shows it: read from the sources by TypeScript's own compiler. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";

/** A field of an interface, an output of a class, a parameter. */
export interface Member {
  name: string;
  /** As it is written, without `pulumi.Input` and `pulumi.Output`. */
  type: string;
  isOptional: boolean;
  text: string;
  /** What `@default` says. */
  default: string | undefined;
}

/** A function, or a method. */
export interface Callable {
  name: string;
  /** `name(first, second?)` with types. */
  signature: string;
  text: string;
  throws: string | undefined;
}

export interface Item {
  name: string;
  kind: "class" | "interface" | "type" | "function" | "value";
  text: string;
  members: Member[];
  /** Of a class: its constructor, static methods and methods. Of a function: itself. */
  calls: Callable[];
  /** Whether it is a resource or a component of Pulumi. */
  isResource: boolean;
  /** The names of this package that its members use. */
  uses: Set<string>;
  /** Of a type: what it stands for. */
  definition: string | undefined;
}

/** An entry of the package, such as `pulumi-tesseral/backend`. */
export interface Entry {
  name: string;
  /** What the first comment of its file says. */
  text: string;
  items: Map<string, Item>;
}

const root = resolve(__dirname, "../../..");

export function readSurface(): Entry[] {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Record<string, string | { types: string }>;
  };
  const files = Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === "string"
      ? []
      : [
          {
            name: entry.replace(/^\./, "pulumi-tesseral"),
            file: join(root, target.types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts")),
          },
        ],
  );
  const reader = new Reader(files.map(({ file }) => file));
  return files.map(({ name, file }) => reader.entry(name, file));
}

class Reader {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #printer = ts.createPrinter({ removeComments: true });

  constructor(files: string[]) {
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.Node16,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      types: [],
      // Types are shown as they are written; of the language's own only those that take members away have to be known.
      lib: ["lib.es5.d.ts"],
    };
    const host = ts.createCompilerHost(options);
    const read = host.readFile;
    // What others declare is shown by its name alone: reading it would take seconds.
    host.readFile = (file) =>
      file.includes("/node_modules/") && !file.includes("/typescript/lib/") && file.endsWith(".ts")
        ? "export {};"
        : read(file);
    this.#program = ts.createProgram(files, options, host);
    this.#checker = this.#program.getTypeChecker();
  }

  entry(name: string, file: string): Entry {
    const source = this.#program.getSourceFile(file);
    const symbol = source && this.#checker.getSymbolAtLocation(source);
    if (source === undefined || symbol === undefined) {
      throw new Error(`${file} exports nothing`);
    }
    const exported = this.#checker.getExportsOfModule(symbol);
    const items = exported.map((one) => this.#item(one)).sort((a, b) => (a.name < b.name ? -1 : 1));
    const [first = ""] = /^(?:#!.*\n)?\/\*\*.*?\*\//s.exec(source.text) ?? [];
    return { name, text: commentText(first), items: new Map(items.map((item) => [item.name, item])) };
  }

  #item(exported: ts.Symbol): Item {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) {
      throw new Error(`${exported.name} is declared nowhere`);
    }
    const uses = new Set<string>();
    const collect = (node: ts.Node): void => {
      if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
        uses.add((ts.isTypeReferenceNode(node) ? node.typeName : node.expression).getText());
      }
      ts.forEachChild(node, collect);
    };
    const item: Item = {
      name: exported.name,
      kind: "value",
      text: this.#text(symbol),
      members: [],
      calls: [],
      isResource: false,
      uses,
      definition: undefined,
    };
    if (ts.isClassDeclaration(declaration)) {
      item.kind = "class";
      item.isResource = /Resource$/.test(declaration.heritageClauses?.[0]?.types[0]?.expression.getText() ?? "");
      for (const member of declaration.members) {
        this.#classMember(item, member);
      }
    } else if (ts.isInterfaceDeclaration(declaration)) {
      item.kind = "interface";
      collect(declaration);
      item.members = this.#checker
        .getPropertiesOfType(this.#checker.getDeclaredTypeOfSymbol(symbol))
        .map((member) => this.#member(member));
    } else if (ts.isTypeAliasDeclaration(declaration)) {
      item.kind = "type";
      collect(declaration);
      item.definition = this.#print(declaration.type);
    } else if (ts.isFunctionDeclaration(declaration)) {
      item.kind = "function";
      item.calls = [this.#callable(exported.name, symbol, declaration)];
    } else if (ts.isVariableDeclaration(declaration)) {
      item.definition = declaration.type === undefined ? undefined : this.#print(declaration.type);
    }
    return item;
  }

  #classMember(item: Item, member: ts.ClassElement): void {
    const isStatic = ts.canHaveModifiers(member) && hasModifier(member, ts.SyntaxKind.StaticKeyword);
    const isHidden = member.name !== undefined && ts.isPrivateIdentifier(member.name);
    const symbol = member.name === undefined ? undefined : this.#checker.getSymbolAtLocation(member.name);
    if (ts.isConstructorDeclaration(member)) {
      item.calls.unshift({
        name: "constructor",
        signature: `new ${item.name}${this.#parameters(member)}`,
        text: "",
        throws: commentTag(member, "throws"),
      });
      return;
    }
    if (isHidden || symbol === undefined || isInternal(member)) {
      return;
    }
    if (ts.isMethodDeclaration(member)) {
      const name = isStatic ? `${item.name}.${symbol.name}` : symbol.name;
      item.calls.push(this.#callable(name, symbol, member));
    } else if (ts.isPropertyDeclaration(member) || ts.isGetAccessorDeclaration(member)) {
      item.members.push(this.#member(symbol));
    }
  }

  #callable(name: string, symbol: ts.Symbol, declaration: ts.FunctionLikeDeclaration): Callable {
    const answer = declaration.type === undefined ? "" : `: ${this.#print(declaration.type)}`;
    return {
      name,
      signature: `${name}${this.#parameters(declaration)}${answer}`,
      text: this.#text(symbol),
      throws: commentTag(declaration, "throws"),
    };
  }

  #parameters(declaration: ts.FunctionLikeDeclaration): string {
    const parameters = declaration.parameters.map((one) => {
      const optional = one.questionToken !== undefined || one.initializer !== undefined ? "?" : "";
      const name = ts.isIdentifier(one.name) ? one.name.text : "options";
      return `${name}${optional}: ${one.type === undefined ? "unknown" : this.#print(one.type)}`;
    });
    return `(${parameters.join(", ")})`;
  }

  #member(symbol: ts.Symbol): Member {
    const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
    const type =
      declaration !== undefined && "type" in declaration && declaration.type !== undefined
        ? this.#print(declaration.type as ts.TypeNode)
        : this.#checker.typeToString(this.#checker.getTypeOfSymbol(symbol));
    const tag = declaration === undefined ? undefined : commentTag(declaration, "default");
    return {
      name: symbol.name,
      type: plainType(declaration === undefined ? type : this.#withChoices(type, declaration)),
      isOptional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
      text: this.#text(symbol),
      default: tag,
    };
  }

  /** Says what the values are, instead of the name that they have together. */
  #withChoices(type: string, at: ts.Node): string {
    return type.replaceAll(/\b[A-Z]\w+\b/g, (name) => {
      const symbol = this.#checker.resolveName(name, at, ts.SymbolFlags.TypeAlias, false);
      const alias = symbol && symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
      const declaration = alias?.declarations?.find(ts.isTypeAliasDeclaration);
      const isChoice =
        declaration !== undefined &&
        ts.isUnionTypeNode(declaration.type) &&
        declaration.type.types.every(ts.isLiteralTypeNode);
      return isChoice ? this.#print(declaration.type) : name;
    });
  }

  #text(symbol: ts.Symbol): string {
    return ts
      .displayPartsToString(symbol.getDocumentationComment(this.#checker))
      .replaceAll(/\{@link (\w+)\}/g, "`$1`");
  }

  #print(node: ts.Node): string {
    return this.#printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()).replaceAll(/\s*\n\s*/g, " ");
  }
}

function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return ts.getModifiers(node)?.some((one) => one.kind === kind) ?? false;
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "internal");
}

function commentTag(node: ts.Node, name: string): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === name);
  return tag && ts.getTextOfJSDocComment(tag.comment)?.replaceAll(/\s*\n\s*/g, " ");
}

/** The words of a comment `/** … *\/`. */
function commentText(comment: string): string {
  return comment
    .replace(/^(?:#!.*\n)?\/\*\*[\s*]*/, "")
    .replace(/\s*\*\/$/, "")
    .replaceAll(/\n \* ?/g, "\n");
}

/** A type without the wrappers that every argument and output has. */
function plainType(type: string): string {
  let before: string;
  let plain = type;
  do {
    before = plain;
    plain = unwrapped(plain);
  } while (plain !== before);
  return plain.replaceAll(/ \| undefined\b/g, "");
}

/** Takes the first `pulumi.Input<…>` or `pulumi.Output<…>` off. */
function unwrapped(type: string): string {
  const start = /\b(?:pulumi\.)?(?:Input|Output)</.exec(type);
  if (start === null) {
    return type;
  }
  const from = start.index + start[0].length;
  let depth = 1;
  let end = from;
  for (; end < type.length && depth > 0; end += 1) {
    depth += type[end] === "<" ? 1 : type[end] === ">" && type[end - 1] !== "=" ? -1 : 0;
  }
  const inner = type.slice(from, end - 1);
  const isList = type.slice(end).startsWith("[]") && /[ |&]/.test(inner);
  return type.slice(0, start.index) + (isList ? `(${inner})` : inner) + type.slice(end);
}
