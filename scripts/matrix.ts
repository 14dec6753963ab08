// Runs a program with one organization and one key in every combination of layout, package manager, Node, module kind and way:
// npm run matrix -- [--layout tarball,repository] [--manager npm,pnpm,yarn] [--node 20.19,22,24,26]
//                   [--modules commonjs,esm,typescript] [--way inline,commands]
// Inline programs are run through the Automation API; commands are those that people type, and need a full Pulumi installation.
// Needs a registry of npm packages. Prints each cell as it ends, and exits 1 when one failed.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { foldersOf } from "../cli/pulumi/dynamicProviderScript";
import { findPulumi, type PulumiCli } from "../cli/pulumi/findPulumi";
import { type Emulator, startEmulator } from "../emulator";
import { makeRepositoryCopy, makeTarballProject, packTarball } from "./matrix/layouts";
import { getNode, type NodeVersion } from "./matrix/nodeVersion";
import { getPackageManager, type PackageManager } from "./matrix/packageManager";
import { type Modules, programs, runCommands, runInline } from "./matrix/runCell";

const layouts = ["tarball", "repository"] as const;
const managers = ["npm", "pnpm", "yarn"] as const;
const nodes = ["20.19", "22", "24", "26"] as const;
const modules = Object.keys(programs) as Modules[];
const ways = { inline: runInline, commands: runCommands };

/** The part of a full Pulumi installation that runs programs for the engine. */
const languageHost = process.platform === "win32" ? "pulumi-language-nodejs.exe" : "pulumi-language-nodejs";

interface Cell {
  layout: (typeof layouts)[number];
  manager: (typeof managers)[number];
  node: (typeof nodes)[number];
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

  constructor(folder: string, cli: PulumiCli, emulator: Emulator) {
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

  #refuseImpossible({ way }: Cell): void {
    if (way === "commands" && !foldersOf(this.#cli.path).some((folder) => existsSync(join(folder, languageHost)))) {
      throw new Unavailable(`no ${languageHost} beside the CLI or on PATH`);
    }
  }

  #node(line: Cell["node"]): Promise<NodeVersion> {
    return this.#shared.once(`node ${line}`, () => needed(getNode(line, join(this.#folder, `node-${line}`))));
  }

  #project({ layout, manager }: Cell): Promise<string> {
    const folder = join(this.#folder, `${layout}-${manager}`);
    return this.#shared.once(folder, async () => {
      const ready = await this.#manager(manager);
      if (layout === "repository") {
        await makeRepositoryCopy(folder, ready);
      } else {
        await makeTarballProject(folder, ready, await this.#tarball());
      }
      return folder;
    });
  }

  #manager(name: Cell["manager"]): Promise<PackageManager> {
    return this.#shared.once(name, () => needed(getPackageManager(name, join(this.#folder, name))));
  }

  #tarball(): Promise<string> {
    return this.#shared.once("tarball", () => packTarball(join(this.#folder, "packed")));
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

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { layout: text, manager: text, node: text, modules: text, way: text },
  });
  const cells = chosen(layouts, values.layout).flatMap((layout) =>
    chosen(managers, values.manager).flatMap((manager) =>
      chosen(nodes, values.node).flatMap((node) =>
        chosen(modules, values.modules).flatMap((modules) =>
          chosen(Object.keys(ways) as Cell["way"][], values.way)
            // A program in TypeScript that is run inline is compiled before: it is one of the other two.
            .filter((way) => way !== "inline" || modules !== "typescript")
            .map((way): Cell => ({ layout, manager, node, modules, way })),
        ),
      ),
    ),
  );
  const cli = await findPulumi({ progress: (line) => console.log(line) });
  console.log(`${cli.how}\n`);
  const folder = mkdtempSync(join(tmpdir(), "matrix-"));
  const emulator = await startEmulator();
  const counts = { ran: 0, failed: 0, skipped: 0 };
  try {
    const matrix = new Matrix(folder, cli, emulator);
    for (const cell of cells) {
      const { outcome, detail } = await matrix.run(cell);
      counts[outcome]++;
      const { layout, manager, node, modules, way } = cell;
      const columns = [layout.padEnd(10), manager.padEnd(4), node.padEnd(5), modules.padEnd(10), way.padEnd(8)];
      console.log([...columns, outcome.padEnd(7), detail].join("  "));
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
