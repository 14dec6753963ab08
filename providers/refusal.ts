import * as pulumi from "@pulumi/pulumi";
import type { Coded } from "../errors/coded";

/**
 * The error with which a program stops, with a message to the user and nothing else. Every refusal is made here.
 *
 * It has no stack: Pulumi's language host inspects the whole object of an error that has one, even if it prints only the message,
 * which takes 15 seconds and more once a program has begun.
 */
export function refusal(message: Coded): pulumi.RunError {
  return Object.assign(new pulumi.RunError(message), { stack: "" });
}
