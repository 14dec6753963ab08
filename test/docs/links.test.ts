// Proves that every relative link in the Markdown of this repository leads to a file that exists, and to a heading that
// is in it. Links to other sites are not followed.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { globSync } from "tinyglobby";
import { expect, it } from "vitest";
import { anchorOf } from "../../scripts/docs/anchor";

const pages = globSync(["*.md", "{docs,examples,test}/**/*.md"], {
  ignore: ["**/{node_modules,dist,target,.venv,.next}/**", "docs/site/**"],
}).sort();

/** A page without its code, in which nothing is a link or a heading. */
function prose(page: string): string {
  return readFileSync(page, "utf8")
    .replaceAll(/^ *(```+|~~~+).*?^ *\1`*$/gms, "")
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ""));
}

/** The anchors that the headings of a page have; of headings alike, the second ends in `-1`. */
function anchors(page: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of prose(page).matchAll(/^#{1,6} +(.+)$/gm)) {
    const anchor = anchorOf(heading);
    let again = 0;
    while (found.has(again === 0 ? anchor : `${anchor}-${again}`)) {
      again += 1;
    }
    found.add(again === 0 ? anchor : `${anchor}-${again}`);
  }
  return found;
}

/** The relative links of a page that lead nowhere. */
function broken(page: string): string[] {
  const links = [...prose(page).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(([, target = ""]) => target);
  return links.filter((link) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) {
      return false;
    }
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    return !existsSync(target) || (anchor !== undefined && !(target.endsWith(".md") && anchors(target).has(anchor)));
  });
}

it.each(pages)("%s links only to what is there", (page) => {
  expect(broken(page)).toEqual([]);
});

it("names every page of docs/ in the README, or in the index of a folder", () => {
  const indexes = ["README.md", ...pages.filter((page) => /^docs\/(?:[\w-]+\/)?index\.md$/.test(page))];
  const named = indexes.flatMap((index) =>
    [...prose(index).matchAll(/\]\(([\w./-]+\.md)/g)].map(([, path = ""]) => join(dirname(index), path)),
  );
  expect(pages.filter((page) => page.startsWith("docs/") && !named.includes(page))).toEqual([]);
});

it("keeps the README under 120 lines, which leads to the pages for everything else", () => {
  expect(readFileSync("README.md", "utf8").split("\n").length - 1).toBeLessThan(120);
});
