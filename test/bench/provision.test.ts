// Proves how the benchmark counts bytes, goes on where it was stopped, and shows what it measured. What it measures: npm run bench.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Operation, operations } from "../../bench/provision/measuredProject";
import { watchMemory } from "../../bench/provision/peakMemory";
import { plot } from "../../bench/provision/plot";
import { report } from "../../bench/provision/report";
import { type Result, Results } from "../../bench/provision/results";
import { bytesByProperty, ofCustomers } from "../../bench/provision/stateBytes";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bench-test-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function result(contender: string, customers: number, factor: number): Result {
  const one = (operation: Operation): Result["operations"][Operation] => ({
    seconds: factor * customers * (operation === "up" ? 0.1 : 0.02),
    peaks: { engine: 2e8, provider: factor * 1e8 },
    requests: contender.includes("nothing") ? {} : { "GET /v1/project": 1 },
  });
  const measured = Object.fromEntries(operations.map((each) => [each, one(each)])) as Result["operations"];
  return {
    ...{ contender, customers, zstd: false, operations: measured },
    stateFileBytes: factor * customers * 6000,
    properties: { urn: factor * customers * 100, "inputs.displayName": customers * 30 },
  };
}

describe("bytes of a state", () => {
  const resources = [
    { urn: "urn:pulumi:a::b::c:index:Customer::acme", inputs: { displayName: "Acme" } },
    { urn: "urn:pulumi:a::b::c:index:Customer$d::acme", inputs: { displayName: "Acme" }, protect: true },
    { urn: "urn:pulumi:a::b::pulumi:providers:x::default" },
  ];

  it("are counted by property, with names and commas, for customers alone", () => {
    const [first, second] = ofCustomers(resources);
    expect(bytesByProperty([first ?? {}, second ?? {}])).toEqual({
      urn:
        '"urn":"urn:pulumi:a::b::c:index:Customer::acme",'.length +
        '"urn":"urn:pulumi:a::b::c:index:Customer$d::acme",'.length,
      "inputs.displayName": 2 * '"displayName":"Acme",'.length,
      protect: '"protect":true,'.length,
    });
  });
});

describe("results", () => {
  it("are there again after a run that was stopped", () => {
    const file = join(folder, "deep/results.json");
    new Results(file, "this machine").add(result("pulumi-tesseral", 100, 1));
    const again = new Results(file, "this machine");
    expect(again.find("pulumi-tesseral", 100, false)).toEqual(result("pulumi-tesseral", 100, 1));
    expect(again.find("pulumi-tesseral", 100, true)).toBeUndefined();
  });

  it("of another machine or of other code count for nothing", () => {
    const file = join(folder, "results.json");
    new Results(file, "this machine").add(result("pulumi-tesseral", 100, 1));
    expect(new Results(file, "another machine").all).toEqual([]);
  });

  it("are shown side by side, ours as a multiple of the floor's", () => {
    const text = report([result("pulumi-tesseral", 100, 1.5), result("resources that do nothing", 100, 1)]);
    expect(text.split("\n").filter((line) => /^(##|\| (up |state of|property|urn|provider))/.test(line))).toEqual([
      "## 100 customers",
      "| up                  | 15.0 s, 1 request | 10.0 s                    | 1.50  |",
      "| state of a customer | 180 bytes         | 130 bytes                 | 1.38  |",
      "| up                 | 1 × GET /v1/project |",
      "| property           | pulumi-tesseral | resources that do nothing |",
      "| urn                | 150             | 100                       |",
      "| provider      | 150 MB          | 100 MB                    |",
    ]);
  });

  it("of another than Pulumi say what ran it, what it sent, and which processes it has none of", () => {
    const peer = { ...result("another", 100, 2), version: "Another 1.2" };
    const text = report([result("pulumi-tesseral", 100, 1.5), result("resources that do nothing", 100, 1), peer]);
    expect(text.split("\n").filter((line) => /^(another|Requests of|\| (provider|program))/i.test(line))).toEqual([
      "another: Another 1.2.",
      "Requests of pulumi-tesseral:",
      "Requests of another:",
      "| program       | none            | none                      | none    |",
      "| provider      | 150 MB          | 100 MB                    | 200 MB  |",
    ]);
  });

  it("are drawn, each line from the least to the most customers", () => {
    const all = [300, 100].flatMap((customers) => [
      result("pulumi-tesseral", customers, 1.5),
      result("resources that do nothing", customers, 1),
    ]);
    const parts = [{ customers: 5000, parts: 50, seconds: { up: 400, "preview, no change": 180 } }];
    const picture = plot(all, parts);
    expect(plot(all, []).match(/>(up|preview[^<]*): [^<]*</g)).toHaveLength(4);
    expect(picture.match(/>(up|preview[^<]*): [^<]*</g)?.slice(4)).toEqual([
      ">up: pulumi-tesseral, in parts<",
      ">preview, no change: pulumi-tesseral, in parts<",
    ]);
    const [, first = "", then = ""] = /class="line0"><path d="M(\d+) \d+L(\d+) \d+"/.exec(picture) ?? [];
    expect(Number(first)).toBeLessThan(Number(then));
    expect(() => plot([], parts)).toThrow("there is nothing to draw: no result without compression");
  });
});

it.skipIf(process.platform !== "linux")("knows the most memory that this process has held", async () => {
  const stop = watchMemory(process.pid, "engine");
  await new Promise((done) => setTimeout(done, 500));
  expect(stop().engine).toBeGreaterThan(20e6);
});
