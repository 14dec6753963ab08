/**
 * Characters that people cannot see in a name. Joiners count only where they join nothing: several scripts, and emoji, need them. Selectors choose
 * a form of the character before them, which is how some Japanese names are written.
 */
const invisible =
  /\p{Cc}|\p{Zl}|\p{Zp}|(?!\u200c|\u200d|\p{Variation_Selector}|[\u{e0020}-\u{e007f}])\p{Default_Ignorable_Code_Point}|\u2800|(?<![^\0-\u007f])(?:\u200c|\u200d)|(?:\u200c|\u200d)(?![^\0-\u007f])/gu;

/** What is wrong with a name that people see, or undefined. */
export function displayNameProblem(text: string): string | undefined {
  if (!/\S/u.test(text)) {
    return "must not be empty";
  }
  const clean = text
    .replaceAll(/\s*[\r\n\t\v\f\u0085\u2028\u2029]+\s*/gu, " ")
    .replaceAll(invisible, "")
    .trim();
  if (clean === text) {
    return undefined;
  }
  const rule = "must not begin or end with blanks, nor hold line breaks, control or invisible characters";
  return clean === "" ? rule : `${rule}: write ${JSON.stringify(clean)}`;
}

/** Letters of Cyrillic and Greek that look like one of Latin, in pairs. Source: Unicode's confusables.txt, of which these are whole words' worth. */
const lookalikes = new Map(
  (
    "аa еe оo рp сc уy хx іi јj ѕs ԁd һh ӏl АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT ХX УY " +
    "αa οo ρp νv ιi υu κk ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX"
  )
    .split(" ")
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);

/** A name without case, blanks and forms of letters: two names that fold to the same text count as one. */
export function sameName(displayName: string): string {
  return displayName
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s\p{Cf}\p{Variation_Selector}]/gu, "");
}

/** The same for what a name looks like: letters of other scripts count as the Latin letters that they resemble. */
export function looks(displayName: string): string {
  return sameName([...displayName.normalize("NFKC")].map((letter) => lookalikes.get(letter) ?? letter).join(""));
}
