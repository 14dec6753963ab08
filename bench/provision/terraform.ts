/** The peer: Terraform, with its provider for any REST API. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { withLock } from "../../cli/pulumi/lock";
import { run } from "../../cli/pulumi/run";
import { cacheFolder } from "../../components/cacheFolder";
import { uncoded } from "../../errors/coded";
import { type Measured, measureCommand } from "./measuredCommand";
import type { Operation } from "./measuredProject";
import { type BytesByProperty, bytesByProperty } from "./stateBytes";

export const peer = "Terraform's REST provider";

/** Objects of a customer: its organization, that it has API keys, its role, its key, and the key's role. */
export const objectsPerCustomer = 5;

/** The last version that the Go module proxy can serve: the path of the module does not name the major version of later ones. */
const provider = { module: "github.com/Mastercard/terraform-provider-restapi", version: "1.20.0" };

/** Milliseconds that building the provider may take. */
const buildLimit = 60 * 60_000;

/** A Terraform and a provider that are there. */
export interface Terraform {
  /** Of both. */
  version: string;
  /** The folder of the provider's program. */
  providerFolder: string;
}

/** Pulumi does not look at what exists before it changes something, nor in a preview; Terraform does by default. */
const commands: Record<Operation, readonly string[]> = {
  up: ["apply", "-auto-approve", "-refresh=false"],
  "preview, no change": ["plan", "-refresh=false"],
  "up, one change": ["apply", "-auto-approve", "-refresh=false"],
  refresh: ["apply", "-auto-approve", "-refresh-only"],
  destroy: ["destroy", "-auto-approve", "-refresh=false"],
};

/** The `terraform` on PATH, and the provider from this package's cache, built there if need be; undefined, with the reason in one line, without them. */
export async function findTerraform(
  say: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Terraform | undefined> {
  try {
    const answer = await run("terraform", ["version", "-json"], { env: terraformEnv(env), timeout: 60_000 });
    const providerFolder = join(cacheFolder(env), `terraform-provider-restapi-${provider.version}`);
    if (!existsSync(providerFolder)) {
      await buildProvider(providerFolder, say, env);
    }
    const { terraform_version: version } = JSON.parse(answer);
    return { version: `Terraform ${version}, restapi ${provider.version}`, providerFolder };
  } catch (error) {
    say(`${peer} is not measured: ${reasonOf(error)}`);
    return undefined;
  }
}

/** Go's checksum database vouches for what is downloaded. */
async function buildProvider(folder: string, say: (line: string) => void, env: NodeJS.ProcessEnv): Promise<void> {
  const onWait = (holder: number) => say(`Waiting for process ${holder}, which is building ${peer}.`);
  await withLock(`${folder}.lock`, { onWait }, async () => {
    if (existsSync(folder)) {
      return; // built while this process waited
    }
    const go = await run("go", ["version"], { env, timeout: 30_000 });
    say(`Building ${peer} ${provider.version} with ${go.replace(/^go version /, "")}; this takes some minutes, once.`);
    const workplace = await mkdtemp(join(dirname(folder), "unfinished-"));
    try {
      const source = join(workplace, "source");
      await mkdir(source);
      const { module, version } = provider;
      // With a module of its own, Go asks for this one version alone, and not for the list of all.
      await writeFile(join(source, "go.mod"), `module peer\n\ngo 1.18\n\nrequire ${module} v${version}\n`);
      await run("go", ["build", "-mod=mod", "-trimpath", "-ldflags", "-s -w", "-o", `..${sep}`, module], {
        cwd: source,
        env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
        timeout: buildLimit,
      });
      await rm(source, { recursive: true });
      await rename(workplace, folder);
    } finally {
      await rm(workplace, { recursive: true, force: true });
    }
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const missing = "code" in error && error.code === "ENOENT" ? /^spawn (\S+)/.exec(error.message)?.[1] : undefined;
  if (missing === "go") {
    return "there is no go on PATH to build the provider with";
  }
  return missing === undefined ? uncoded(error.message) : `there is no ${missing} on PATH`;
}

/** Without settings of the surrounding shell, and without the question whether there is a newer version. */
function terraformEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !/^(TF|REST_API)_/.test(name));
  return { ...Object.fromEntries(others), CHECKPOINT_DISABLE: "1" };
}

/** A folder with a state of its own, in which the same customers are made. */
export class TerraformProject {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#env = env;
  }

  /** A project without customers. */
  static async open(terraform: Terraform, api: { url: string; backendApiKey: string }): Promise<TerraformProject> {
    const folder = mkdtempSync(join(tmpdir(), "bench-terraform-"));
    cpSync(resolve(__dirname, "../peer"), folder, { recursive: true });
    // With an override there is no provider to install, so no registry is asked.
    const overrides = `dev_overrides {\n    "mastercard/restapi" = ${JSON.stringify(terraform.providerFolder)}\n  }`;
    const cliConfig = join(folder, "cli.tfrc");
    writeFileSync(cliConfig, `provider_installation {\n  ${overrides}\n}\n`);
    const project = new TerraformProject(folder, {
      ...terraformEnv(process.env),
      TF_CLI_CONFIG_FILE: cliConfig,
      TF_VAR_api_url: api.url,
      TF_VAR_backend_api_key: api.backendApiKey,
    });
    await project.#terraform(["get"]);
    return project;
  }

  declare(customers: Record<string, unknown>): void {
    writeFileSync(join(this.#folder, "customers.json"), JSON.stringify(customers));
  }

  /** Runs an operation. Throws when it did something else than `expected`, in the words of {@link countsOf}. */
  async measure(operation: Operation, expected: Record<string, number>): Promise<Measured> {
    const { seconds, peaks, stdout } = await this.#terraform([...commands[operation], "-input=false"]);
    const counts = countsOf(stdout);
    if (JSON.stringify(Object.entries(counts).sort()) !== JSON.stringify(Object.entries(expected).sort())) {
      throw new Error(`${operation}: ${JSON.stringify(counts)} instead of ${JSON.stringify(expected)}`);
    }
    return { seconds, peaks };
  }

  /** Where the bytes of all objects in the state are. */
  async properties(): Promise<BytesByProperty> {
    const { resources } = JSON.parse(readFileSync(this.#state, "utf8"));
    return bytesByProperty(resources.flatMap(({ instances }: { instances: Record<string, unknown>[] }) => instances));
  }

  /** Bytes of the state file. */
  stateBytes(): number {
    return statSync(this.#state).size;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #terraform(args: readonly string[]): Promise<Measured & { stdout: string }> {
    const options = { name: "engine", cwd: this.#folder, env: this.#env };
    return measureCommand("terraform", [...args, "-no-color"], options);
  }

  get #state(): string {
    return join(this.#folder, "terraform.tfstate");
  }
}

/**
 * What Terraform says that it did, else what it would do, without what is 0: `{ refreshed: 5, change: 1 }`. Throws where it says neither.
 */
export function countsOf(stdout: string): Record<string, number> {
  const summary =
    /^\w+ complete! Resources: (.*)$/m.exec(stdout)?.[1] ??
    /^Plan: (.*)$/m.exec(stdout)?.[1] ??
    (/^No changes\. /m.test(stdout) ? "" : undefined);
  if (summary === undefined) {
    throw new Error(`Terraform says nowhere what it did:\n${stdout}`);
  }
  const done = [...summary.matchAll(/(\d+) (?:to )?(add|change|destroy)/g)];
  const counts = [
    ["refreshed", stdout.match(/: Refreshing state\.\.\. /g)?.length ?? 0] as const,
    ...done.map(([, count, what]) => [String(what), Number(count)] as const),
  ];
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
