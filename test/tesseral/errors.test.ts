// Proves how errors tell a deleted object from a wrong key, which codes they have and what caused them. Says nothing of when they are thrown.
import { describe, expect, it } from "vitest";
import { outcomeUnknown, TesseralApiError, TesseralNoAnswerError, TesseralRetriesSpentError } from "../../tesseral";

describe("an error", () => {
  const apiError = (code: number, grpc: number | undefined, description: string) =>
    new TesseralApiError({ method: "GET", path: "/v1/x" }, code, grpc, "reason", description);

  it("tells a deleted object from a wrong backend API key, both of which are a 404", () => {
    expect(apiError(404, 5, "organization not found")).toMatchObject({ isGone: true, isWrongCredentials: false });
    expect(apiError(404, 5, "backend api key not found")).toMatchObject({ isGone: false, isWrongCredentials: true });
    expect(apiError(404, undefined, "")).toMatchObject({ isGone: false, isWrongCredentials: false });
    expect(apiError(400, 3, "invalid backend api key secret token")).toMatchObject({ isWrongCredentials: true });
    expect(apiError(401, 16, "")).toMatchObject({ isWrongCredentials: true });
    expect(apiError(410, 5, "organization not found")).toMatchObject({ isGone: false });
  });

  it("says by its code what is wrong, whatever the words", () => {
    const codes = {
      "api keys are not enabled for this project": "api-keys-off-for-project",
      "api keys are not enabled for this organization": "api-keys-off-for-organization",
      "log in with google is not enabled for this project": "refused",
    };
    for (const [description, code] of Object.entries(codes)) {
      expect(apiError(403, 7, description).code).toBe(code);
    }
  });

  it("keeps what it was caused by", () => {
    const cause = new TesseralNoAnswerError({ method: "GET", path: "/v1/x" }, "timeout", "none within 10 s");
    const spent = new TesseralRetriesSpentError({ method: "GET", path: "/v1/x" }, ["503", "timeout"], 12, cause);
    expect(spent).toMatchObject({ code: "retries-spent", attempts: ["503", "timeout"], seconds: 12, cause });
    expect(outcomeUnknown(spent)).toBe(true);
  });
});
