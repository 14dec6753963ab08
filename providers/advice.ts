/** What to do next about an error of the client, in the terms of people who run Pulumi. */
import {
  CreateOutcomeUnknownError,
  TesseralError,
  type TesseralErrorCode,
  TesseralRetriesSpentError,
} from "../tesseral";

const checkUrl = "Check tesseral:apiUrl";

/** One sentence without its period; errors that are not here say everything themselves. */
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

/** The message of an error, and what to do next where that is known. */
export function withAdvice(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error instanceof TesseralError ? [error.message, ...adviceOn(error)].join(". ") : error.message;
}

/** Advice on the cause comes first; only the outermost error says whether to run the update again. */
function adviceOn(error: TesseralError): string[] {
  const own = advice[error.code];
  const isWrapper = error instanceof TesseralRetriesSpentError || error instanceof CreateOutcomeUnknownError;
  const inner = isWrapper ? adviceOn(error.cause).filter((text) => text !== advice["retries-spent"]) : [];
  return own === undefined ? inner : [...inner, own];
}
