/** Values of inputs that a preview knows. */
import { shortTime } from "../inWords";
import type { ResourceState } from "../preview/preview";
import { isUnknown, withoutUnknown } from "../preview/unknownValue";

/** The text of an input; undefined if it is not text, or not known yet. */
export function textOf(state: ResourceState | undefined, name: string): string | undefined {
  const value = state?.inputs[name] ?? state?.outputs[name];
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

/** Whether what is given up stays in Tesseral. */
export function isReleased(old: ResourceState | undefined): boolean {
  return textOf(old, "onRemoval") === "release" || old?.retainOnDelete === true;
}

export function numberOf(state: ResourceState | undefined, name: string): number | undefined {
  const value = state?.inputs[name];
  return typeof value === "number" ? value : undefined;
}

/** The texts of a list; undefined if it is not a list of texts, or is not known yet in whole or in part. */
export function textsOf(state: ResourceState | undefined, name: string): string[] | undefined {
  const value = state?.inputs[name];
  const texts = Array.isArray(value)
    ? value.filter((one): one is string => typeof one === "string" && !isUnknown(one))
    : [];
  return Array.isArray(value) && texts.length === value.length ? texts : undefined;
}

/** A value for people. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) {
    return "none";
  }
  const text = withoutUnknown(typeof value === "string" ? shortTime(value) : JSON.stringify(value));
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** A change of a value: `old → new`. */
export function fromTo(before: unknown, after: unknown): string {
  return `${shown(before)} → ${shown(after)}`;
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

/** The names of the inputs that differ, sorted. */
export function differing(before: ResourceState | undefined, after: ResourceState | undefined): string[] {
  const names = new Set([...Object.keys(before?.inputs ?? {}), ...Object.keys(after?.inputs ?? {})]);
  return [...names].filter((name) => !isSame(before?.inputs[name], after?.inputs[name])).sort();
}
