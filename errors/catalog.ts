import { commandLine } from "./commandLine";
import { configuration } from "./configuration";
import { connection } from "./connection";
import { deployment } from "./deployment";
import type { Entry } from "./entry";
import { identity } from "./identity";
import { resources } from "./resources";

/** Every error that people can meet, in groups. A code is never given to something else, and stays when its text changes. */
export const groups: readonly { title: string; entries: Readonly<Record<string, Entry>> }[] = [
  { title: "Customers' files and settings", entries: configuration },
  { title: "Who is who", entries: identity },
  { title: "Tesseral and the way there", entries: connection },
  { title: "Resources", entries: resources },
  { title: "The backend and deliveries", entries: deployment },
  { title: "Commands", entries: commandLine },
];

/** A code as it is printed. */
export type ErrorCode =
  | keyof typeof configuration
  | keyof typeof identity
  | keyof typeof connection
  | keyof typeof resources
  | keyof typeof deployment
  | keyof typeof commandLine;

/** Every entry by its code. */
export const catalog: Readonly<Record<ErrorCode, Entry>> = {
  ...configuration,
  ...identity,
  ...connection,
  ...resources,
  ...deployment,
  ...commandLine,
};
