/** Names that people read: the lists of a message with hundreds of names hide what the message says. */
const shownNames = 10;

/** `acme, globex`, and of more than ten `acme, …, umbrella and 290 more`; sorted. */
export function shortList(names: readonly string[]): string {
  const sorted = [...names].sort();
  const left = sorted.length - shownNames;
  return `${sorted.slice(0, shownNames).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}
