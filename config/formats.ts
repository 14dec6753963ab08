import { principalProblem, regionProblem } from "../components/delivery/deliveryProblems";
import { kmsKeyProblem } from "../components/delivery/kmsKey";
import type { ErrorCode } from "../errors/catalog";
import { keepUntilProblem } from "../providers/keepUntil";
import { instantProblem, periodProblem } from "../tesseral/instant";
import { type IdKind, idForms } from "../tesseral/objects";
import { displayNameProblem } from "./displayName";

interface FormatRule {
  /** The JSON Schema keywords for the rule, as far as JSON Schema can express it. */
  schema: Readonly<Record<string, string | number>>;
  /** What is wrong with a text, or undefined. Never repeats the text: it may be a secret in the wrong place. */
  problem(text: string): string | undefined;
}

/** The ways in which a text must be written. */
export const formats = {
  /** Any text. */
  text: { schema: {}, problem: () => undefined },
  /** A text that is not empty. */
  filled: {
    schema: { pattern: "\\S" },
    problem: (text) => (/\S/u.test(text) ? undefined : "must not be empty"),
  },
  /** A display name. */
  displayName: { schema: { pattern: "^\\S(.*\\S)?$" }, problem: displayNameProblem },
  /** A domain, without a scheme, a path, a port or an address before it. */
  domain: {
    schema: { pattern: "^[^\\s/@:]+$" },
    problem: (text) => (/^[^\s/@:]+$/u.test(text) ? undefined : "must be a bare domain, such as example.com"),
  },
  organizationId: idFormat("organization", "an organization", "org_"),
  apiKeyId: idFormat("apiKey", "an API key", "api_key_"),
  roleId: idFormat("role", "a role", "role_"),
  /** A moment. */
  instant: { schema: { format: "date-time" }, problem: instantProblem },
  /** A day, to its end, or a moment. */
  keepUntil: { schema: { pattern: "^\\d{4}-\\d\\d-\\d\\d(T.*)?$" }, problem: keepUntilProblem },
  /** A period of the calendar. */
  period: {
    schema: { pattern: "^P(?=.)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=.)(\\d+H)?(\\d+M)?(\\d+S)?)?$" },
    problem: periodProblem,
  },
  /** A KMS key of AWS. */
  kmsKey: { schema: {}, problem: kmsKeyProblem },
  /** A region of AWS. */
  awsRegion: { schema: {}, problem: regionProblem },
  /** Who may be let in to a secret. */
  awsPrincipal: { schema: {}, problem: principalProblem },
} as const satisfies Record<string, FormatRule>;

/** The code of what is wrong with a text: a backend API key in it is more than a wrong value. It must be revoked. */
export function codeOfText(text: string, otherwise: ErrorCode = "TSL-VALUE"): ErrorCode {
  return backendApiKey.test(text) ? "TSL-KEY-READABLE" : otherwise;
}

const backendApiKey = /tesseral_secret_key_/iu;

/** What no text may hold, whatever its format: characters that Tesseral cannot store, and backend API keys. */
export function textProblem(text: string): string | undefined {
  if (backendApiKey.test(text)) {
    return "holds a backend API key, which does not belong here: remove it, revoke it in the Tesseral Console, and make a new one";
  }
  if (text.includes("\ufffd")) {
    return "holds U+FFFD, which stands for what could not be read: save the file as UTF-8, and write the text again";
  }
  return /[\0\p{Surrogate}]/u.test(text)
    ? "holds a character that Tesseral cannot store (NUL or half a character)"
    : undefined;
}

/** The id of an object of Tesseral, called `what` in messages. */
function idFormat(kind: IdKind, what: string, prefix: string): FormatRule {
  const form = idForms[kind];
  return {
    schema: { pattern: form.source },
    problem: (text) =>
      form.test(text) ? undefined : `must be the id of ${what}: "${prefix}" and 25 digits or lower-case letters`,
  };
}
