// Runs a program with one organization and one key in every combination of layout, package manager, Node, SDKs, module kind and way:
// npm run matrix -- [--short] [--layout tarball,repository] [--manager npm,pnpm,yarn,yarn4,bun] [--node 20.19,22,24,26,bun]
//                   [--sdk usual,oldest,newest] [--modules commonjs,esm,typescript] [--way inline,commands,backend] [--tarball FILE]
// Inline programs are run through the Automation API; commands are those that people type, and need a full Pulumi installation; a
// backend is declared by mocks. Other SDKs than the usual ones are installed by npm alone. `--short` takes each package manager once and
// each version of the SDKs, on the first Node that is chosen.
// Needs a registry of npm packages. Prints each cell as it ends, and exits 1 when one failed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findPulumi, type PulumiCli } from "../cli/pulumi/findPulumi";
import { type Emulator, startEmulator } from "../emulator";
import { hasLanguageHost } from "../test/engine/languageHost";
import { makeRepositoryCopy, makeTarballProject, packTarball } from "./matrix/layouts";
import { getBun, getNode, type NodeVersion } from "./matrix/nodeVersion";
import { getPackageManager, type PackageManager } from "./matrix/packageManager";
import { type Modules, programs, runBackend, runCommands, runInline } from "./matrix/runCell";
import { sdkVersions } from "./matrix/sdkVersions";

const layouts = ["tarball", "repository"] as const;
const managers = ["npm", "pnpm", "yarn", "yarn4", "bun"] as const;
const nodes = ["20.19", "22", "24", "26", "bun"] as const;
const sdks = ["usual", "oldest", "newest"] as const;
const modules = Object.keys(programs) as Modules[];
const ways = { inline: runInline, commands: runCommands, backend: runBackend };

interface Cell {
  layout: (typeof layouts)[number];
  manager: (typeof managers)[number];
  node: (typeof nodes)[number];
  sdk: (typeof sdks)[number];
  modules: Modules;
  way: keyof typeof ways;
}

interface Result {
  outcome: "ran" | "failed" | "skipped";
  /** The seconds that it took, or the reason. */
  detail: string;
}

/** What several cells share. It is made when the first of them asks, and a failure is kept for the others. */
class Shared {
  readonly #made = new Map<string, Promise<unknown>>();

  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = (this.#made.get(name) as Promise<T> | undefined) ?? make();
    this.#made.set(name, made);
    return made;
  }
}

/** A failure that says nothing about this package: something that the cell needs is not to be had here. */
class Unavailable extends Error {}

class Matrix {
  readonly #shared = new Shared();

  readonly #folder: string;
  readonly #cli: PulumiCli;
  readonly #emulator: Emulator;

  /** The packed package; undefined: it is packed as it is built now. */
  readonly #packed: string | undefined;

  constructor(folder: string, cli: PulumiCli, emulator: Emulator, packed: string | undefined) {
    this.#packed = packed;
    this.#folder = folder;
    this.#cli = cli;
    this.#emulator = emulator;
  }

  async run(cell: Cell): Promise<Result> {
    try {
      this.#refuseImpossible(cell);
      const node = await this.#node(cell.node);
      const folder = await this.#project(cell);
      this.#emulator.reset();
      const started = performance.now();
      await ways[cell.way]({
        folder,
        modules: cell.modules,
        node: node.path,
        cli: this.#cli,
        tesseral: this.#emulator,
      });
      return { outcome: "ran", detail: `${((performance.now() - started) / 1000).toFixed(1)} s on ${node.version}` };
    } catch (error) {
      const outcome = error instanceof Unavailable ? "skipped" : "failed";
      return { outcome, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  #refuseImpossible({ way, node, sdk, modules }: Cell): void {
    if (way === "commands" && !hasLanguageHost()) {
      throw new Unavailable("no pulumi-language-nodejs beside the CLI or on PATH");
    }
    if (way === "commands" && node === "bun" && sdk === "oldest") {
      throw new Unavailable(
        "Pulumi's SDK 3.216 asks for the inspector of Node before it runs a program, and Bun has none",
      );
    }
    if (way === "inline" && node === "bun" && modules === "esm") {
      throw new Unavailable(
        "Bun does not lead AsyncLocalStorage into an imported module, so Pulumi sees no resource of it",
      );
    }
  }

  #node(line: Cell["node"]): Promise<NodeVersion> {
    const folder = join(this.#folder, `node-${line}`);
    return this.#shared.once(`node ${line}`, () => needed(line === "bun" ? getBun(folder) : getNode(line, folder)));
  }

  #project({ layout, manager, sdk }: Cell): Promise<string> {
    const folder = join(this.#folder, `${layout}-${manager}-${sdk}`);
    return this.#shared.once(folder, async () => {
      const ready = await this.#manager(manager);
      if (layout === "repository") {
        await makeRepositoryCopy(folder, ready);
      } else {
        const versions = sdk === "usual" ? undefined : await needed(sdkVersions(sdk));
        await makeTarballProject(folder, ready, await this.#tarball(), versions);
        console.log(`${layout} by ${manager}: ${versions?.join(", ") ?? "the usual SDKs"}`);
      }
      return folder;
    });
  }

  #manager(name: Cell["manager"]): Promise<PackageManager> {
    return this.#shared.once(name, () => needed(getPackageManager(name, join(this.#folder, name))));
  }

