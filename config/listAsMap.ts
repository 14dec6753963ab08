import { stringify } from "yaml";
import { textProblem } from "./formats";
import { isRecord } from "./isRecord";
import { namePattern, properName } from "./properName";
import type { MapShape } from "./shape";

/** Fields by which lists usually name their items. */
const labels = ["name", "id", "key", "slug"];
const shownLines = 60;
/** Thousands of customers with all that they can have. */
const mostParts = 200_000;

/**
 * The data as the map that was meant, in YAML, for somebody who wrote a list of maps or names; undefined for other lists.
 * @param name the name of the map
 */
export function listAsMap(shape: MapShape, name: string, items: readonly unknown[]): string | undefined {
  if (!isListOfNamed(shape, items)) {
    return undefined;
  }
  if (isLarge(items)) {
    return undefined;
  }
  const text = stringify({ [name]: mapOf(shape, items) }, { lineWidth: 0, aliasDuplicateObjects: false });
  if (textProblem(text) !== undefined) {
    return undefined;
  }
  const lines = text.trimEnd().split("\n");
  const left = lines.length - shownLines;
  return [...lines.slice(0, shownLines), ...(left > 0 ? [`# and ${left} more lines`] : [])]
    .map((line) => `  ${line}`)
    .join("\n");
}

/** Whether a value has too many parts to be written out: a few lines with aliases of aliases can stand for millions. */
function isLarge(value: unknown): boolean {
  let parts = 0;
  const left = [value];
  while (left.length > 0 && parts <= mostParts) {
    const one = left.pop();
    parts += 1;
    if (typeof one === "object" && one !== null) {
      for (const part of Object.values(one)) {
        left.push(part);
      }
    }
  }
  return parts > mostParts;
}

/** An item of a list that stands for an entry of a map: its fields, with the name among them, or only its name. */
type Named = Record<string, unknown> | string;

/** A name alone can only stand for an entry that needs no other field than the one which says it. */
function isListOfNamed(shape: MapShape, value: unknown): value is Named[] {
  const canBeName = shape.of.required.every((field) => field === "displayName");
  const isNamed = (item: unknown) => isRecord(item) || (canBeName && typeof item === "string");
  return Array.isArray(value) && value.length > 0 && value.every(isNamed);
}

function mapOf(shape: MapShape, items: readonly Named[]): Record<string, unknown> {
  const map = new Map<string, unknown>();
  for (const [index, named] of items.entries()) {
    const item = typeof named === "string" ? { name: named } : named;
    const [only, ...others] = Object.entries(item);
    if (only !== undefined && others.length === 0 && isRecord(only[1])) {
      map.set(only[0], inside(shape, only[1]));
      continue;
    }
    const label = labels.find((field) => !Object.hasOwn(shape.of.fields, field) && Object.hasOwn(item, field));
    const { [label ?? ""]: labeled, ...fields } = item;
    const text = String(labeled ?? item.displayName ?? "");
    const name = properName(text, shape.noun, index + 1, (taken) => map.has(taken));
    const isSaid = namePattern.test(text) && !shape.of.required.includes("displayName");
    const displayName = label === undefined || isSaid || "displayName" in fields ? {} : { displayName: text };
    map.set(name, inside(shape, { ...displayName, ...fields }));
  }
  return Object.fromEntries(map);
}

/** The maps in an item may have been written as lists, too. */
function inside(shape: MapShape, item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const field = Object.hasOwn(shape.of.fields, name) ? shape.of.fields[name] : undefined;
      return [name, field?.kind === "map" && isListOfNamed(field, value) ? mapOf(field, value) : value];
    }),
  );
}
