/**
 * A value as JSON with two blanks for each level, as `JSON.stringify(value, null, 2)` writes it, and a line end, in pieces: the text of thousands of
 * customers is never whole in memory.
 */
export function* jsonPieces(value: unknown): Generator<string> {
  let lines = "";
  for (const piece of pieces(value, "\n")) {
    lines += piece;
    if (lines.length > 65_536) {
      yield lines;
      lines = "";
    }
  }
  yield `${lines}\n`;
}

/** `end`: a line break with the blanks of this level. */
function* pieces(value: unknown, end: string): Generator<string> {
  if (typeof value !== "object" || value === null) {
    yield JSON.stringify(value ?? null);
    return;
  }
  const isList = Array.isArray(value);
  const members = isList
    ? value.map((one: unknown) => ["", one] as const)
    : Object.entries(value).flatMap(([name, one]) =>
        one === undefined ? [] : [[`${JSON.stringify(name)}: `, one] as const],
      );
  const [open, close] = isList ? "[]" : "{}";
  let before = `${open}${end}  `;
  for (const [name, one] of members) {
    yield before + name;
    yield* pieces(one, `${end}  `);
    before = `,${end}  `;
  }
  yield members.length > 0 ? `${end}${close}` : `${open}${close}`;
}
