// The site of docs/: what it looks like is VitePress's own, but for what nobody else is asked for. `npm run docs` lays the pages out and builds it.
import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import { anchorOf } from "../../../scripts/docs/anchor";
import { miniSearch } from "./search.mts";

const sidebar = JSON.parse(readFileSync(new URL("../sidebar.json", import.meta.url), "utf8"));

export default defineConfig({
  title: "pulumi-tesseral",
  description:
    "Declare the customers of an API as code: Tesseral organizations and managed API keys as Pulumi resources.",
  lang: "en-US",
  srcDir: "pages",
  // A browser asks for an icon by itself, where none is named.
  head: [["link", { rel: "icon", href: "data:," }]],
  // GitHub Pages serves a project below its name.
  base: process.env.DOCS_BASE || "/",
  markdown: {
    anchor: { slugify: anchorOf },
    // Colors that can be read, in light and dark.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    languageAlias: { console: "shellsession" },
    config(markdown) {
      // A table without a heading has cells where others have it: an empty heading says nothing to whoever cannot see it.
      markdown.core.ruler.push("headless-tables", ({ tokens }) => {
        for (const [index, token] of tokens.entries()) {
          if (token.type === "th_open" && tokens[index + 1]?.content === "") {
            token.tag = "td";
            (tokens[index + 2] ?? token).tag = "td";
          }
        }
      });
    },
  },
  themeConfig: {
    nav: [
      { text: "Documentation", link: "/" },
      { text: "Reference", link: "/reference/" },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: {
      provider: "local",
      options: {
        detailedView: true,
        translations: { button: { buttonText: "Search", buttonAriaLabel: "Search" } },
        miniSearch,
      },
    },
  },
});
