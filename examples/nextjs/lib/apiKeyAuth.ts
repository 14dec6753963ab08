import { ApiKeyCache } from "./apiKeyCache";

/** What Tesseral says of a good managed API key. */
export interface ApiKey {
  organizationId: string;
  apiKeyId: string;
  actions: readonly string[];
}

type Handler = (request: Request, apiKey: ApiKey) => Response | Promise<Response>;

/** The form of a managed API key. Anything else is refused without asking Tesseral. */
const secretTokenForm = /^[a-z0-9_]{1,512}$/;

/**
 * A Route Handler that is called only with a managed API key that Tesseral accepts.
 * Answers 401 for the caller's faults, 403 when the key lacks `action`, 503 when Tesseral gives no usable answer.
 */
export function withApiKey(handler: Handler, { action }: { action?: string } = {}) {
  return async (request: Request): Promise<Response> => {
    const header = request.headers.get("authorization") ?? "";
    const secretToken = header.startsWith("Bearer ") ? header.slice("Bearer ".length) : "";
    let apiKey: ApiKey | null = null;
    try {
      if (secretTokenForm.test(secretToken)) {
        apiKey = await apiKeyCache().answer(secretToken, ask); // without a cache: await ask(secretToken)
      }
    } catch {
      return Response.json({ error: "unavailable" }, { status: 503 });
    }
    if (!apiKey) {
      return Response.json({ error: "unauthorized" }, { status: 401, headers: { "WWW-Authenticate": "Bearer" } });
    }
    if (action !== undefined && !apiKey.actions.includes(action)) {
      return Response.json({ error: "forbidden" }, { status: 403 });
    }
    return handler(request, apiKey);
  };
}

async function ask(secretToken: string): Promise<ApiKey | null> {
  try {
    return await authenticate(secretToken);
  } catch (error) {
    console.error(`API keys cannot be checked: ${reason(error)}`);
    throw error;
  }
}

/** Resolves to the key's data, or to null when the key is not good. Throws when that cannot be known. */
async function authenticate(secretToken: string): Promise<ApiKey | null> {
  // The environment is read here: at the top of the module it would be the environment of the build.
  const { TESSERAL_API_URL, TESSERAL_BACKEND_API_KEY } = process.env;
  const response = await fetch(`${TESSERAL_API_URL || "https://api.tesseral.com"}/v1/api-keys/authenticate`, {
    method: "POST",
    headers: { authorization: `Bearer ${TESSERAL_BACKEND_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ secretToken }),
    cache: "no-store", // Next.js would keep the answer for longer than apiKeyCache.ts
    redirect: "manual", // to follow one would send the keys to another host
    signal: AbortSignal.timeout(5000),
  });
  const body = parseObject(await response.text());
  const { organizationId, apiKeyId, actions = [] } = body;
  if (response.status === 200 && isText(organizationId) && isText(apiKeyId) && isListOfText(actions)) {
    return { organizationId, apiKeyId, actions };
  }
  const answer = `Tesseral answered ${response.status} ${describe(body)}`;
  if (response.status === 403) {
    console.error(`API key refused: ${answer}`);
    return null;
  }
  // Other 400s are about the backend API key: the operator's fault, not the caller's.
  if (response.status === 400 && body.message === "unauthenticated_api_key") {
    return null;
  }
  throw new Error(answer);
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isListOfText = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/** The JSON object in a text, `{}` for any other text: proxies answer with HTML, a failed server with nothing. */
function parseObject(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

function describe({ message, details }: Record<string, unknown>): string {
  const description = Array.isArray(details) && { ...details[0] }.description;
  return [description, message].find(isText) ?? "and nothing that can be used";
}

/** What went wrong, without the text of network errors: that can quote a header, and headers hold the key. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) {
    return "unknown";
  }
  if (error instanceof TypeError) {
    const code = error.cause instanceof Error && "code" in error.cause && error.cause.code;
    return isText(code) ? code : "the request could not be sent";
  }
  return error.name === "Error" ? error.message : error.name;
}

const key = Symbol.for("tesseral-example.apiKeyCache");
const shared = globalThis as typeof globalThis & { [key]?: ApiKeyCache<ApiKey> };

/** The cache of this process. It hangs on `globalThis`, since Next.js may load a module once for each route. */
export function apiKeyCache(): ApiKeyCache<ApiKey> {
  const { TESSERAL_CACHE_SECONDS, TESSERAL_STALE_SECONDS } = process.env;
  shared[key] ??= new ApiKeyCache<ApiKey>(TESSERAL_CACHE_SECONDS, TESSERAL_STALE_SECONDS);
  return shared[key];
}
