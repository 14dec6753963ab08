/**
 * The candidate that the user most likely meant by `text`, or undefined if none is near. Near is: a few letters wrong, swapped,
 * missing or too many (a third of the longer text at most), or one within the other (`name` for `displayName`).
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  return closest(text, candidates, (wanted, offered) => Math.max(wanted.length, offered.length) / 3, contains);
}

/** The candidate of which `text` is a misspelling: at most two letters wrong, or only case and hyphens. */
export function misspelled(text: string, candidates: Iterable<string>): string | undefined {
  return closest(
    text,
    candidates,
    () => 2,
    () => false,
  );
}

/** `, did you mean "roles"?`, or nothing. */
export function suggestion(text: string, candidates: Iterable<string>): string {
  const candidate = nearest(text, candidates);
  return candidate === undefined ? "" : `, did you mean ${JSON.stringify(candidate)}?`;
}

function closest(
  text: string,
  candidates: Iterable<string>,
  limitFor: (wanted: string, offered: string) => number,
  isNearAnyway: (wanted: string, offered: string) => boolean,
): string | undefined {
  const wanted = fold(text);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const offered = fold(candidate);
    const limit = limitFor(wanted, offered);
    const lengthsDiffer = Math.abs(wanted.length - offered.length);
    const distance = lengthsDiffer > limit ? lengthsDiffer : editDistance(wanted, offered);
    const isNear = distance <= limit || isNearAnyway(wanted, offered);
    if (isNear && (best === undefined || distance < best.distance)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll(/[-_ ]/gu, "");
}

function contains(one: string, other: string): boolean {
  return Math.min(one.length, other.length) >= 3 && (one.includes(other) || other.includes(one));
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour to make one text of the other. */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + changed,
        swapped ? at(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
