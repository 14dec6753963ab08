/** The times of a key: when its life begins, when its token ends, and when the next rotation is due (`rotateAt`). */
import { coded } from "../errors/coded";
import { after, before, epochMilliseconds } from "../tesseral/instant";
import type { DeclaredLife } from "./declaredLife";

/** What the provider keeps beside the declared life of a key. */
export interface PlannedLife {
  /** Counts the keys; the first is 1. */
  generation: number;
  /** When the current generation was planned, by the server's clock. Its key is never older than that. */
  rotatedAt: string;
  /** The last generation whose key is to be ended; 0: none. */
  retiredGeneration: number;
  /** When the current key ends by itself; absent: never. */
  currentExpireTime?: string | undefined;
  /** When the next rotation is due; absent: never. */
  rotateAt?: string | undefined;
  /** Until when the previous key works at least; absent: there is none. */
  retireAfter?: string | undefined;
  /** "active", until a refresh finds the current key "revoked", "expired" or "gone". */
  status: string;
}

/** The life of a new key. Throws for a key that would have to be renewed at once. */
export function firstLife(declared: DeclaredLife, now: number): PlannedLife {
  const rotatedAt = inSeconds(now);
  const currentExpireTime = expiryOf(declared, rotatedAt);
  const { renewBefore } = declared;
  if (renewBefore !== undefined && currentExpireTime !== undefined) {
    refuseEndlessRenewal(renewBefore, rotatedAt, currentExpireTime);
  }
  const life = { generation: 1, rotatedAt, retiredGeneration: 0, currentExpireTime, status: "active" };
  return { ...life, rotateAt: rotateAtOf(declared, life) };
}

/** When a key that is made at `rotatedAt` is to end by itself; undefined: never. */
export function expiryOf({ expireTime, expireAfter }: DeclaredLife, rotatedAt: string): string | undefined {
  return expireAfter === undefined ? expireTime : after(rotatedAt, expireAfter);
}

/** When the next rotation is due; undefined: never. A token that ends by itself is rotated while its overlap still fits in. */
export function rotateAtOf(
  { rotateEvery, overlap }: DeclaredLife,
  { rotatedAt, currentExpireTime }: Pick<PlannedLife, "rotatedAt" | "currentExpireTime">,
): string | undefined {
  if (rotateEvery === undefined || overlap === undefined) {
    return undefined;
  }
  const regular = after(rotatedAt, rotateEvery);
  const latest = currentExpireTime === undefined ? regular : before(currentExpireTime, overlap);
  return milliseconds(latest) < milliseconds(regular) ? latest : regular;
}

/** Throws for a key that would have to be renewed as soon as it is made. */
export function refuseEndlessRenewal(renewBefore: string, rotatedAt: string, expireTime: string): void {
  if (milliseconds(before(expireTime, renewBefore)) <= milliseconds(rotatedAt)) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        `renewBefore is ${renewBefore}, but the key lives no longer than that (from ${rotatedAt} until ${expireTime}): it would be renewed again and again`,
      ),
    );
  }
}

/** Whether a key no longer works: a refresh has found so, or its end has come. */
export function isDead({ status, currentExpireTime }: Pick<PlannedLife, "status" | "currentExpireTime">, now: number) {
  return status !== "active" || isDue(currentExpireTime, now);
}

/** Whether a recorded time has come; one that is absent never does. */
export function isDue(time: string | undefined, now: number): boolean {
  return time !== undefined && now >= milliseconds(time);
}

/** Milliseconds since 1970 of a recorded time. Throws for a text that is none. */
export function milliseconds(time: string): number {
  const known = epochMilliseconds(time);
  if (known === undefined) {
    throw new Error(coded("TSL-RECORD", `${JSON.stringify(time)} is not a time`));
  }
  return known;
}

/** Whole seconds, rounded down. */
export function inSeconds(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString().replace(".000Z", "Z");
}