  #tarball(): Promise<string> {
    return this.#shared.once("tarball", async () => this.#packed ?? (await packTarball(join(this.#folder, "packed"))));
  }
}

async function needed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Unavailable(error instanceof Error ? error.message : String(error));
  }
}

/** The values of an axis that the command line asks for; all by default. */
function chosen<T extends string>(all: readonly T[], text: string | undefined): readonly T[] {
  return (
    text?.split(",").map((wanted) => {
      const found = all.find((value) => value === wanted);
      if (found === undefined) {
        throw new Error(`${wanted}: not one of ${all.join(", ")}`);
      }
      return found;
    }) ?? all
  );
}

/** Whether a combination is one that people have, and says more than the others do. */
function isOfUse({ layout, manager, node, sdk, modules, way }: Cell): boolean {
  if (sdk !== "usual" && (manager !== "npm" || layout !== "tarball")) {
    return false;
  }
  if (way === "backend") {
    return sdk !== "usual" && node !== "bun" && modules === "typescript";
  }
  // A program in TypeScript that is run inline is compiled before: it is one of the other two.
  return way !== "inline" || modules !== "typescript";
}

/** The cells that `--short` takes: an axis at a time. */
function isOfShortForm({ layout, modules, way }: Cell): boolean {
  return way === "backend" || (layout === "tarball" && modules === "commonjs" && way === "inline");
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      ...{ tarball: text, layout: text, manager: text, node: text, sdk: text, modules: text, way: text },
    },
  });
  const chosenNodes = chosen(nodes, values.node);
  const cells = chosen(layouts, values.layout)
    .flatMap((layout) => chosen(managers, values.manager).map((manager) => ({ layout, manager })))
    .flatMap((cell) => (values.short ? chosenNodes.slice(0, 1) : chosenNodes).map((node) => ({ ...cell, node })))
    .flatMap((cell) => chosen(sdks, values.sdk).map((sdk) => ({ ...cell, sdk })))
    .flatMap((cell) => chosen(modules, values.modules).map((kind) => ({ ...cell, modules: kind })))
    .flatMap((cell) => chosen(Object.keys(ways) as Cell["way"][], values.way).map((way): Cell => ({ ...cell, way })))
    .filter((cell) => isOfUse(cell) && (!values.short || isOfShortForm(cell)));
  const cli = await findPulumi({ progress: (line) => console.log(line) });
  console.log(`${cli.how}\n`);
  const folder = mkdtempSync(join(tmpdir(), "matrix-"));
  const emulator = await startEmulator();
  const counts = { ran: 0, failed: 0, skipped: 0 };
  try {
    const matrix = new Matrix(folder, cli, emulator, values.tarball && resolve(values.tarball));
    for (const cell of cells) {
      const { outcome, detail } = await matrix.run(cell);
      counts[outcome]++;
      const { layout, manager, node, sdk, modules, way } = cell;
      const columns = [layout.padEnd(10), manager.padEnd(5), node.padEnd(5), sdk.padEnd(6), modules.padEnd(10)];
      console.log([...columns, way.padEnd(8), outcome.padEnd(7), detail].join("  "));
    }
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${counts.ran} ran, ${counts.failed} failed, ${counts.skipped} skipped, of ${cells.length} cells`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
