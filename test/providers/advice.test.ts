// Proves what people are told to do about each error of the client. Says nothing of when the client throws it.
import { expect, it } from "vitest";
import { withAdvice } from "../../providers/advice";
import {
  AmbiguousCreateError,
  CreateOutcomeUnknownError,
  TesseralApiError,
  TesseralNoAnswerError,
  TesseralRetriesSpentError,
} from "../../tesseral";

const request = { method: "POST", path: "/v1/x" };
const span = { begin: "2030-01-01T00:00:00.000Z", end: "2030-01-01T00:01:00.000Z" };
const refusal = (status: number, description: string) =>
  new TesseralApiError(request, status, 7, "reason", description);
const unreachable = new TesseralNoAnswerError(request, "unreachable", "ENOTFOUND: https://x.test cannot be reached");

it.each([
  [
    refusal(404, "backend api key not found"),
    "Tesseral: POST /v1/x failed with 404 reason: backend api key not found. The backend API key is unknown or revoked: " +
      "check tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) against the Tesseral Console (TSL-KEY-REFUSED)",
  ],
  [
    refusal(403, "api keys are not enabled for this project"),
    "Tesseral: POST /v1/x failed with 403 reason: api keys are not enabled for this project. " +
      "Turn on Managed API Keys in the Tesseral Console under Project settings, API Keys (TSL-API-KEYS-OFF)",
  ],
  [refusal(403, "no"), "Tesseral: POST /v1/x failed with 403 reason: no (TSL-REFUSED)"],
  [
    new TesseralRetriesSpentError(request, ["unreachable"], 1, unreachable),
    "Tesseral: POST /v1/x was tried once in 1.0 s (unreachable) and given up; the last time it got no usable answer: " +
      "ENOTFOUND: https://x.test cannot be reached. Check tesseral:apiUrl and the network. Run the update again when Tesseral answers (TSL-UNREACHABLE)",
  ],
  [
    new CreateOutcomeUnknownError("x", span, new TesseralRetriesSpentError(request, ["503"], 1, refusal(503, ""))),
    "the creation of x got no clear answer: Tesseral: POST /v1/x was tried once in 1.0 s (503) and given up; " +
      "the last time it failed with 503 reason. Run the update again: it looks first for what may have been created (TSL-UNCLEAR)",
  ],
  [
    new AmbiguousCreateError("x", span, [{ id: "a", createTime: "2030" }]),
    "the answer to an earlier creation of x was lost, and 1 objects fit: a (created 2030). None was touched. " +
      "Remove those that nobody needs (npx pulumi-tesseral remove <id>) or rename those that are somebody's, then run the update again (TSL-AMBIGUOUS)",
  ],
  [new Error("it"), "it"],
  ["it", "it"],
])("adds to %s what to do next", (error, text) => {
  expect(withAdvice(error)).toBe(text);
});
