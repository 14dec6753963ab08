// Proves what Pulumi's SDK leaves out once it is asked to, and that errors still say where they come from. That no token gets into an event log: every
// test in test/commandLine.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, it } from "vitest";
import { leaveOutSdkDebugging } from "../../providers";

const { debug } = pulumi.log;
const { prepareStackTrace } = Error;

afterEach(() => {
  Object.assign(pulumi.log, { debug });
  Object.assign(Error, { prepareStackTrace });
});

function debuggablePromise(): string | undefined {
  return new Error().stack;
}

it.each([
  ["what the host has set", () => "prepared by the host"],
  ["nothing", undefined],
])("notes no stack for a promise, and leaves those of errors to %s", (_, prepare) => {
  Object.assign(Error, { prepareStackTrace: prepare });
  expect(debuggablePromise()).not.toBe("");
  leaveOutSdkDebugging();
  expect(debuggablePromise()).toBe("");
  const { stack = "" } = new Error("of a program");
  expect(stack).toMatch(
    prepare === undefined ? /^Error: of a program\n {4}at .*sdkDebugging\.test\.ts/ : /^prepared by the host$/,
  );
});

it("sends no debug message to the engine", async () => {
  leaveOutSdkDebugging();
  expect(pulumi.log.debug).not.toBe(debug);
  await expect(pulumi.log.debug("what the engine answered")).resolves.toBeUndefined();
});
