// An API written for Lambda itself, without a web server: answers who calls, as the examples do.
const { TESSERAL_BACKEND_API_KEY: backendApiKey, TESSERAL_API_URL: apiUrl } = process.env;
if (!backendApiKey) {
  throw new Error("TESSERAL_BACKEND_API_KEY is not set");
}

const answer = (statusCode, body) => ({ statusCode, body: JSON.stringify(body) });

export async function handler({ headers }) {
  const [, secretToken] = /^Bearer ([a-z0-9_]{1,512})$/.exec(headers.authorization ?? "") ?? [];
  if (!secretToken) {
    return answer(401, { error: "unauthorized" });
  }
  const response = await fetch(`${apiUrl}/v1/api-keys/authenticate`, {
    method: "POST",
    headers: { authorization: `Bearer ${backendApiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ secretToken }),
  });
  const body = await response.json();
  if (response.ok && body.organizationId) {
    return answer(200, { organizationId: body.organizationId });
  }
  return body.message === "unauthenticated_api_key"
    ? answer(401, { error: "unauthorized" })
    : answer(503, { error: "unavailable" });
}
