import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { invalidPageToken, Panic } from "../errors";
import { idDigits } from "./ids";
import { firstFrom } from "./table";

const pageSize = 10;
const nonceLength = 24;
const tagLength = 16;

export interface Page<T> {
  items: T[];
  nextPageToken?: string;
}

/** Cuts lists, which are in the order of ids, into pages of ten; tokens are encrypted starting ids, another one at every call. */
export class Pages {
  readonly #key = randomBytes(32);

  /**
   * The page that begins at the token, or at the start if it is "". A token says nothing about the list it came from, and
   * outlives the item it names. Throws `invalid pagination token`, or Panic for fewer than 24 bytes.
   */
  page<T extends { id: string }>(all: readonly T[], pageToken: string): Page<T> {
    const start = pageToken === "" ? "" : this.#decode(pageToken);
    // Ids of one list share their prefix, so they sort as their digits do.
    const first = firstFrom(all, (all[0]?.id.slice(0, -idDigits) ?? "") + start);
    const next = all[first + pageSize];
    const items = all.slice(first, first + pageSize);
    return next === undefined ? { items } : { items, nextPageToken: this.#encode(digitsOf(next.id)) };
  }

  #encode(start: string): string {
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(start, "utf8"), cipher.final()]);
    return toBase64Url(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
  }

  #decode(pageToken: string): string {
    const bytes = fromBase64Url(pageToken);
    if (bytes === undefined) {
      throw invalidPageToken();
    }
    if (bytes.length < nonceLength) {
      throw new Panic("page token shorter than its nonce");
    }
    const tagEnd = nonceLength + tagLength;
    if (bytes.length <= tagEnd) {
      throw invalidPageToken();
    }
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, nonceLength));
    decipher.setAuthTag(bytes.subarray(nonceLength, tagEnd));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString("utf8");
    } catch {
      // A token that this server did not make: the cipher's own error says no more than that.
      throw invalidPageToken();
    }
  }
}

const digitsOf = (id: string) => id.slice(-idDigits);

const toBase64Url = (bytes: Buffer) => bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");

/** Padded base 64 of the URL alphabet; Node's own decoder takes anything. */
function fromBase64Url(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9_-]*={0,2}$/.test(text)) {
    return undefined;
  }
  return Buffer.from(text, "base64url");
}
