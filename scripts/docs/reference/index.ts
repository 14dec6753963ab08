// npm run reference
// Writes docs/reference from the code: resources and functions from their types and comments, settings, customer fields and commands from
// their tables, and what a change does from what the emulator saw of it; and docs/errors.md from the catalog of errors.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { seenEffects } from "./effects";
import { errorsPage } from "./errorsPage";
import { heading, table } from "./markdown";
import { entryPages, type Page, resourcePages } from "./resourcePages";
import { readSurface } from "./surface";
import { commandsPage, customerFieldsPage, settingsPage } from "./tablePages";

const entries: Record<string, { file: string; about: string }> = {
  "pulumi-tesseral": {
    file: "functions.md",
    about: "Look-ups, and declaring customers from a file in a program of your own.",
  },
  "pulumi-tesseral/backend": {
    file: "backend-types.md",
    about: "What `pulumi-tesseral/backend` gives besides its components.",
  },
  "pulumi-tesseral/delivery": { file: "delivery-api.md", about: "Handing tokens over to AWS Secrets Manager." },
  "pulumi-tesseral/emulator": { file: "emulator-api.md", about: "Tesseral's Backend API in your process." },
  "pulumi-tesseral/testing": {
    file: "testing-api.md",
    about: "The emulator with your customers, for tests of a backend.",
  },
  "pulumi-tesseral/client": {
    file: "client-api.md",
    about: "The HTTP client of Tesseral's Backend API, without Pulumi.",
  },
};

/** The order in which the overview names them: what most people need first. */
const first = [
  "customer.md",
  "organization.md",
  "managed-api-key.md",
  "role.md",
  "provider.md",
  "backend.md",
  "backend-key.md",
];

/** Every page of docs/reference, by its file. */
export async function referencePages(): Promise<Map<string, string>> {
  const surface = readSurface();
  const resources = resourcePages(surface, await seenEffects());
  resources.sort((a, b) => first.indexOf(a.file) - first.indexOf(b.file));
  const data = [customerFieldsPage(), settingsPage(), await commandsPage()];
  const functions = entryPages(surface, entries);
  const list = (pages: Page[]) =>
    table(
      ["page", "about"],
      pages.map(({ title, file, about }) => [`[${title}](${file})`, about]),
    );
  const overview = [
    heading("Reference", "the code"),
    "## Resources and components",
    list(resources),
    "## Files, settings, commands",
    list(data),
    "## Functions and types",
    list(functions),
    "",
  ]
    .join("\n\n")
    .trimEnd();
  const pages = [...resources, ...data, ...functions].map(({ file, text }) => [file, text] as const);
  return new Map([["index.md", `${overview}\n`], ...pages]);
}

export const errorsFile = resolve(__dirname, "../../../docs/errors.md");
export const referenceFolder = resolve(__dirname, "../../../docs/reference");

if (process.argv[1] === __filename) {
  writeFileSync(errorsFile, errorsPage());
  void referencePages().then((pages) => {
    mkdirSync(referenceFolder, { recursive: true });
    for (const file of readdirSync(referenceFolder)) {
      rmSync(join(referenceFolder, file));
    }
    for (const [file, text] of pages) {
      writeFileSync(join(referenceFolder, file), text);
    }
  });
}
