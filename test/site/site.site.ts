// Proves in a real browser, headless Chromium, that the built site has no broken link or anchor, asks nobody else for anything, says nothing in the
// console, that axe finds nothing wrong on any page in light and dark, that it fits a phone, that pictures show all their words, and that its search finds errors,
// tasks, settings and fields.
// A screen reader did not read it here, and no other browser opened it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installedChromium, openChromium } from "../report/html/browser";
import { askedFor, closeTo, lookedUp, pastedErrors } from "./queries";
import { built, type Served, serveSite } from "./serve";

const program = installedChromium();
const base = process.env.DOCS_BASE || "/";

/** What was seen of a page. */
interface Seen {
  links: string[];
  anchors: string[];
  axe: string[];
  widest: number;
}

describe.skipIf(program === undefined)("the site", () => {
  let browser: Browser;
  let site: Served;
  let context: BrowserContext;
  const requests: string[] = [];
  const said: string[] = [];
  const seen = new Map<string, Seen>();
  const desk = { width: 1280, height: 800 };
  const phone = { width: 375, height: 700 };
  /** Whether the page's own script runs. */
  const started = "'__vue_app__' in (document.querySelector('#app') ?? {})";

  beforeAll(async () => {
    if (!existsSync(join(built, "index.html"))) {
      throw new Error("the site is not built: npm run docs");
    }
    site = await serveSite(base);
    browser = await openChromium(program);
    context = await browser.newContext({ viewport: desk });
    context.on("request", (request) => requests.push(request.url()));
    context.on("console", (message) => said.push(`${message.page()?.url()}: ${message.text()}`));
    context.on("weberror", (error) => said.push(`${error.page()?.url()}: ${error.error()}`));
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** The pages that were built, as addresses below the site. */
  function pagesIn(folder = ""): string[] {
    return readdirSync(join(built, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return path === "assets" ? [] : pagesIn(path);
      }
      return path.endsWith(".html") && path !== "404.html" ? [path] : [];
    });
  }

  async function findings(page: Page): Promise<string[]> {
    return page.evaluate(async () => {
      const { axe: checker } = globalThis as unknown as { axe: typeof axe };
      const { violations } = await checker.run({ exclude: [] });
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} (${nodes.length})`);
    });
  }

  it("opens every page, and says nothing", async () => {
    const page = await context.newPage();
    for (const path of pagesIn()) {
      await page.goto(new URL(path, site.url).href, { waitUntil: "load" });
      await page.waitForFunction(started);
      // Colors that are on their way to others are not judged.
      await page.addStyleTag({ content: "* { transition: none !important; animation: none !important; }" });
      await page.evaluate(axe.source);
      const links = await page.evaluate<string[]>("[...document.querySelectorAll('a[href]')].map(({ href }) => href)");
      const anchors = await page.evaluate<string[]>("[...document.querySelectorAll('[id]')].map(({ id }) => id)");
      const light = await findings(page);
      await page.evaluate("document.documentElement.classList.add('dark')");
      const dark = await findings(page);
      await page.evaluate("document.documentElement.classList.remove('dark')");
      await page.setViewportSize(phone);
      const widest = await page.evaluate<number>("document.documentElement.scrollWidth");
      await page.setViewportSize(desk);
      seen.set(path, { links, anchors, axe: [...light, ...dark.map((one) => `dark: ${one}`)], widest });
    }
    await page.close();
    expect(seen.size).toBeGreaterThan(50);
    expect(said).toEqual([]);
  });

  it("has no broken link or anchor", () => {
    const broken = [...seen].flatMap(([from, { links }]) =>
      [...new Set(links)]
        .filter((link) => {
          const { origin, pathname, hash } = new URL(link);
          if (origin !== new URL(site.url).origin) {
            return false;
          }
          const path = decodeURIComponent(pathname.slice(base.length));
          const target = seen.get(path === "" || path.endsWith("/") ? `${path}index.html` : path);
          return target === undefined || (hash !== "" && !target.anchors.includes(decodeURIComponent(hash.slice(1))));
        })
        .map((link) => `${from}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it("asks nobody else for anything", () => {
    expect(requests.filter((url) => !url.startsWith(site.url) && !url.startsWith("data:"))).toEqual([]);
    expect(requests.length).toBeGreaterThan(seen.size);
  });

  it("has nothing that axe finds wrong, in light and dark", () => {
    expect([...seen].filter(([, page]) => page.axe.length > 0).map(([path, page]) => [path, ...page.axe])).toEqual([]);
  });

  it("is no wider than a phone", () => {
    expect([...seen].filter(([, { widest }]) => widest > phone.width).map(([path]) => path)).toEqual([]);
  });

  it("shows every word of its pictures, within their edges", async () => {
    const page = await context.newPage();
    const folder = join(built, "../../../pictures");
    const cut: string[] = [];
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".svg"))) {
      await page.setContent(readFileSync(join(folder, name), "utf8"));
      const outside = await page.evaluate<string[]>(`[...document.querySelectorAll("svg text")].filter((text) => {
        const { x, width } = text.getBBox();
        return x < 0 || x + width > text.ownerSVGElement.viewBox.baseVal.width;
      }).map(({ textContent }) => textContent)`);
      cut.push(...outside.map((text) => `${name}: ${text}`));
    }
    await page.close();
    expect(cut).toEqual([]);
  });

  /** What the search answers, in its order, as addresses below the site. */
  async function searched(page: Page, query: string): Promise<string[]> {
    const input = page.locator("#localsearch-input");
    await input.fill("");
    await page.locator("#localsearch-list a.result").first().waitFor({ state: "detached" });
    await input.fill(query);
    await page.locator("#localsearch-list a.result").first().waitFor();
    const found = await page.$$eval("#localsearch-list a.result", (all) =>
      all.map((link) => link.getAttribute("href")),
    );
    return found.map((link) => (link ?? "").slice(base.length));
  }

  /** Of each query, where it was to lead and what came instead; `among` is how many of the first may be it. */
  async function notFound(queries: Record<string, string>, among: number): Promise<string[]> {
    const page = await context.newPage();
    await page.goto(site.url, { waitUntil: "load" });
    await page.waitForFunction(started);
    await page.keyboard.press("/");
    await page.locator("#localsearch-input").waitFor();
    const wrong: string[] = [];
    for (const [query, target] of Object.entries(queries)) {
      const found = (await searched(page, query)).slice(0, among);
      if (!found.some((link) => link.startsWith(target))) {
        wrong.push(`${query} → ${target}, but found ${found.join(", ")}`);
      }
    }
    await page.close();
    return wrong;
  }

  it("finds the entry of an error first, when its line is pasted", async () => {
    expect(await notFound(pastedErrors, 1)).toEqual([]);
    expect(Object.keys(pastedErrors).length).toBeGreaterThanOrEqual(10);
  });

  it("finds it among the first three without the code, as where a line was cut off", async () => {
    const cut = Object.entries(pastedErrors).map(([line, target]) => [line.replace(/ \(TSL-[A-Z-]+\)/, ""), target]);
    expect(await notFound(Object.fromEntries(cut), 3)).toEqual([]);
  });

  it("finds the page of a task first, in the words that people have for it", async () => {
    expect(await notFound(askedFor, 1)).toEqual([]);
  });

  it("finds a page among the first three, where others come close to the words", async () => {
    expect(await notFound(closeTo, 3)).toEqual([]);
  });

  it("finds settings, fields and options among the first five", async () => {
    expect(await notFound(lookedUp, 5)).toEqual([]);
  });
});
