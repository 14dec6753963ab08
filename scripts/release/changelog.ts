/** The heading of what no version has yet. */
const unreleased = "## Unreleased";

/**
 * Turns what is unreleased into the part of a version. The text begins the next list of unreleased changes where people look for it.
 * @throws Error when nothing is unreleased, or the version is there already
 */
export function releaseChangelog(text: string, version: string, date: string): string {
  if (partOf(text, unreleased) === "") {
    throw new Error(`CHANGELOG.md has nothing below "${unreleased}" to release`);
  }
  if (new RegExp(`^${headingOf(version)}( |$)`, "m").test(text)) {
    throw new Error(`CHANGELOG.md has a part of ${version} already`);
  }
  return text.replace(unreleased, `${unreleased}\n\n## ${version} (${date})`);
}

/**
 * What a version changed, as the GitHub release says it.
 * @throws Error when the version has no part
 */
export function releaseNotes(text: string, version: string): string {
  const notes = partOf(text, headingOf(version));
  if (notes === "") {
    throw new Error(`CHANGELOG.md has no part of ${version}: run \`npm run release -- ${version}\` first`);
  }
  return notes;
}

function headingOf(version: string): string {
  return `## ${version.replaceAll(".", "\\.")}`;
}

/** The lines between a heading and the next of its level. */
function partOf(text: string, heading: string): string {
  return (new RegExp(`^${heading}(?: .*)?$([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, "m").exec(text)?.[1] ?? "").trim();
}
