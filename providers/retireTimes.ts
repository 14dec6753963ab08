/** Until when the previous key works, where another overlap is declared. */
import { after } from "../tesseral/instant";
import type { DeclaredLife } from "./declaredLife";
import { milliseconds, type PlannedLife, rotateAtOf } from "./rotationTimes";

/** Until when the previous key works at least by the overlap that is declared now. */
export function endByOverlap(olds: DeclaredLife & PlannedLife, news: DeclaredLife): string | undefined {
  const { rotatedAt, retireAfter } = olds;
  if (news.overlap === undefined || news.overlap === olds.overlap) {
    return retireAfter;
  }
  const declared = after(rotatedAt, news.overlap);
  if (retireAfter === undefined) {
    return declared;
  }
  const whole = olds.overlap === undefined ? undefined : after(rotatedAt, olds.overlap);
  const isOwnEnd = whole === undefined ? olds.renewBefore !== undefined : isLater(retireAfter, whole);
  if (isOwnEnd) {
    return retireAfter; // A renewed key works until it ends by itself, whatever the overlap is.
  }
  if (!isLater(declared, retireAfter)) {
    return whole === undefined ? retireAfter : declared; // An overlap that was not declared before shortens nothing.
  }
  if (whole !== undefined && isLater(whole, retireAfter)) {
    return retireAfter; // It ends by itself, or has its longest time already.
  }
  // It must not hold up the rotation of a current key that ends by itself.
  const rotateAt = rotateAtOf(news, olds);
  return rotateAt !== undefined && isLater(declared, rotateAt) ? later(retireAfter, rotateAt) : declared;
}

export function isLater(time: string, than: string): boolean {
  return milliseconds(time) > milliseconds(than);
}

export function later(one: string, other: string): string {
  return isLater(other, one) ? other : one;
}

export function earlier(one: string, other: string): string {
  return isLater(one, other) ? other : one;
}
