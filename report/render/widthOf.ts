/** How many columns of a terminal a text takes. */
const graphemes = new Intl.Segmenter();

/** Characters of two columns: East Asian wide and fullwidth ones (UAX #11), and emoji. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
/** Halfwidth forms of the same scripts. */
const halfwidth = /[\uff61-\uffdc]/;
/** Characters that take none. */
const none = /^[\p{M}\p{Cf}]+$/u;

export function widthOf(text: string): number {
  // Most names are of this kind, and there are thousands.
  if (/^[ -~]*$/.test(text)) {
    return text.length;
  }
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += none.test(segment) ? 0 : wide.test(segment) && !halfwidth.test(segment) ? 2 : 1;
  }
  return width;
}
