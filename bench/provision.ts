// How long customers with one role and one key each take, how many requests, bytes of state and memory:
//   npm run bench -- [--customers 100,300,1000] [--zstd off,on] [--results FILE] [--again]
// In one run, against one emulator: this package, the floor (as many components and dynamic resources whose provider does nothing), the same
// requests sent by a bare script, and Terraform's provider for any REST API. A run that was stopped goes on where it was.
import { rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { PulumiCli } from "../cli/pulumi/findPulumi";
import { BareRequests } from "./bareRequests";
import { EmulatorProcess, type RouteCounts } from "./emulatorProcess";
import { entries, resourcesPerCustomer } from "./provision/customers";
import { findWholePulumi, machineOf, positive } from "./provision/machine";
import type { Measured } from "./provision/measuredCommand";
import { MeasuredProject, type Operation, operations } from "./provision/measuredProject";
import { plot } from "./provision/plot";
import { report } from "./provision/report";
import { PartsResults, type Result, Results } from "./provision/results";
import type { BytesByProperty } from "./provision/stateBytes";
import { findTerraform, objectsPerCustomer, peer, type Terraform, TerraformProject } from "./provision/terraform";

const bare = "the requests alone";

/** Operations that leave everything as it was. They take a few seconds, of which one run says little, so the middle one of several counts. */
const harmless: ReadonlySet<Operation> = new Set(["preview, no change", "refresh"]);
const runsOfHarmless = 5;

/** What runs the work. */
interface Runners {
  cli: PulumiCli;
  terraform: Terraform | undefined;
}

/** What a contender did with a number of customers. */
type Outcome = Omit<Result, "contender" | "customers" | "zstd">;

type MeasuredRequests = Measured & { requests: RouteCounts };

type Expected = Record<Operation, Record<string, number>>;

/** A project of a contender, with a state of its own. */
interface Project {
  declare(customers: Record<string, unknown>): void;
  /** Throws when the contender says that it did something else than `expected`, in its own words. */
  measure(operation: Operation, expected: Record<string, number>): Promise<Measured>;
  stateBytes(): number;
  properties(): Promise<BytesByProperty>;
  close(): void;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      customers: { type: "string", default: "100,300,1000" },
      zstd: { type: "string", default: "off,on" },
      results: { type: "string", default: ".cache/bench/provision.json" },
      again: { type: "boolean", default: false },
    },
  });
  const sizes = values.customers.split(",").map((text) => positive(`--customers ${values.customers}`, text));
  const compressed = values.zstd.split(",").map((text) => {
    if (text !== "on" && text !== "off") {
      throw new Error(`--zstd ${values.zstd}: ${text} is neither on nor off`);
    }
    return text === "on";
  });
  const cli = await findWholePulumi();
  if (cli === undefined) {
    return;
  }
  const machine = machineOf(cli);
  console.log(`${machine}\n`);
  const terraform = await findTerraform((line) => console.log(line));
  if (values.again) {
    rmSync(values.results, { force: true });
  }
  const results = new Results(values.results, machine);
  const emulator = await EmulatorProcess.start();
  try {
    for (const customers of sizes) {
      for (const zstd of compressed) {
        await measureAll(results, { cli, terraform }, emulator, customers, zstd);
      }
    }
  } finally {
    emulator.close();
  }
  const text = `${machine}\n\n${report(results.all)}`;
  console.log(text);
  const beside = values.results.replace(/\.json$/, "");
  writeFileSync(`${beside}.md`, text);
  if (compressed.includes(false)) {
    writeFileSync(`${beside}.svg`, plot(results.all, new PartsResults(machine).all));
  }
  console.log(`Written: ${values.results}, and the same as .md and .svg`);
}

async function measureAll(
  results: Results,
  runners: Runners,
  emulator: EmulatorProcess,
  customers: number,
  zstd: boolean,
): Promise<void> {
  for (const { contenders, measure } of comparisons(runners, emulator, customers, zstd)) {
    if (contenders.some((contender) => results.find(contender, customers, zstd) === undefined)) {
      console.log(`${customers} customers${zstd ? ", compressed state" : ""}: ${contenders.join(" and ")}`);
      for (const [index, outcome] of (await measure()).entries()) {
        results.add({ contender: contenders[index] ?? "", customers, zstd, ...outcome });
      }
    }
  }
  compareRequests(results, customers);
}

/** Contenders that are measured in turns, and what they did, in their order. */
interface Comparison {
  contenders: readonly string[];
  measure: () => Promise<Outcome[]>;
}

