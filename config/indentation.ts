/** Finds what was written one level too far in or out: the most common mistake in YAML that is written by hand. */
import { nearest } from "../components/nearest";
import { isRecord } from "./isRecord";
import { listAsMap } from "./listAsMap";
import { type Path, pathText } from "./problem";
import { namePattern } from "./properName";
import type { MapShape, ObjectShape } from "./shape";

/** The main map of an object, such as `customers` of a file. */
function mapIn({ fields, required }: ObjectShape): { name: string; map: MapShape } | undefined {
  const [name = "", ...others] = required;
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return others.length === 0 && field?.kind === "map" ? { name, map: field } : undefined;
}

/** Why the map is missing, if its entries are in its place; undefined if they are not. */
export function entriesWithoutMap(shape: ObjectShape, given: Record<string, unknown>): string | undefined {
  const { fields, ignoredPrefix } = shape;
  const { name } = mapIn(shape) ?? {};
  if (name === undefined || Object.hasOwn(given, name)) {
    return undefined;
  }
  const entries = Object.entries(given).filter(
    ([field]) => !Object.hasOwn(fields, field) && (ignoredPrefix === undefined || !field.startsWith(ignoredPrefix)),
  );
  const [first] = entries;
  const isEntry = ([field, value]: [string, unknown]) =>
    isRecord(value) && nearest(field, Object.keys(fields)) === undefined;
  if (first === undefined || !entries.every(isEntry)) {
    return undefined;
  }
  const these = entries.length === 1 ? "this entry" : `these ${entries.length} entries`;
  return `${name} is missing: write \`${name}:\` above ${pathText([first[0]])}, and indent ${these} beneath it`;
}

/** How a list of entries in place of an object with a map should be written; empty if it is something else. */
export function listInPlaceOfObject(shape: ObjectShape, value: unknown): string {
  const inside = mapIn(shape);
  const text = inside !== undefined && Array.isArray(value) && listAsMap(inside.map, inside.name, value);
  return text ? `. This is the map:\n${text}` : "";
}

/** Whether a name in a map is not an entry's, but a field that is one level too far out. */
export function isFieldOfEntry({ of }: MapShape, name: string, value: unknown): boolean {
  return Object.hasOwn(of.fields, name) && value !== null && (!isRecord(value) || !namePattern.test(name));
}

/** Whether an unknown field is really an entry that is one level too far in. */
export function isEntryInEntry({ required }: ObjectShape, path: Path, value: unknown): boolean {
  return (
    path.length > 1 && required.length > 0 && isRecord(value) && required.every((one) => Object.hasOwn(value, one))
  );
}
