// npm run docs, first half
// Lays the pages of docs/ out for the site, in docs/site/pages: as they are, but with every link leading to a page of the site. What they link to besides (a
// workflow, an example, the changelog) becomes a page as well, so that the site leads nowhere else.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, posix, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { fenced, mapLinks, withoutHtml } from "./markdown";

const root = resolve(__dirname, "../../..");
const site = join(root, "docs/site");
const pages = join(site, "pages");
const pictures = [".svg", ".png"];

/** Where a file of the repository is on the site: pages of docs/ at the top, everything else below `repository/`. */
function placeOf(path: string): string {
  if (path.startsWith("docs/") && (path.endsWith(".md") || pictures.includes(extname(path)))) {
    return path.slice("docs/".length);
  }
  return `repository/${pictures.includes(extname(path)) || path.endsWith(".md") ? path : `${path}.md`}`;
}

/** Files that are written, and those that pages link to and that are still to be written. */
class Stage {
  readonly #done = new Set<string>();
  readonly #waiting: string[] = [];

  /** Writes a page or a picture, and whatever it links to. */
  write(path: string): void {
    this.#waiting.push(path);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      if (!this.#done.has(next)) {
        this.#done.add(next);
        this.#writeOne(next);
      }
    }
  }

  #writeOne(path: string): void {
    const place = join(pages, placeOf(path));
    mkdirSync(dirname(place), { recursive: true });
    if (pictures.includes(extname(path))) {
      cpSync(join(root, path), place);
    } else if (path.endsWith(".md")) {
      const text = mapLinks(readFileSync(join(root, path), "utf8"), (link, anchor) => this.#link(path, link, anchor));
      writeFileSync(place, withoutHtml(text));
    } else if (statSync(join(root, path)).isDirectory()) {
      writeFileSync(place, this.#folder(path));
    } else {
      const text = readFileSync(join(root, path), "utf8");
      writeFileSync(
        place,
        `# ${basename(path)}\n\n\`${path}\` of the repository.\n\n${fenced(text, extname(path).slice(1))}`,
      );
    }
  }

  /** Where a link of a page leads on the site. */
  #link(from: string, link: string, anchor: string): string {
    let target = posix.normalize(posix.join(posix.dirname(from), decodeURIComponent(link)));
    if (!existsSync(join(root, target))) {
      throw new Error(`${from} links to ${link}, which does not exist`);
    }
    if (existsSync(join(root, target, "README.md"))) {
      target = posix.join(target, "README.md");
    }
    this.#waiting.push(target);
    const relative = posix.relative(posix.dirname(placeOf(from)), placeOf(target));
    return (relative.startsWith(".") ? relative : `./${relative}`) + anchor;
  }

  /** A folder as a page: what is in it. */
  #folder(path: string): string {
    const files = readdirSync(join(root, path)).filter((name) => statSync(join(root, path, name)).isFile());
    const lines = files.map((name) => `- [${name}](${this.#link(`${path}/index.md`, name, "")})`);
    return `# ${basename(path)}\n\n\`${path}\` of the repository.\n\n${lines.join("\n")}\n`;
  }
}

interface SidebarItem {
  text: string;
  link?: string;
  items?: SidebarItem[];
  collapsed?: boolean;
}

/** The sidebar is what the indexes name, in their order. */
function sidebarOf(index: string): SidebarItem[] {
  const folder = dirname(index);
  const sections = readFileSync(join(root, index), "utf8").split(/^## +/m).slice(1);
  return sections.flatMap((section) => {
    const [title = ""] = section.split("\n");
    const links = [...section.matchAll(/\[([^\]]+)\]\(([\w./-]+\.md)\)/g)];
    const items = links.flatMap(([, text = "", link = ""]): SidebarItem[] => {
      const target = posix.normalize(posix.join(folder, link));
      if (!target.startsWith("docs/") || target === index) {
        return [];
      }
      const isIndex = target !== "docs/index.md" && basename(target) === "index.md";
      const inner = isIndex ? sidebarOf(target) : [];
      const flat = inner.length === 1 ? (inner[0]?.items ?? []) : inner;
      return [
        {
          text: `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replaceAll("`", ""),
          link: `/${placeOf(target).replace(/(?:index)?\.md$/, "")}`,
          ...(flat.length > 0 && { items: flat, collapsed: true }),
        },
      ];
    });
    return items.length === 0 ? [] : [{ text: title.replaceAll("`", ""), items }];
  });
}

/** Writes all pages, and the sidebar. */
export function stage(): void {
  rmSync(pages, { recursive: true, force: true });
  const own = new Stage();
  for (const path of globSync("docs/**/*.md", { cwd: root, ignore: ["docs/site/**"] }).sort()) {
    own.write(path);
  }
  writeFileSync(join(site, "sidebar.json"), JSON.stringify(sidebarOf("docs/index.md"), undefined, 2));
}

if (process.argv[1] === __filename) {
  stage();
}
