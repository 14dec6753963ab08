// How long N customers with one key each take, and how many requests and bytes of state: npm run bench -- [--customers 300]
// In one run, against one emulator: this package, the engine's own floor (as many dynamic resources that do nothing), and the
// same requests sent by a bare script.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { findPulumi, putOnPath } from "../cli/pulumi/findPulumi";
import { Customer } from "../components/customer";
import { BareRequests } from "./bareRequests";
import { EmulatorProcess, type RouteCounts } from "./emulatorProcess";
import { MeasuredStack, type Operation, operations } from "./measuredStack";
import { Nothing } from "./nothing";

/** Resources of one customer: its component, its organization, its key. */
const resourcesPerCustomer = 3;

/** What one contender needed. */
interface Result {
  seconds: Record<Operation, number>;
  requests: Record<Operation, RouteCounts>;
  /** Bytes of the state file per customer, without what an empty stack has. */
  stateBytes?: number;
}

function customers(count: number): PulumiFn {
  return async () => {
    for (let index = 0; index < count; index++) {
      new Customer(`customer-${index}`, { displayName: `Customer ${index}`, apiKeys: { key: {} }, protect: false });
    }
  };
}

function nothings(count: number): PulumiFn {
  return async () => {
    for (let index = 0; index < count; index++) {
      const parent = new pulumi.ComponentResource("bench:index:Customer", `customer-${index}`);
      const organization = new Nothing(`customer-${index}`, { displayName: `Customer ${index}` }, { parent });
      new Nothing(`customer-${index}-key`, { organizationId: organization.id, displayName: "key" }, { parent });
    }
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { customers: { type: "string", default: "300" } } });
  const count = Number(values.customers);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`--customers ${values.customers}: not a positive number`);
  }
  const cli = await findPulumi({ progress: (line) => console.log(line) });
  putOnPath(cli);
  const emulator = await EmulatorProcess.start();
  try {
    const config = {
      "tesseral:apiUrl": { value: emulator.url },
      "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
    };
    const stack = (program: PulumiFn) => measureStack(emulator, count, () => MeasuredStack.open(cli, program, config));
    console.log(
      `${count} customers with one key each; Pulumi ${cli.version}, Node ${process.versions.node}, ${machine()}\n`,
    );
    const results = {
      "pulumi-tesseral": await stack(customers(count)),
      "resources that do nothing": await stack(nothings(count)),
      "the requests alone": await measureRequests(emulator, count),
    };
    print(results);
    compareRequests(results["pulumi-tesseral"], results["the requests alone"]);
  } finally {
    emulator.close();
  }
}

async function measureStack(
  emulator: EmulatorProcess,
  count: number,
  open: () => Promise<MeasuredStack>,
): Promise<Result> {
  const stack = await open();
  const resources = count * resourcesPerCustomer + 1;
  const expected = {
    up: { create: resources },
    preview: { same: resources },
    refresh: { same: resources },
    destroy: { delete: resources },
  };
  const result: Result = { seconds: perOperation(0), requests: perOperation({}) };
  try {
    await emulator.requests();
    const empty = stack.stateBytes();
    for (const operation of operations) {
      result.seconds[operation] = await stack.measure(operation, expected[operation]);
      result.requests[operation] = await emulator.requests();
      if (operation === "up") {
        result.stateBytes = (stack.stateBytes() - empty) / count;
      }
    }
  } finally {
    stack.close();
  }
  return result;
}

async function measureRequests(emulator: EmulatorProcess, count: number): Promise<Result> {
  const bare = new BareRequests(emulator.url, emulator.backendApiKey, count);
  const result: Result = { seconds: perOperation(0), requests: perOperation({}) };
  await emulator.requests();
  for (const operation of operations) {
    result.seconds[operation] = await bare.measure(operation);
    result.requests[operation] = await emulator.requests();
  }
  return result;
}

function perOperation<T>(value: T): Record<Operation, T> {
  return { up: value, preview: value, refresh: value, destroy: value };
}

/** A table with a row for each operation and a column for each contender. */
function print(results: Record<string, Result>): void {
  const titles = { up: "up", preview: "preview, no change", refresh: "refresh", destroy: "destroy" };
  const contenders = Object.values(results);
  const rows = [
    ["", ...Object.keys(results)],
    ...operations.map((operation) => [
      titles[operation],
      ...contenders.map(({ seconds, requests }) => {
        const count = total(requests[operation]);
        return `${seconds[operation].toFixed(1)} s${count === 0 ? "" : `, ${count} request${count === 1 ? "" : "s"}`}`;
      }),
    ]),
    [
      "state per customer",
      ...contenders.map(({ stateBytes }) => (stateBytes === undefined ? "" : `${Math.round(stateBytes)} bytes`)),
    ],
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  console.log([line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n"));
}

/** The bare script must send what the package sends, or the comparison says nothing. */
function compareRequests(package_: Result, bare: Result): void {
  for (const operation of operations) {
    const [ours, theirs] = [package_, bare].map(({ requests }) =>
      JSON.stringify(Object.entries(requests[operation]).sort()),
    );
    if (ours !== theirs) {
      throw new Error(`${operation}: the package sends ${ours}, the bare script ${theirs}`);
    }
  }
}

function total(counts: RouteCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function machine(): string {
  const all = cpus();
  return `${process.platform} ${process.arch}, ${all.length} cores (${all[0]?.model.trim() ?? "unknown"})`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
