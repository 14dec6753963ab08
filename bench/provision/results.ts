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

/** Customers that are divided over stacks. */
export interface PartsResult {
  customers: number;
  parts: number;
  seconds: Record<"up" | "preview, no change", number>;
}

interface Kept<T> {
  /** What was measured: results of other code or of another machine say nothing beside these. */
  of: string;
  results: T[];
}

class KeptResults<T> {
  readonly #file: string;
  readonly #kept: Kept<T>;

  constructor(file: string, of: string) {
    this.#file = file;
    const before: Kept<T> | undefined = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
    this.#kept = before?.of === of ? before : { of, results: [] };
  }

  get all(): readonly T[] {
    return this.#kept.results;
  }

  remove(isIt: (result: T) => boolean): void {
    this.#kept.results = this.#kept.results.filter((result) => !isIt(result));
  }

  add(result: T): void {
    this.#kept.results.push(result);
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#kept, undefined, 1));
  }
}

export class Results extends KeptResults<Result> {
  /** In the place of an earlier one, since those that are measured in turns belong together. */
  override add(result: Result): void {
    const { contender, customers, zstd } = result;
    this.remove((one) => one.contender === contender && one.customers === customers && one.zstd === zstd);
    super.add(result);
  }

  find(contender: string, customers: number, zstd: boolean): Result | undefined {
    return this.all.find((one) => one.contender === contender && one.customers === customers && one.zstd === zstd);
  }
}

/** Of `npm run bench:scale`, which `npm run bench` draws beside its own. */
export class PartsResults extends KeptResults<PartsResult> {
  constructor(of: string) {
    super(".cache/bench/scale.json", of);
  }
}
