import { maskTokens } from "../errors/maskTokens";

/** The form of the names that become names of resources: of customers, roles and keys. */
export const namePattern = /^[a-z][a-z0-9-]*$/u;

/**
 * A name of the proper form that is near a text and not taken: `muller-co` for `Müller & Co`. Where a text leaves nothing to begin with,
 * the noun comes first: `customer-2024`, or with the number where its letters are of another script: `customer-2`.
 */
export function properName(text: string, noun: string, number: number, taken: (name: string) => boolean): string {
  const letters = maskTokens(text)
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "");
  const begun = letters.replace(/^[-0-9]+/u, "");
  const best = begun || `${noun}-${letters || number}`;
  let free = best;
  for (let next = 2; taken(free); next++) {
    free = `${best}-${next}`;
  }
  return free;
}
