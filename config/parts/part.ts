/** Which part of the customers a stack has. No I/O. */
import { createHash } from "node:crypto";

/** What the setting `tesseral:part` says. */
export interface Part {
  /** The stack's part, from 1. */
  number: number;
  /** How many parts there are. */
  of: number;
  /** The number of parts that are being made; until that is finished, the stack takes no update. */
  growingTo?: number;
  /** The stack is still being made, and may lack settings. */
  isNew?: true;
}

/** Nobody has so many stacks: a larger number is a slip. */
export const mostParts = 1000;

/** What is wrong with a text that {@link partIn} does not understand. */
export const partProblem = `must be the stack's part and how many there are, such as 3/50; at most ${mostParts}`;

/** The part that a text such as `3/50` names; undefined if it is no such text. */
export function partIn(text: string): Part | undefined {
  const [, number, of, state, target] =
    /^(\d{1,4})\/(\d{1,4})( growing to (\d{1,4})| being made)?$/u.exec(text.trim()) ?? [];
  const growingTo = state === undefined ? undefined : Number(target ?? of);
  const part: Part = {
    number: Number(number),
    of: Number(of),
    ...(growingTo !== undefined && { growingTo }),
    ...(state === " being made" && { isNew: true }),
  };
  const isPart = part.number >= 1 && part.number <= part.of && Math.max(part.of, part.growingTo ?? 0) <= mostParts;
  return number === undefined || !isPart ? undefined : part;
}

/** The text that {@link partIn} reads. */
export function partText({ number, of, growingTo, isNew }: Part): string {
  const state = isNew ? " being made" : growingTo === undefined ? "" : ` growing to ${growingTo}`;
  return `${number}/${of}${state}`;
}

/**
 * The part of a customer, by its name: rendezvous hashing. Each part has a weight for each customer, and the greatest takes it; so more parts
 * take customers from all others alike, and between the parts that were there none moves.
 *
 * The weight of part p is the finalizer of MurmurHash3 (32 bits) over h + p × 0x9E3779B9, where h is the first 32 bits of the SHA-256 of the
 * name, big-endian. The finalizer is a bijection, so no two weights of a customer are alike. It must never change: customers would
 * change their stacks.
 */
export function partOf(name: string, parts: number): number {
  const hash = createHash("sha256").update(name).digest().readUInt32BE();
  let part = 1;
  let greatest = -1;
  for (let each = 1; each <= parts; each += 1) {
    const weight = mixed((hash + Math.imul(each, 0x9e_37_79_b9)) >>> 0);
    if (weight > greatest) {
      greatest = weight;
      part = each;
    }
  }
  return part;
}

/** The part of an entry: the one that it names itself, or else by its name. */
export function partOfEntry(name: string, { part }: { part?: unknown }, parts: number): number {
  return typeof part === "number" ? part : partOf(name, parts);
}

/** The finalizer of MurmurHash3. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85_eb_ca_6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2_b2_ae_35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
