/** The texts of errors as the sources have them, by their codes; and what is thrown without one. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { globSync } from "tinyglobby";
import ts from "typescript";

const root = resolve(__dirname, "../../..");

/** Where people's errors are made. `tesseral` and `emulator` know no codes: their errors get them where they are shown. */
const folders = ["index.ts", "{cli,components,config,providers,report,testing}/**/*.ts"];

/** The sources of errors, each by its path. */
export function errorSources(): ts.SourceFile[] {
  return globSync(folders, { cwd: root })
    .sort()
    .map((path) => ts.createSourceFile(path, readFileSync(resolve(root, path), "utf8"), ts.ScriptTarget.ES2022, true));
}

/** What stands for a value in a text. */
const gap = "…";

/** Calls `see` for a node and everything below it. */
export function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => walk(child, see));
}

/** The texts beside each code: in a call, what else it is given; in an object, its other properties. */
export function errorTexts(files = errorSources()): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const file of files) {
    walk(file, (node) => {
      const [codes, others] = beside(node);
      for (const code of codes) {
        const texts = found.get(code) ?? new Set();
        found.set(code, texts);
        for (const text of others.flatMap(textsOf)) {
          if (text.replaceAll(gap, "").replaceAll(/[^\p{L}]/gu, "").length >= 12) {
            texts.add(text.replaceAll(/…(?:\s*…)+/g, gap).trim());
          }
        }
      }
    });
  }
  return new Map([...found].map(([code, texts]) => [code, [...texts].sort()]));
}

/** The codes that a call, an object or a list holds directly, and what stands beside them. */
function beside(node: ts.Node): [string[], ts.Expression[]] {
  const parts: ts.Expression[] =
    ts.isCallExpression(node) || ts.isNewExpression(node)
      ? [...(node.arguments ?? [])]
      : ts.isObjectLiteralExpression(node)
        ? node.properties.flatMap((one) =>
            ts.isPropertyAssignment(one)
              ? [ts.isAsExpression(one.initializer) ? one.initializer.expression : one.initializer]
              : ts.isShorthandPropertyAssignment(one) && one.name.text === "message"
                ? [one.name]
                : [],
          )
        : [];
  const isCode = (part: ts.Expression) => ts.isStringLiteral(part) && /^TSL-[A-Z-]+$/.test(part.text);
  const codes = parts.filter(isCode).map((part) => (part as ts.StringLiteral).text);
  return [codes, codes.length === 0 ? [] : parts.filter((part) => !isCode(part))];
}

/** What an expression may say, with `…` for values. */
function textsOf(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) {
    return [node.text];
  }
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce(
      (before, { expression, literal }) => joined(joined(before, spanTexts(expression)), [literal.text]),
      [node.head.text],
    );
  }
  if (ts.isParenthesizedExpression(node)) {
    return textsOf(node.expression);
  }
  if (ts.isConditionalExpression(node)) {
    return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return joined(textsOf(node.left), textsOf(node.right));
  }
  if (ts.isIdentifier(node)) {
    const declared = declarationOf(node);
    return declared === undefined ? [gap] : textsOf(declared);
  }
  return [gap];
}

/** A value within a text: names of constants are what they hold, choices would multiply. */
function spanTexts(node: ts.Expression): string[] {
  const texts = ts.isIdentifier(node) ? textsOf(node) : [gap];
  return texts.length === 1 ? texts : [gap];
}

function joined(before: string[], after: string[]): string[] {
  return before.flatMap((one) => after.map((other) => one + other));
}

/** What a constant of the same file holds, if it is one. */
function declarationOf(name: ts.Identifier): ts.Expression | undefined {
  for (let scope: ts.Node = name; scope !== undefined; scope = scope.parent) {
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) {
      continue;
    }
    for (const statement of scope.statements) {
      if (ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.Const) {
        const found = statement.declarationList.declarations.find(
          (one) => ts.isIdentifier(one.name) && one.name.text === name.text,
        );
        if (found !== undefined) {
          return found.initializer;
        }
      }
    }
  }
  return undefined;
}

/** Where an error is made whose text has no code: `cli/token/index.ts:65 the token …`. */
export function uncodedErrors(files = errorSources()): string[] {
  return files.flatMap((file) => {
    const found: string[] = [];
    walk(file, (node) => {
      // What is wrong with a command line has one code, which `cli/main.ts` gives it.
      const kind = ts.isNewExpression(node) ? node.expression.getText(file) : "";
      if (
        !ts.isNewExpression(node) ||
        /^(?:UsageError|CodedError)$/.test(kind) ||
        !/(?:Error|Failed|Missing)$/.test(kind)
      ) {
        return;
      }
      const text = node.arguments?.[0];
      if (text !== undefined && !isCoded(text)) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        found.push(`${file.fileName}:${line + 1} ${textsOf(text)[0]}`);
      }
    });
    return found;
  });
}

function isCoded(text: ts.Expression): boolean {
  return ts.isConditionalExpression(text)
    ? isCoded(text.whenTrue) && isCoded(text.whenFalse)
    : ts.isCallExpression(text) && /^(?:coded|codedOr|listed)$/.test(text.expression.getText());
}
