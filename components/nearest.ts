import { distance } from "fastest-levenshtein";

/**
 * The candidate that the user most likely meant by `text`, or undefined if none is near. Near means: a few letters wrong, missing or too
 * many (a third of the longer text), or one within the other (`name` for `displayName`). Case and hyphens do not count.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(text);
  const near = [...candidates].flatMap((candidate) => {
    const offered = fold(candidate);
    const limit = Math.round(Math.max(wanted.length, offered.length) / 3);
    const lengthsDiffer = Math.abs(wanted.length - offered.length);
    const edits = lengthsDiffer > limit ? lengthsDiffer : distance(wanted, offered);
    return edits <= limit || contains(wanted, offered) ? [{ candidate, edits }] : [];
  });
  return near.sort((one, other) => one.edits - other.edits)[0]?.candidate;
}

/** `, did you mean "roles"?`, or nothing. */
export function suggestion(text: string, candidates: Iterable<string>): string {
  const candidate = nearest(text, candidates);
  return candidate === undefined ? "" : `, did you mean ${JSON.stringify(candidate)}?`;
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll(/[-_ ]/gu, "");
}

function contains(one: string, other: string): boolean {
  return Math.min(one.length, other.length) >= 3 && (one.includes(other) || other.includes(one));
}
