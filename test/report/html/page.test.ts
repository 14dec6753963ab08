// Proves in a real browser, headless Chromium, that the page asks the network for nothing, that search, filter and keys work, and that axe
// finds nothing wrong in light and dark, contrast included. A screen reader did not read it here, and no other browser opened it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageReview } from "../../../report/render/html/page";
import { digest, manyCustomers, reviewed, savedPreview, step } from "../previews";
import { installedChromium, openChromium } from "./browser";

const program = installedChromium();

describe.skipIf(program === undefined)("the page", () => {
  let browser: Browser;
  let folder: string;
  let made = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "page-test-"));
    browser = await openChromium(program);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens the page of previews, and keeps what it asks for and what it says. */
  async function open(texts: string[], options: BrowserContextOptions = {}) {
    const file = join(folder, `${++made}.html`);
    writeFileSync(file, pageReview({ version: 1, stacks: texts.map(reviewed) }));
    const url = pathToFileURL(file).href;
    const page = await (await browser.newContext(options)).newPage();
    const [requests, said]: [string[], string[]] = [[], []];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("dialog", (dialog) => said.push(dialog.message()));
    await page.goto(url);
    return { page, said, others: () => requests.filter((request) => request !== url) };
  }

  const shown = (page: Page, what: string) => page.locator(`${what}[data-customer]:not([hidden])`).count();
  const everything = savedPreview("everything.json");

  it("asks the network for nothing, and says nothing, with 1,000 customers", async () => {
    const { page, said, others } = await open([manyCustomers(1000)]);
    expect(await shown(page, "tr")).toBe(1000);
    expect(await page.locator("#count").textContent()).toBe("1000 customers shown, 228 of them changing");
    expect({ said, others: others() }).toEqual({ said: [], others: [] });
    // So that it opens at once on any machine.
    expect((await page.content()).length).toBeLessThan(1_000_000);
    expect(await page.locator("*").count()).toBeLessThan(20_000);
  });

  it("finds customers by every word of what is said of them", async () => {
    const { page } = await open([everything]);
    const search = page.getByRole("searchbox", { name: "Search" });
    await search.fill("acme");
    expect([await shown(page, "article"), await shown(page, "tr")]).toEqual([1, 1]);
    await search.fill("stops working KEY");
    const found = ["acme", "cyberdyne", "globex", "role"];
    expect(await page.locator("article:not([hidden]) h4 code").allTextContents()).toEqual(found);
    await search.fill("nobody has this");
    expect([await shown(page, "article"), await shown(page, "tr")]).toEqual([0, 0]);
    expect(await page.getByRole("heading", { name: "Will notice (6)" }).isVisible()).toBe(false);
    expect(await page.getByRole("status").textContent()).toBe("0 customers shown, 0 of them changing");
  });

  it("has a timeline with a mark for what ends, and a list that says the same", async () => {
    const { page } = await open([manyCustomers(40)]);
    const line = page.locator("svg[role=img]");
    expect(await line.count()).toBe(1);
    expect(await line.locator("> title").textContent()).toMatch(
      /^A timeline\. expires: \d+\. The list below says the same\.$/,
    );
    const marks = await line.locator("path.expires title").allTextContents();
    expect(marks.length).toBeGreaterThan(10);
    expect(marks.join("\n")).toContain("customer-1/ci expires");
    const [count] = /\d+/.exec((await line.locator("> title").textContent()) ?? "") ?? [];
    const list = page.locator("svg[role=img] + details");
    expect(await list.locator("summary").textContent()).toBe(`${count} events`);
    expect(await list.locator("li").count()).toBe(Number(count));
  });

  it("shows why a preview failed before anything else", async () => {
    const { page } = await open([savedPreview("brake.json")]);
    const alert = page.getByRole("alert");
    expect(await alert.count()).toBeGreaterThan(0);
    const section = page.locator("main > section");
    expect(await section.locator("> *").first().getAttribute("role")).toBe("alert");
    expect(await section.locator('[role="alert"] ~ h2.headline').count()).toBe(1);
    expect(await section.locator('h2 ~ [role="alert"]').count()).toBe(0);
  });

  it("shows those of a kind alone", async () => {
    const { page } = await open([everything]);
    for (const [label, rows, changes] of [
      ["what changes", 12, 12],
      ["will notice", 6, 6],
      ["rotations", 0, 0],
      ["stays as it is", 1, 0],
      ["all", 13, 12],
    ] as const) {
      await page.getByRole("radio", { name: label, exact: true }).check();
      expect([label, await shown(page, "tr"), await shown(page, "article")]).toEqual([label, rows, changes]);
    }
  });

  it("is used by keys alone", async () => {
    const { page } = await open([everything]);
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe("Skip to the changes");
    await page.keyboard.press("/");
    await page.keyboard.type("hooli");
    expect(await shown(page, "article")).toBe(1);
    await page.keyboard.press("Escape");
    expect(await shown(page, "article")).toBe(12);
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("radio", { name: "will notice" }).isChecked()).toBe(true);
    expect(await shown(page, "article")).toBe(6);
    // What scrolls can be scrolled by keys, too.
    expect(await page.getByRole("region", { name: "Customers and keys" }).getAttribute("tabindex")).toBe("0");
  });

  it("shows all without its script", async () => {
    const { page } = await open([everything], { javaScriptEnabled: false });
    const [rows, articles] = [page.getByRole("row"), page.getByRole("article")];
    expect([await rows.count(), await articles.count()]).toEqual([14, 12]);
  });

  it("opens what is folded when it is printed, and prints no controls", async () => {
    const { page } = await open([everything]);
    expect(await page.locator("details[open]").count()).toBe(0);
    expect((await page.pdf()).byteLength).toBeGreaterThan(10_000);
    expect(await page.locator("details:not([open])").count()).toBe(0);
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("searchbox").isVisible()).toBe(false);
  });

  it.each([320, 768])("is no wider than a window of %i pixels, but for its tables", async (width) => {
    const { page } = await open([everything.replaceAll("Cyberdyne", "Cyberdyne".repeat(20))], {
      viewport: { width, height: 900 },
    });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });

  it("takes names as text, and runs nothing that is in them", async () => {
    const displayName = `<img src="x" onerror="alert(1)"><script>alert(2)</script>'"&amp;`;
    const { page, said, others } = await open([
      digest([step("create", "organization", "acme", { new: { displayName, apiKeysEnabled: true } })], {
        diagnostics: [{ severity: "warning", message: "</pre><script>alert(3)</script>" }],
      }),
    ]);
    expect(await page.locator("article h4").textContent()).toBe(`${displayName} acme`);
    expect({ said, others: others() }).toEqual({ said: [], others: [] });
  });

  describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
    it.each([
      ["every kind of change", [everything]],
      [
        "several stacks, of which one failed and one is empty",
        [
          manyCustomers(30),
          everything.replaceAll(":test::", ":prod::"),
          savedPreview("brake.json").replaceAll(":test::", ":staging::"),
          "{}",
        ],
      ],
    ])("has nothing that axe finds wrong, with %s", async (_, texts) => {
      const { page } = await open(texts, { colorScheme });
      await page.evaluate(axe.source);
      const found = await page.evaluate(async () => {
        const { axe: checker } = globalThis as unknown as { axe: typeof axe };
        const { violations, passes } = await checker.run({ exclude: [] });
        return {
          violations: violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
          ),
          checked: passes.map(({ id }) => id),
        };
      });
      expect(found.violations).toEqual([]);
      expect(found.checked).toContain("color-contrast");
    });
  });
});
