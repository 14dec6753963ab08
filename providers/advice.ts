/** What to do next about an error of the client, in the terms of people who run Pulumi. */
import type { ErrorCode } from "../errors/catalog";
import { codedOr } from "../errors/coded";
import {
  CreateOutcomeUnknownError,
  TesseralApiError,
  TesseralError,
  type TesseralErrorCode,
  TesseralRetriesSpentError,
} from "../tesseral";

const checkUrl = "Check tesseral:apiUrl";

/** A sentence without its period; errors that are not here say everything themselves. */
const advice: Partial<Record<TesseralErrorCode, string>> = {
  "malformed-backend-api-key": "Copy it again from the Tesseral Console",
  "wrong-credentials":
    "The backend API key is unknown or revoked: check tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) against the Tesseral Console",
  "api-keys-off-for-project": "Turn on Managed API Keys in the Tesseral Console under Project settings, API Keys",
  "api-keys-off-for-organization":
    "Enable them on the organization first (apiKeysEnabled: true, or apiAccess: enabled): no key can be created while they are off",
  "wrong-address": checkUrl,
  redirected: checkUrl,
  "not-tesseral": checkUrl,
  unreachable: `${checkUrl} and the network`,
  "retries-spent": "Run the update again when Tesseral answers",
  "create-outcome-unknown": "Run the update again: it looks first for what may have been created",
  "ambiguous-create":
    "Remove those that nobody needs (npx pulumi-tesseral remove <id>) or rename those that are somebody's, then run the update again",
};

/** The code of an error, by why a request failed. Other errors have the code of their cause or status. */
const codes: Record<Exclude<TesseralErrorCode, "refused" | "retries-spent">, ErrorCode> = {
  "malformed-backend-api-key": "TSL-KEY-FORM",
  "malformed-api-url": "TSL-ADDRESS",
  "malformed-id": "TSL-ADDRESS",
  "malformed-proxy": "TSL-ADDRESS",
  "wrong-credentials": "TSL-KEY-REFUSED",
  "not-found": "TSL-NOT-FOUND",
  "api-keys-off-for-project": "TSL-API-KEYS-OFF",
  "api-keys-off-for-organization": "TSL-API-KEYS-SUSPENDED",
  "wrong-address": "TSL-NOT-TESSERAL",
  redirected: "TSL-NOT-TESSERAL",
  "not-tesseral": "TSL-NOT-TESSERAL",
  unreachable: "TSL-UNREACHABLE",
  "connection-lost": "TSL-TIMEOUT",
  timeout: "TSL-TIMEOUT",
  "empty-answer": "TSL-SERVER",
  "unexpected-answer": "TSL-SERVER",
  "endless-list": "TSL-SERVER",
  "create-outcome-unknown": "TSL-UNCLEAR",
  "ambiguous-create": "TSL-AMBIGUOUS",
};

/** The message of an error, with what to do next if that is known, and with its code if it is the client's. */
export function withAdvice(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error instanceof TesseralError
    ? codedOr(codeOf(error), [error.message, ...adviceOn(error)].join(". "))
    : error.message;
}

function codeOf(error: TesseralError): ErrorCode {
  if (error instanceof TesseralRetriesSpentError) {
    return codeOf(error.cause);
  }
  if (error.code !== "refused" && error.code !== "retries-spent") {
    return codes[error.code];
  }
  if (!(error instanceof TesseralApiError)) {
    return "TSL-REFUSED";
  }
  return error.status === 429 ? "TSL-RATE-LIMIT" : error.status >= 500 ? "TSL-SERVER" : "TSL-REFUSED";
}

/** Advice on the cause comes first; only the outermost error says whether to run the update again. */
function adviceOn(error: TesseralError): string[] {
  const own = advice[error.code];
  const isWrapper = error instanceof TesseralRetriesSpentError || error instanceof CreateOutcomeUnknownError;
  const inner = isWrapper ? adviceOn(error.cause).filter((text) => text !== advice["retries-spent"]) : [];
  return own === undefined ? inner : [...inner, own];
}
