import { delimiter, join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { findPulumi } from "../../../../cli/pulumi/findPulumi";
import { type EngineStack, openStack, type StackOptions } from "../../../engine/stack";

/** A stack on the real engine, whose AWS resources go to the echo plugin instead of Amazon. */
export async function awsStack(program: PulumiFn, options: StackOptions = {}): Promise<EngineStack> {
  return await openStack(program, { ...options, env: { ...options.env, PATH: await pathWithEcho() } });
}

/** The `PATH` on which the engine finds the echo plugin in the place of Pulumi's AWS plugin. */
export async function pathWithEcho(): Promise<string> {
  const { path } = await findPulumi();
  return [join(__dirname, "bin"), path].join(delimiter);
}
