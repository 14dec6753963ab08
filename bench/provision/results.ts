/** What was measured, kept in a file after each contender, so that a run that was stopped goes on where it was. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { RouteCounts } from "../emulatorProcess";
import type { Measured } from "./measuredCommand";
import type { Operation } from "./measuredProject";
import type { BytesByProperty } from "./stateBytes";

/** One contender with so many customers. */
export interface Result {
  contender: string;
  /** Of what another than Pulumi ran. */
  version?: string;
  customers: number;
  /** Whether the state file is compressed. */
  zstd: boolean;
  operations: Record<Operation, Measured & { requests: RouteCounts }>;
  /** Of the state file, after `up`. */
  stateFileBytes?: number;
  /** Of all customers together, after `up`. */
  properties?: BytesByProperty;
}

interface Kept {
  /** What was measured: results of other code or of another machine say nothing beside these. */
  of: string;
  results: Result[];
}

export class Results {
  readonly #file: string;
  readonly #kept: Kept;

  constructor(file: string, of: string) {
    this.#file = file;
    const before: Kept | undefined = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
    this.#kept = before?.of === of ? before : { of, results: [] };
  }

  get all(): readonly Result[] {
    return this.#kept.results;
  }

  find(contender: string, customers: number, zstd: boolean): Result | undefined {
    return this.all.find((one) => one.contender === contender && one.customers === customers && one.zstd === zstd);
  }

  add(result: Result): void {
    this.#kept.results.push(result);
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#kept, undefined, 1));
  }
}
