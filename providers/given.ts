/** Refuses, with a message and before anything is registered, what TypeScript's types exclude but JavaScript lets through. */
import * as pulumi from "@pulumi/pulumi";
import { coded } from "../errors/coded";
import { refusal } from "./refusal";

/** What a value is, for messages: never the value itself, which may be a secret. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) {
    return value === null ? "null" : "nothing";
  }
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return "an output";
  }
  if (typeof value === "object") {
    return Array.isArray(value) ? "a list" : "an object";
  }
  return typeof value === "boolean" ? "true or false" : `a ${typeof value}`;
}

/** @throws pulumi.RunError if a resource or component is without a name or its arguments, or has others than it `takes` */
export function requireArgs(type: string, name: unknown, args: object, takes?: readonly string[]): void {
  requireName(type, name);
  requireObject(`${type} ${JSON.stringify(name)}: its second argument, the arguments,`, args);
  const unknown = takes === undefined ? [] : Object.keys(args).filter((one) => !takes.includes(one));
  if (unknown.length > 0) {
    const known = takes?.filter((one) => one !== "managedBy").join(", ");
    throw refusal(
      coded(
        "TSL-ARGUMENT",
        `${type} ${JSON.stringify(name)}: unknown argument ${unknown.join(", ")}; there are: ${known}`,
      ),
    );
  }
}

/** @throws pulumi.RunError if a look-up is without a name or an id */
export function requireId(type: string, name: unknown, id: unknown): void {
  requireName(type, name);
  if ((typeof id !== "string" || id === "") && kindOf(id) !== "an output") {
    const found = id === "" ? "an empty one" : kindOf(id);
    throw refusal(
      coded(
        "TSL-ARGUMENT",
        `${type} ${JSON.stringify(name)}: get takes the id of what exists as its second argument, a string, not ${found}`,
      ),
    );
  }
}

/** @throws pulumi.RunError if it is none. `what` begins the sentence */
export function requireObject(what: string, value: unknown): void {
  if (kindOf(value) !== "an object") {
    throw refusal(coded("TSL-ARGUMENT", `${what} must be an object, not ${kindOf(value)}`));
  }
}

function requireName(type: string, name: unknown): void {
  if (typeof name !== "string" || name === "") {
    const found = name === "" ? "an empty one" : kindOf(name);
    throw refusal(coded("TSL-ARGUMENT", `${type}: its first argument, the name, must be a string, not ${found}`));
  }
}
