// Proves how errors tell a deleted object from a wrong key, and what they advise. Says nothing of when they are thrown.
import { describe, expect, it } from "vitest";
import { TesseralApiError } from "../../tesseral";

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

  it("says what to do where that is known", () => {
    expect(apiError(404, 5, "backend api key not found").message).toBe(
      "Tesseral: GET /v1/x failed with 404 reason: backend api key not found. The backend API key is unknown or revoked: " +
        "check tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) against the Console",
    );
    expect(apiError(403, 7, "api keys are not enabled for this project").message).toBe(
      "Tesseral: GET /v1/x failed with 403 reason: api keys are not enabled for this project. " +
        "Turn on Managed API Keys in the Tesseral Console under Project settings, API Keys",
    );
  });
});
