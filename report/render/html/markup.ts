/** Text in markup: what people wrote stays text. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The text that a search looks in: lower case, one blank between words. */
export function searchable(...texts: readonly (string | undefined)[]): string {
  return escaped(
    texts
      .filter((text) => text !== undefined)
      .join(" ")
      .toLowerCase()
      .replaceAll(/\s+/g, " "),
  );
}
