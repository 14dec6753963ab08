/** Warnings about the end of a token that no other follows yet. */

interface Declared {
  expireTime?: string | undefined;
  rotateEvery?: string | undefined;
  renewBefore?: string | undefined;
}

interface Token {
  /** "active", "revoked", "expired" or "gone". */
  status: string;
  /** When it ends by itself, RFC 3339; undefined: never. */
  expiry: string | undefined;
  isDead: boolean;
  /** Whether another token would follow if its customer were not suspended. */
  isHeldBack: boolean;
}

/** The warning, the end of a sentence that begins with the key; undefined if nothing ends unexpectedly. */
export function warningOfEnd(
  { expireTime, rotateEvery, renewBefore }: Declared,
  { status, expiry, isDead, isHeldBack }: Token,
): string | undefined {
  if (isDead && isHeldBack) {
    return heldBack(status);
  }
  if (isHeldBack && expiry !== undefined && (rotateEvery !== undefined || renewBefore !== undefined)) {
    return (
      `is not rotated while its customer is suspended, and its token ends by itself at ${expiry}: enable API access before that, ` +
      "or the customer has no token that works until it has the new one, which the first update after that makes"
    );
  }
  if (isDead) {
    return `has ended at ${expireTime}, and Tesseral refuses it. A later expireTime makes a new key; or remove it`;
  }
  return expiry !== undefined && expireTime === undefined && rotateEvery === undefined
    ? `has a token that ends at ${expiry}, as was declared when it was made. A change of rotate makes one without an end`
    : undefined;
}

/** The warning about a key without a working token, while Tesseral makes no other for its customer; the end of a sentence that begins with the key. */
export function heldBack(status: string): string {
  return `has a token that no longer works (${status}), and a suspended customer gets no new one: the first update after API access is enabled makes it`;
}

/** The same in the update that makes another token. */
export function madeAnew(status: string): string {
  return `gets a new token: the previous one no longer works (${status})`;
}

/** The warning about a rotated key whose previous token ends before the overlap does, at `whole`; the end of a sentence that begins with the key. */
export function endsEarly(expiry: string, whole: string): string {
  return `is rotated, but its token in use until now ends by itself at ${expiry}, before the overlap is over at ${whole}`;
}

/**
 * The same before the rotation: the token in use ends less than `overlap` after the next one can be made.
 * @param waits until when the previous token is in the way; undefined: nothing is
 */
export function warningOfShortOverlap(expiry: string, overlap: string, waits: string | undefined): string {
  const ends = `has a token that ends by itself at ${expiry}`;
  return waits === undefined
    ? `${ends}, and gets the next one by the update after this one: run it soon, since less than ${overlap} are left to change over`
    : `${ends}, and gets the next one only after ${waits}, when the previous token has ended: less than ${overlap} are left then to change over`;
}