function comparisons(
  { cli, terraform }: Runners,
  emulator: EmulatorProcess,
  customers: number,
  zstd: boolean,
): Comparison[] {
  const env = { PULUMI_DIY_BACKEND_ZSTD: zstd ? "true" : "" };
  const ours = { "tesseral:apiUrl": emulator.url, "tesseral:backendApiKey": emulator.backendApiKey };
  const withPulumi: Comparison = {
    contenders: ["pulumi-tesseral", "resources that do nothing"],
    measure: () => {
      const open = [
        () => MeasuredProject.open(cli, "pulumi-tesseral", ours, env),
        () => MeasuredProject.open(cli, "resources that do nothing", {}, env),
      ];
      return measureInTurns(emulator, open, customers, pulumiCounts(customers));
    },
  };
  // The requests alone have no state, and Terraform does not compress its own.
  if (zstd) {
    return [withPulumi];
  }
  const alone = {
    contenders: [bare],
    measure: async () => [{ operations: await measureRequests(emulator, customers) }],
  };
  return terraform === undefined
    ? [withPulumi, alone]
    : [
        withPulumi,
        alone,
        { contenders: [peer], measure: async () => [await measureTerraform(terraform, emulator, customers)] },
      ];
}

async function measureTerraform(terraform: Terraform, emulator: EmulatorProcess, customers: number): Promise<Outcome> {
  const open = () => TerraformProject.open(terraform, emulator);
  const [outcome] = await measureInTurns(emulator, [open], customers, terraformCounts(customers));
  return { version: terraform.version, operations: perOperation(), ...outcome };
}

function pulumiCounts(customers: number): Expected {
  const resources = customers * resourcesPerCustomer + 1;
  return {
    up: { created: resources },
    "preview, no change": { unchanged: resources },
    "up, one change": { unchanged: resources - 1, updated: 1 },
    refresh: { unchanged: resources },
    destroy: { deleted: resources },
  };
}

function terraformCounts(customers: number): Expected {
  const objects = customers * objectsPerCustomer;
  return {
    up: { add: objects },
    "preview, no change": {},
    "up, one change": { change: 1 },
    refresh: { refreshed: objects },
    destroy: { destroy: objects },
  };
}

/** Each operation by one project after the other, so that what the machine does meanwhile hits all of them alike. */
async function measureInTurns(
  emulator: EmulatorProcess,
  open: readonly (() => Promise<Project>)[],
  customers: number,
  expected: Expected,
): Promise<Outcome[]> {
  const measured: { project: Project; outcome: Outcome }[] = [];
  try {
    for (const openOne of open) {
      measured.push({ project: await openOne(), outcome: { operations: perOperation() } });
    }
    await emulator.requests();
    for (const operation of operations) {
      const declared = entries(customers, operation === "up" || operation === "preview, no change" ? 0 : 1);
      const runs = measured.map((one) => ({ ...one, each: [] as MeasuredRequests[] }));
      for (let run = 0; run < (harmless.has(operation) ? runsOfHarmless : 1); run += 1) {
        for (const { project, each } of runs) {
          project.declare(declared);
          const one = await project.measure(operation, expected[operation]);
          each.push({ ...one, requests: await emulator.requests() });
        }
      }
      for (const { project, outcome, each } of runs) {
        outcome.operations[operation] = middle(each);
        if (operation === "up") {
          outcome.stateFileBytes = project.stateBytes();
          outcome.properties = await project.properties();
        }
      }
    }
  } finally {
    for (const { project } of measured) {
      project.close();
    }
  }
  return measured.map(({ outcome }) => outcome);
}

/** The run of the middle time, with the most memory of all runs. */
function middle(runs: readonly MeasuredRequests[]): MeasuredRequests {
  const byTime = [...runs].sort((one, other) => one.seconds - other.seconds);
  const found = byTime[Math.floor(byTime.length / 2)];
  if (found === undefined) {
    throw new Error("nothing was measured");
  }
  const peaks: Measured["peaks"] = {};
  for (const [name, bytes] of runs.flatMap((run) => Object.entries(run.peaks))) {
    peaks[name] = Math.max(peaks[name] ?? 0, bytes);
  }
  return { ...found, peaks };
}

async function measureRequests(emulator: EmulatorProcess, customers: number): Promise<Result["operations"]> {
  const script = new BareRequests(emulator.url, emulator.backendApiKey, customers);
  const result = perOperation();
  await emulator.requests();
  for (const operation of operations) {
    const seconds = await script.measure(operation);
    result[operation] = { seconds, peaks: {}, requests: await emulator.requests() };
  }
  return result;
}

function perOperation(): Result["operations"] {
  const one = (): MeasuredRequests => ({ seconds: 0, peaks: {}, requests: {} });
  return Object.fromEntries(operations.map((operation) => [operation, one()])) as Result["operations"];
}

/** The bare script must send what the package sends, or the comparison says nothing. In a refresh it knows what is worth a list. */
function compareRequests(results: Results, customers: number): void {
  const [ours, theirs] = ["pulumi-tesseral", bare].map((name) => results.find(name, customers, false));
  for (const operation of operations.filter((one) => one !== "refresh" && ours !== undefined && theirs !== undefined)) {
    const [sent, bareSent] = [ours, theirs].map((one) =>
      JSON.stringify(Object.entries(one?.operations[operation].requests ?? {}).sort()),
    );
    if (sent !== bareSent) {
      throw new Error(`${operation}: the package sends ${sent}, the bare script ${bareSent}`);
    }
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
