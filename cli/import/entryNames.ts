/** Makes up short names for the entries of existing customers, roles and keys. No I/O. */
import { transliterate } from "transliteration";

/** Longer names are cut at a word: they become parts of resource names. */
const longest = 40;

/**
 * A name near a text, in lower-case letters, digits and hyphens: `mueller-co` is `muller-co`, letters of other scripts are written in Latin ones.
 * Where nothing is left of the text, the end of the id makes it: `customer-0d2k9x`.
 */
export function proposedName(text: string, noun: "customer" | "role" | "key", id: string): string {
  const words = transliterate(text)
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[\p{M}'’`]/gu, "")
    .match(/[a-z0-9]+/gu);
  const letters = shortened(words ?? []);
  if (letters === "") {
    return `${noun}-${id.slice(-6)}`;
  }
  return /^[a-z]/u.test(letters) ? letters : `${noun}-${letters}`;
}

function shortened(words: readonly string[]): string {
  const [first = "", ...rest] = words;
  return rest.reduce(
    (name, word) => (name.length + word.length < longest ? `${name}-${word}` : name),
    first.slice(0, longest),
  );
}

/** The name if it is free, else the name with the first free number behind it. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let next = 2; isTaken(free); next += 1) {
    free = `${name}-${next}`;
  }
  return free;
}
