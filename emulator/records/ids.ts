import { randomBytes } from "node:crypto";
import { invalidArgument, Panic } from "../errors";

/** What ids start with, by kind. */
export const idPrefixes = {
  project: "project_",
  organization: "org_",
  apiKey: "api_key_",
  apiKeyRoleAssignment: "api_key_role_assignment_",
  role: "role_",
  user: "user_",
  userInvite: "user_invite_",
  userRoleAssignment: "user_role_assignment_",
  publishableKey: "publishable_key_",
  signingKey: "session_signing_key_",
  session: "session_",
} as const;
export type IdKind = keyof typeof idPrefixes;

/** How error texts name each kind. */
const kindNames: Record<IdKind, string> = {
  project: "project",
  organization: "organization",
  apiKey: "api key",
  apiKeyRoleAssignment: "api key role assignment",
  role: "role",
  user: "user",
  userInvite: "user invite",
  userRoleAssignment: "user role assignment",
  publishableKey: "publishable key",
  signingKey: "session signing key",
  session: "session",
};

const backendApiKeyPrefix = "tesseral_secret_key_";
/** How many digits stand behind the prefix of an id. */
export const idDigits = 25;
/** How many digits stand behind the prefix of a secret token. */
export const tokenDigits = 55;
const idBits = 128n;
const tokenBits = 280n;

const randomDigits = (bits: bigint, digits: number) =>
  BigInt(`0x${randomBytes(Number(bits) / 8).toString("hex")}`)
    .toString(36)
    .padStart(digits, "0");

export const newId = (kind: IdKind): string => idPrefixes[kind] + randomDigits(idBits, idDigits);
export const newBackendApiKey = (): string => backendApiKeyPrefix + randomDigits(idBits, idDigits);
/** The 55 digits behind the project's prefix. */
export const newTokenDigits = (): string => randomDigits(tokenBits, tokenDigits);

/** The digits behind `prefix`; undefined if `text` is of another form. Panics when they exceed `bits`, as the server does. */
function digitsAfter(text: string, prefix: string, count: number, bits: bigint): string | undefined {
  const digits = text.slice(prefix.length);
  if (!text.startsWith(prefix) || digits.length !== count || !/^[0-9a-z]+$/.test(digits)) {
    return undefined;
  }
  const value = [...digits].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  if (value >> bits !== 0n) {
    throw new Panic(`the digits of ${prefix} exceed ${bits} bits`);
  }
  return digits;
}

/** Whether `text` is an id of that kind. Throws Panic. */
export const isId = (kind: IdKind, text: string): boolean =>
  digitsAfter(text, idPrefixes[kind], idDigits, idBits) !== undefined;

/** The id itself. Throws `invalid <kind> id` or Panic. */
export function parseId(kind: IdKind, text: string): string {
  if (!isId(kind, text)) {
    throw invalidArgument(`invalid ${kindNames[kind]} id`);
  }
  return text;
}

/** Whether `text` has the form of a backend API key. Throws Panic. */
export const isBackendApiKey = (text: string): boolean =>
  digitsAfter(text, backendApiKeyPrefix, idDigits, idBits) !== undefined;

/** The digits of a secret token of a project with that prefix; undefined if malformed. Throws Panic. */
export const parseSecretToken = (text: string, prefix: string): string | undefined =>
  digitsAfter(text, prefix, tokenDigits, tokenBits);
