/** The anchor that GitHub gives a heading, which the site gives as well. A heading that occurs again gets `-1`, `-2`, … */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");
}
