// Makes the pictures of docs/pictures from what `review` really writes of a preview with every kind of change:
// npm run pictures. The page needs a Chromium on PATH, or CHROMIUM_PATH.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pageReview } from "../report/render/html/page";
import { installedChromium, openChromium } from "../test/report/html/browser";
import { drawReview, shownReview } from "./drawReview";

const folder = resolve(__dirname, "../docs/pictures");

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "review.svg"), drawReview());
  const program = installedChromium();
  if (program === undefined) {
    process.exitCode = 1;
    return;
  }
  const browser = await openChromium(program);
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 820 }, colorScheme: "light" });
    await page.setContent(pageReview(shownReview()));
    await page.screenshot({ path: join(folder, "review-page.png") });
  } finally {
    await browser.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
