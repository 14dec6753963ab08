// How long thousands of customers take that are divided over stacks, with one role and one key each:
//   npm run bench:scale -- [--customers 5000] [--parts 50] [--jobs 2]
// As people do it, by `pulumi-tesseral parts`: the stacks are made, brought up, previewed without a change, refreshed; then one customer changes.
import { parseArgs } from "node:util";
import type { PulumiCli } from "../cli/pulumi/findPulumi";
import { EmulatorProcess } from "./emulatorProcess";
import { entries, resourcesPerCustomer } from "./provision/customers";
import { findWholePulumi, machineOf, positive } from "./provision/machine";
import type { Measured } from "./provision/measuredCommand";
import { MeasuredProject } from "./provision/measuredProject";
import { type PartsResult, PartsResults } from "./provision/results";
import { table } from "./table";

type Counts = Record<string, number>;

interface Step {
  name: string;
  args: readonly string[];
  /** What the parts do together, in Pulumi's words. */
  expected: Counts;
  /** What it is called in the picture of `npm run bench`, if it is there. */
  picture?: keyof PartsResult["seconds"];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      customers: { type: "string", default: "5000" },
      parts: { type: "string", default: "50" },
      jobs: { type: "string", default: "2" },
    },
  });
  const customers = positive("--customers", values.customers);
  const parts = positive("--parts", values.parts);
  const jobs = positive("--jobs", values.jobs);
  const cli = await findWholePulumi();
  if (cli === undefined) {
    return;
  }
  const machine = machineOf(cli);
  console.log(`${machine}\n${customers} customers, ${parts} parts, ${jobs} at a time\n`);
  const emulator = await EmulatorProcess.start();
  try {
    const seconds = await measureParts(cli, emulator, { customers, parts, jobs });
    new PartsResults(machine).add({ customers, parts, seconds });
  } finally {
    emulator.close();
  }
}

async function measureParts(
  cli: PulumiCli,
  emulator: EmulatorProcess,
  { customers, parts, jobs }: { customers: number; parts: number; jobs: number },
): Promise<PartsResult["seconds"]> {
  const config = {
    "tesseral:apiUrl": emulator.url,
    "tesseral:backendApiKey": emulator.backendApiKey,
    "tesseral:customersFile": "customers.yaml",
  };
  const project = await MeasuredProject.open(cli, "pulumi-tesseral", config, {});
  const rows: string[][] = [];
  const seconds = { up: 0, "preview, no change": 0 };
  const add = (name: string, { seconds, peaks }: Measured, requests: number) => {
    const row = [
      name,
      seconds.toFixed(1),
      ...["pulumi", "provider", "program"].map((role) => megabytes(peaks[role])),
      String(requests),
    ];
    console.log(row.join("  "));
    rows.push(row);
  };
  const sent = async () => Object.values(await emulator.requests()).reduce((sum, count) => sum + count, 0);
  try {
    project.declare(entries(customers, 0));
    const made = await project.command([
      "parts",
      "init",
      "--stack",
      "bench",
      "--parts",
      String(parts),
      "--jobs",
      String(jobs),
      "--yes",
    ]);
    await sent();
    add("parts init", made, 0);
    await project.git(["init", "--quiet"]);
    await project.git(["add", "customers.yaml", "*.yaml"]);
    await project.git(["commit", "--quiet", "--message", "customers"]);
    const all = customers * resourcesPerCustomer + parts;
    const steps: Step[] = [
      { name: "up, from nothing", args: ["up", "--", "--skip-preview"], expected: { created: all }, picture: "up" },
      { name: "preview, no change", args: ["preview"], expected: { unchanged: all }, picture: "preview, no change" },
      { name: "up, no change", args: ["up", "--", "--skip-preview"], expected: { unchanged: all } },
      { name: "refresh", args: ["refresh", "--", "--skip-preview"], expected: { unchanged: all } },
    ];
    for (const step of steps) {
      const measured = await runStep(project, jobs, step);
      add(step.name, measured, await sent());
      if (step.picture !== undefined) {
        seconds[step.picture] = measured.seconds;
      }
    }
    project.declare(entries(customers, 1));
    add(
      "up, one change",
      await runStep(project, jobs, {
        name: "up, one change",
        args: ["up", "--since", "HEAD", "--", "--skip-preview"],
        expected: { updated: 1 },
      }),
      await sent(),
    );
  } finally {
    project.close();
  }
  console.log(`\n${table(["operation", "seconds", "engine MB", "provider MB", "program MB", "requests"], rows)}`);
  return seconds;
}

/** Runs Pulumi on the parts. Throws unless they did together what is expected. */
async function runStep(project: MeasuredProject, jobs: number, { name, args, expected }: Step): Promise<Measured> {
  const [operation = "", ...rest] = args;
  const measured = await project.command([
    "parts",
    "run",
    operation,
    "--stack",
    "bench",
    "--jobs",
    String(jobs),
    "--yes",
    "--json",
    ...rest,
  ]);
  const sums: Counts = {};
  for (const { resources = {} } of JSON.parse(measured.stdout).parts as { resources?: Counts }[]) {
    for (const [what, count] of Object.entries(resources)) {
      sums[what] = (sums[what] ?? 0) + count;
    }
  }
  for (const [what, count] of Object.entries(expected)) {
    if (sums[what] !== count) {
      throw new Error(`${name}: ${JSON.stringify(sums)} instead of ${JSON.stringify(expected)}`);
    }
  }
  return measured;
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "" : String(Math.round(bytes / 1_000_000));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
