// Proves which runtimes are taken and which are refused, by the table of the component; AWS's own table moves on without it.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runtimeEnds } from "../../../components/backend/runtimeDates";
import { runtimeProblem, runtimeWarning } from "../../../components/backend/runtimes";
import { sampleBackend } from "./sample";

const { registered } = sampleBackend();

describe("runtimes", () => {
  const taken = [
    "nodejs22.x",
    "nodejs24.x",
    "nodejs26.x",
    "python3.10",
    "python3.13",
    "python3.15",
    "ruby3.3",
    "ruby4.0",
    "java11",
    "java17",
    "java21",
    "java25",
    "java8.al2",
    "dotnet8",
    "dotnet10",
    "provided.al2023",
    "provided.al2026",
  ];
  const deprecated = [
    "nodejs",
    "nodejs4.3",
    "nodejs8.10",
    "nodejs16.x",
    "nodejs18.x",
    "nodejs20.x",
    "python2.7",
    "python3.6",
    "python3.9",
    "ruby2.7",
    "ruby3.2",
    "java8",
    "dotnetcore3.1",
    "dotnet6",
    "dotnet7",
    "go1.x",
    "provided",
    "provided.al2",
  ];

  it("takes those that AWS supports, and newer ones that it does not know yet", () => {
    expect(taken.filter((runtime) => runtimeProblem(runtime) !== undefined)).toEqual([]);
  });

  it("refuses those that AWS has deprecated", () => {
    expect(deprecated.filter((runtime) => !runtimeProblem(runtime)?.includes("is deprecated by AWS Lambda"))).toEqual(
      [],
    );
  });

  it("warns from six months before the end of AWS's support, with the day", () => {
    const warning = (day: string) => runtimeWarning("nodejs22.x", new Date(day));
    expect(warning("2026-10-29")).toBeUndefined();
    expect(warning("2026-10-30")).toBe(
      'runtime: AWS\'s support of "nodejs22.x" ends on 2027-04-30, and from 2027-07-01 on AWS refuses to change the function, ' +
        'even to give it a new key. Use "nodejs24.x". Dates of October 2026: ' +
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    );
    expect(warning("2027-04-30")).toContain("ended on 2027-04-30");
    expect(runtimeWarning("nodejs24.x", new Date("2028-01-01"))).toContain("Use a later one.");
    expect(runtimeWarning("nodejs26.x", new Date("2040-01-01"))).toBeUndefined();
  });

  it("has dates, in order, of runtimes that it takes", () => {
    for (const [runtime, { end, frozen }] of Object.entries(runtimeEnds)) {
      expect(runtimeProblem(runtime)).toBeUndefined();
      expect([end, frozen].map((day) => new Date(day).toISOString().slice(0, 10))).toEqual([end, frozen]);
      expect(frozen > end).toBe(true);
    }
  });
});

describe("a backend", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it.each<[string, (runtime: string) => pulumi.Input<string>]>([
    ["plain", (runtime) => runtime],
    ["an output", (runtime) => pulumi.output(runtime)],
  ])("warns of its runtime, %s, and is made all the same", async (_, input) => {
    vi.useFakeTimers({ now: new Date("2027-02-01"), toFake: ["Date"] });
    const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
    await registered({ runtime: input("nodejs24.x") });
    expect(warn).not.toHaveBeenCalled();
    const found = await registered({ runtime: input("nodejs22.x") });
    expect(warn.mock.calls.map(([text]) => text)).toEqual([`${runtimeWarning("nodejs22.x")} (TSL-RUNTIME-END)`]);
    expect(found.some(({ type }) => type === "aws:lambda/function:Function")).toBe(true);
  });
});
