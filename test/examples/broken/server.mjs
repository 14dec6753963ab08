// A server that meets the contract of the examples, and can be told to break it in one way: node server.mjs <defect>
import { createServer } from "node:http";

const defect = process.argv[2];
const { PORT, TESSERAL_API_URL, TESSERAL_BACKEND_API_KEY: backendApiKey } = process.env;
const { TESSERAL_CACHE_SECONDS = "0", TESSERAL_STALE_SECONDS = "0" } = process.env;
if (!backendApiKey) {
  console.error("TESSERAL_BACKEND_API_KEY is not set");
  process.exit(1);
}

if (!/^\d+$/.test(TESSERAL_CACHE_SECONDS)) {
  console.error("TESSERAL_CACHE_SECONDS is not a whole number of seconds");
  process.exit(1);
}

/** What was said of a header, newest last: the moment, and the promise of the answer. */
const kept = [new Map(), new Map()];

async function checkOrKnow(authorization) {
  const [freshFor, staleFor] = [Number(TESSERAL_CACHE_SECONDS) * 1000, Number(TESSERAL_STALE_SECONDS) * 1000];
  if (freshFor === 0 || !authorization) {
    return check(authorization);
  }
  const known = kept.map((some) => some.get(authorization)).find(Boolean);
  if (known && (defect === "keeps-for-ever" || Date.now() < known.at + freshFor)) {
    return known.answer;
  }
  const now = { at: Date.now(), answer: check(authorization).catch(() => [503, "unavailable"]) };
  // A stranger's keys push out nobody else's.
  const keep = (some) => {
    some.delete(authorization);
    some.set(authorization, now);
    if (some.size > 1000 && defect !== "keeps-everything") {
      some.delete(some.keys().next().value);
    }
  };
  if (defect !== "asks-for-each") {
    keep(kept[0]);
  }
  const [status] = await now.answer;
  kept[0].delete(authorization);
  if (status !== 503 || defect === "keeps-failures") {
    keep(kept[status === 200 ? 0 : 1]);
    return now.answer;
  }
  const isUsable = known && Date.now() < known.at + freshFor + staleFor && (await known.answer)[0] === 200;
  return isUsable ? known.answer : now.answer;
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
  const [status, value] = await checkOrKnow(authorization).catch(() => [503, "unavailable"]);
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
