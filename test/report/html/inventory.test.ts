// Proves in headless Chromium that the page of an inventory asks the network for nothing, that its search and filters work, and that axe finds
// nothing wrong in it. What stands in it is the matter of test/report/inventory.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Inventory, InventoryCustomer, InventoryKey } from "../../../report/inventory";
import { pageInventory } from "../../../report/render/html/inventory";
import { installedChromium, openChromium } from "./browser";

const program = installedChromium();

const key = (name: string, state: InventoryKey["state"]): InventoryKey => ({
  ...{ name, state, apiKeyId: `api_key_${name}`, tokenKnown: true, ageInDays: 40, created: "2026-10-18T00:00:00Z" },
});

const customer = (name: string, keys: InventoryKey[], more: Partial<InventoryCustomer> = {}): InventoryCustomer => ({
  ...{ name, displayName: `${name} <b>Inc</b>`, access: "enabled", protected: true, organizationId: `org_${name}` },
  ...{ stack: "prod", created: "2026-01-01T00:00:00Z", keys, ...more },
});

const { stack: _, ...stranger } = customer("umbrella", []);

const inventory: Inventory = {
  ...{ version: 1, time: "2026-11-27T00:00:00Z" },
  tenants: [
    {
      ...{ project: { id: "project_1", displayName: "Shop" }, stacks: ["prod"] },
      totals: { customers: 2, undeclared: 1, keys: 3, suspended: 1 },
      customers: [
        customer("acme", [key("production", "works"), key("ci", "expiring")]),
        customer("globex", [key("production", "suspended")], { access: "suspended" }),
        stranger,
      ],
      horizon: {
        ...{ until: "2026-12-27T00:00:00Z", period: "P30D" },
        events: [{ time: "2026-12-05T00:00:00Z", event: "expires", customer: "acme", key: "ci", overdue: false }],
      },
      findings: [
        {
          ...{ finding: "unknown", kind: "Organization", text: '"umbrella"', id: "org_umbrella" },
          commands: [{ to: "remove", run: "npx pulumi-tesseral remove org_umbrella" }],
        },
      ],
    },
  ],
};

describe.skipIf(program === undefined)("the page of an inventory", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "inventory-page-test-"));
    writeFileSync(join(folder, "inventory.html"), pageInventory(inventory));
    browser = await openChromium(program);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function open(colorScheme: "light" | "dark") {
    const page = await (await browser.newContext({ colorScheme })).newPage();
    const heard: string[] = [];
    const url = pathToFileURL(join(folder, "inventory.html")).href;
    page.on("request", (request) => (request.url() === url ? undefined : heard.push(request.url())));
    page.on("console", (message) => heard.push(message.text()));
    page.on("pageerror", (error) => heard.push(String(error)));
    await page.goto(url);
    return { page, heard };
  }

  it("is searched and filtered, and asks for nothing", async () => {
    const { page, heard } = await open("light");
    const shown = () => page.locator("tr[data-customer]:not([hidden])").count();
    expect(await page.locator("#count").textContent()).toBe("3 customers shown");
    await page.getByRole("searchbox", { name: "Search" }).fill("glob susp");
    expect(await shown()).toBe(1);
    await page.getByRole("searchbox", { name: "Search" }).fill("");
    for (const [label, count] of [
      ["needs care", 1],
      ["no stack knows", 1],
      ["the others", 1],
      ["all", 3],
    ] as const) {
      await page.getByRole("radio", { name: label }).check();
      expect([label, await shown()]).toEqual([label, count]);
    }
    expect(heard).toEqual([]);
  });

  it("is no wider than a window of 320 pixels, but for its tables", async () => {
    const { page } = await open("light");
    await page.setViewportSize({ width: 320, height: 900 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  });

  it.each(["light", "dark"] as const)("has nothing that axe finds wrong, in %s", async (colorScheme) => {
    const { page } = await open(colorScheme);
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe: checker } = globalThis as unknown as { axe: typeof axe };
      const found = await checker.run({ exclude: [] });
      return found.violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
      );
    });
    expect(violations).toEqual([]);
  });
});
