import * as pulumi from "@pulumi/pulumi";

/**
 * The error by which a program stops with a message to the user and nothing else. Every refusal is made here.
 *
 * It has no stack: Pulumi's language host inspects the whole object of an error that has one, also where it prints the message
 * alone, and of a program that has begun that takes 15 seconds and more.
 */
export function refusal(message: string): pulumi.RunError {
  return Object.assign(new pulumi.RunError(message), { stack: "" });
}
