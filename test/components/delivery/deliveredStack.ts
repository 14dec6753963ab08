// A stack of customers on the real engine, with the emulator for Tesseral and the echo plugin for AWS.
import type { PulumiFn } from "@pulumi/pulumi/automation";
import "../../../components/delivery";
import { Customer } from "../../../components/customer";
import type { CustomerArgs } from "../../../components/customerArgs";
import { openTesseralStack, type TesseralStack, type TesseralStackOptions } from "../../engine/tesseralStack";
import { pathWithEcho } from "../backend/echo/awsStack";

/** A program that declares these customers and gives out what it knows of them, as a secret. */
export const customers =
  (declared: Record<string, CustomerArgs>, aliases: Record<string, string> = {}): PulumiFn =>
  async () => {
    const made = Object.entries(declared).map(([name, args]) => {
      const earlier = aliases[name];
      const options = earlier === undefined ? {} : { aliases: [{ name: earlier }] };
      const { secretTokens, secretArns } = new Customer(name, args, options);
      return [name, { secretTokens, secretArns }] as const;
    });
    return Object.fromEntries(made);
  };

export async function openDeliveredStack(
  program: PulumiFn,
  options: TesseralStackOptions = {},
): Promise<TesseralStack> {
  return await openTesseralStack(program, { ...options, env: { ...options.env, PATH: await pathWithEcho() } });
}
