// Finds a Chromium on this machine. None is downloaded.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The program; undefined, with the reason on the console, where there is none. */
export function installedChromium(): string | undefined {
  const wanted = process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = [...(wanted ? [wanted] : []), ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  const program = found.find((path) => existsSync(path));
  if (program === undefined) {
    console.warn(
      `Tests of the page are left out: there is no browser on PATH (${names.join(", ")}), and CHROMIUM_PATH names none. Debian: apt install chromium`,
    );
  }
  return program;
}

export function openChromium(program: string | undefined): Promise<Browser> {
  // As root, and in containers, Chromium cannot have its sandbox; the pages are our own.
  return chromium.launch({ ...(program !== undefined && { executablePath: program }), args: ["--no-sandbox"] });
}
