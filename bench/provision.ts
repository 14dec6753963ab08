// How long customers with one role and one key each take, how many requests, bytes of state and memory:
//   npm run bench -- [--customers 100,300,1000] [--zstd off,on] [--results FILE] [--again]
// In one run, against one emulator: this package, the floor (as many components and dynamic resources whose provider does nothing), and the same
// requests sent by a bare script. A run that was stopped goes on where it was.
import { rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { PulumiCli } from "../cli/pulumi/findPulumi";
import { BareRequests } from "./bareRequests";
import { EmulatorProcess, type RouteCounts } from "./emulatorProcess";
import { entries, resourcesPerCustomer } from "./provision/customers";
import { findWholePulumi, machineOf, positive } from "./provision/machine";
import { layouts, type Measured, MeasuredProject, type Operation, operations } from "./provision/measuredProject";
import { plot } from "./provision/plot";
import { report } from "./provision/report";
import { type Result, Results } from "./provision/results";
import { bytesByProperty, ofCustomers } from "./provision/stateBytes";

const bare = "the requests alone";

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
  if (values.again) {
    rmSync(values.results, { force: true });
  }
  const results = new Results(values.results, machine);
  const emulator = await EmulatorProcess.start();
  try {
    for (const customers of sizes) {
      for (const zstd of compressed) {
        await measureAll(results, cli, emulator, customers, zstd);
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
    writeFileSync(`${beside}.svg`, plot(results.all));
  }
  console.log(`Written: ${values.results}, and the same as .md and .svg`);
}

async function measureAll(
  results: Results,
  cli: PulumiCli,
  emulator: EmulatorProcess,
  customers: number,
  zstd: boolean,
): Promise<void> {
  for (const contender of [...(Object.keys(layouts) as (keyof typeof layouts)[]), bare] as const) {
    const about = `${customers} customers${zstd ? ", compressed state" : ""}: ${contender}`;
    // The requests alone have no state.
    if (results.find(contender, customers, zstd) !== undefined || (zstd && contender === bare)) {
      continue;
    }
    console.log(about);
    const measured =
      contender === bare
        ? { operations: await measureRequests(emulator, customers) }
        : await measureProject(cli, emulator, contender, customers, zstd);
    results.add({ contender, customers, zstd, ...measured });
  }
  compareRequests(results, customers);
}

async function measureProject(
  cli: PulumiCli,
  emulator: EmulatorProcess,
  layout: keyof typeof layouts,
  customers: number,
  zstd: boolean,
): Promise<Omit<Result, "contender" | "customers" | "zstd">> {
  const config = { "tesseral:apiUrl": emulator.url, "tesseral:backendApiKey": emulator.backendApiKey };
  const isOurs = layout === "pulumi-tesseral";
  const project = await MeasuredProject.open(cli, layout, isOurs ? config : {}, {
    PULUMI_DIY_BACKEND_ZSTD: zstd ? "true" : "",
  });
  const resources = customers * resourcesPerCustomer + 1;
  const expected: Record<Operation, Record<string, number>> = {
    up: { created: resources },
    "preview, no change": { unchanged: resources },
    "up, one change": { unchanged: resources - 1, updated: 1 },
    refresh: { unchanged: resources },
    destroy: { deleted: resources },
  };
  const result: Omit<Result, "contender" | "customers" | "zstd"> = { operations: perOperation() };
  try {
    await emulator.requests();
    for (const operation of operations) {
      project.declare(entries(customers, operation === "up" || operation === "preview, no change" ? 0 : 1));
      const measured = await project.measure(operation, expected[operation]);
      result.operations[operation] = { ...measured, requests: await emulator.requests() };
      if (operation === "up") {
        result.stateFileBytes = project.stateBytes();
        result.properties = bytesByProperty(ofCustomers(await project.resources()));
      }
    }
  } finally {
    project.close();
  }
  return result;
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
  const one = (): Measured & { requests: RouteCounts } => ({ seconds: 0, peaks: {}, requests: {} });
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
