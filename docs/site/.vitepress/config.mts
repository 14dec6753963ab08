// The site of docs/: what it looks like is VitePress's own, but for what nobody else is asked for. `npm run docs` lays the pages out and builds it.
import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import { anchorOf } from "../../../scripts/docs/anchor";

const sidebar = JSON.parse(readFileSync(new URL("../sidebar.json", import.meta.url), "utf8"));

export default defineConfig({
  title: "pulumi-tesseral",
  description: "Declare the customers of an API as code: Tesseral organizations and managed API keys as Pulumi resources.",
  lang: "en-US",
  srcDir: "pages",
  // GitHub Pages serves a project below its name.
  base: process.env.DOCS_BASE || "/",
  markdown: {
    anchor: { slugify: anchorOf },
    // Colors that can be read, in light and dark.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    languageAlias: { console: "shellsession" },
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
        miniSearch: {
          // Long texts are pasted, such as an error message: what has most of their words comes first.
          searchOptions: { fuzzy: 0.1, prefix: true, boost: { title: 4, titles: 2, text: 1 } },
        },
      },
    },
  },
});
