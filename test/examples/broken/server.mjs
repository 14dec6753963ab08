// A server that meets the contract of the examples, and can be told to break it in one way: node server.mjs <defect>
import { createServer } from "node:http";

const defect = process.argv[2];
const { PORT, TESSERAL_API_URL, TESSERAL_BACKEND_API_KEY: backendApiKey } = process.env;
if (!backendApiKey) {
  console.error("TESSERAL_BACKEND_API_KEY is not set");
  process.exit(1);
}

async function check(authorization = "") {
  const header = defect === "any-case" ? authorization.replace(/^bearer /i, "Bearer ") : authorization;
  const secretToken = /^Bearer ([a-z0-9_]{1,512})$/.exec(header)?.[1];
  if (defect === "logs-key") {
    console.log(`checking ${authorization}`);
  }
  if (!secretToken) {
    return [401, "unauthorized"];
  }
  const response = await fetch(`${TESSERAL_API_URL}/v1/api-keys/authenticate`, {
    method: "POST",
    headers: { authorization: `Bearer ${backendApiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ secretToken }),
    redirect: "manual",
    signal: AbortSignal.timeout(5000),
  });
  if (response.status !== 200) {
    console.log(`Tesseral answered ${response.status}`);
  }
  if (defect === "blames-caller" && response.status === 500) {
    return [401, "unauthorized"];
  }
  const { organizationId, apiKeyId, actions = [], message, details } = await response.json();
  const isGood = response.status === 200 && [organizationId, apiKeyId].every((id) => id && typeof id === "string");
  if (isGood && Array.isArray(actions)) {
    return [200, { organizationId, apiKeyId, actions }];
  }
  if (response.status === 403) {
    console.log(details[0].description);
  }
  const isRefused = response.status === 403 || (response.status === 400 && message === "unauthenticated_api_key");
  return isRefused ? [401, "unauthorized"] : [503, "unavailable"];
}

async function answer(path, authorization) {
  if (path === "/healthz") {
    return [200, { ok: true }];
  }
  if (path !== "/whoami" && path !== "/widgets") {
    return [404, "not_found"];
  }
  const [status, value] = await check(authorization).catch(() => [503, "unavailable"]);
  if (status !== 200 || path === "/whoami") {
    return [status, value];
  }
  if (!value.actions.includes("widgets.read")) {
    return [403, "forbidden"];
  }
  return [200, { organizationId: value.organizationId, widgets: ["flange", "sprocket"] }];
}

createServer(async (request, response) => {
  const [status, value] = await answer(request.url, request.headers.authorization);
  const headers = { "content-type": "application/json", ...(status === 401 ? { "www-authenticate": "Bearer" } : {}) };
  response.writeHead(status, headers).end(JSON.stringify(typeof value === "string" ? { error: value } : value));
}).listen(PORT);
