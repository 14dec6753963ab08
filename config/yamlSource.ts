import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import type { Locate, Path, Position, Problem } from "./problem";

/** A YAML text as data, with the way back from the data to the text. */
export interface YamlSource {
  /**
   * The data: maps are objects, times stay text, anchors and merge keys are resolved. Undefined, as a whole or in
   * places, is what could not be read; `problems` says why.
   */
  value: unknown;
  /** What is wrong with the text itself, each with its position. */
  problems: readonly Problem[];
  /** Where a path leads; if it ends nowhere, the nearest place before that. */
  locate: Locate;
}

/**
 * Reads a YAML text. YAML 1.2: `yes` is text, and so is `2030-01-31T00:00:00Z`.
 * @param file what positions call the file
 */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  // The library compares every key with every other, which takes seconds for thousands; `Reader` finds duplicates itself.
  const document = parseDocument(text, { lineCounter: lines, schema: "core", uniqueKeys: false, prettyErrors: false });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const broken = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    code: "TSL-YAML" as const,
    path: [],
    message: message.startsWith("Maximum call stack")
      ? "is nested too deeply"
      : `is not valid YAML: ${message.replace(/; please use .*/su, "")}`,
    position: position(pos[0]),
  }));
  if (broken.length > 0) {
    return { value: undefined, problems: broken, locate: () => undefined };
  }
  const reader = new Reader(position);
  const value = reader.read(document.contents, []);
  return { value, problems: reader.problems, locate: (path, at) => reader.locate(document.contents, path, at) };
}

/** A name in a map, or an item of a list, which is its own name. */
interface Entry {
  key: unknown;
  value: unknown;
}

/** Turns nodes into values, in the order of the text, since an alias means the last anchor before it. */
class Reader {
  readonly problems: Problem[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #targets = new Map<Node, Node>();
  readonly #values = new Map<Node, unknown>();
  /** The pairs of each map, so that the places of thousands of problems are found quickly. */
  readonly #pairs = new Map<YAMLMap, ReadonlyMap<string, Entry>>();
  readonly #position: (offset: number) => Position;

  constructor(position: (offset: number) => Position) {
    this.#position = position;
  }

  read(node: unknown, path: Path): unknown {
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined || !this.#values.has(target)) {
        const message =
          target === undefined ? `there is no anchor &${node.source} before this` : `&${node.source} contains itself`;
        this.#report(node, path, message);
        return undefined;
      }
      this.#targets.set(node, target);
      return this.#values.get(target);
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) {
      return null;
    }
    if (node.anchor !== undefined) {
      this.#anchors.set(node.anchor, node);
    }
    const value = isMap(node)
      ? this.#readMap(node, path)
      : isSeq(node)
        ? node.items.map((item, index) => this.read(item, [...path, index]))
        : node.value;
    if (node.anchor !== undefined) {
      this.#values.set(node, value);
    }
    return value;
  }

  #readMap(map: YAMLMap, path: Path): Record<string, unknown> {
    const own = new Map<string, Entry>();
    const merged = new Map<string, unknown>();
    const values: [string, unknown][] = [];
    for (const pair of map.items) {
      if (isMergeKey(pair)) {
        for (const [name, value] of this.#readMerge(pair, path)) {
          if (!merged.has(name)) {
            merged.set(name, value);
          }
        }
        continue;
      }
      const name = keyText(pair.key);
      const earlier = own.get(name);
      if (earlier !== undefined) {
        const line = this.#positionOf(earlier.key)?.line;
        this.#report(pair.key, [...path, name], `occurs twice: remove it here or on line ${line}`);
      }
      own.set(name, pair);
      values.push([name, this.read(pair.value, [...path, name])]);
    }
    this.#pairs.set(map, own);
    return Object.fromEntries([...[...merged].filter(([name]) => !own.has(name)), ...values]);
  }

  /** What a merge key brings in: the entries of one map, or of a list of maps, of which earlier ones take precedence. */
  #readMerge(pair: Pair, path: Path): [string, unknown][] {
    const value = this.read(pair.value, [...path, "<<"]);
    return (Array.isArray(value) ? value : [value]).flatMap((source: unknown) => {
      if (typeof source === "object" && source !== null && !Array.isArray(source)) {
        return Object.entries(source);
      }
      if (source !== undefined) {
        this.#report(pair.key, [...path, "<<"], "can only merge maps");
      }
      return [];
    });
  }

  locate(root: unknown, path: Path, at: "name" | "value"): Position | undefined {
    let node = root;
    let place = node;
    for (const [index, step] of path.entries()) {
      const next = this.#step(this.#target(node), step);
      if (next === undefined) {
        break;
      }
      const last = index === path.length - 1;
      place = (last && at === "name") || next.value === null ? next.key : next.value;
      node = next.value;
    }
    return this.#positionOf(place) ?? this.#position(0);
  }

  #step(node: unknown, step: string | number): Entry | undefined {
    if (isSeq(node)) {
      const item = node.items[Number(step)];
      return item === undefined ? undefined : { key: item, value: item };
    }
    if (!isMap(node)) {
      return undefined;
    }
    const own = this.#pairs.get(node)?.get(String(step));
    if (own !== undefined) {
      return own;
    }
    for (const merge of node.items.filter(isMergeKey)) {
      const sources = this.#target(merge.value);
      for (const source of isSeq(sources) ? sources.items : [sources]) {
        const found = this.#step(this.#target(source), step);
        if (found !== undefined) {
          return found;
        }
      }
    }
    return undefined;
  }

  #target(node: unknown): unknown {
    return isAlias(node) ? this.#targets.get(node) : node;
  }

  #positionOf(node: unknown): Position | undefined {
    const range = isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
    return range ? this.#position(range[0]) : undefined;
  }

  #report(node: unknown, path: Path, message: string): void {
    const position = this.#positionOf(node);
    this.problems.push({ code: "TSL-YAML", path, message, ...(position && { position }) });
  }
}

function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === "<<" && pair.key.type === "PLAIN";
}

/** The name of a key as written, even where YAML reads a number or a truth value. */
function keyText(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value ?? "")) : String(key);
}
