/** The form of a managed API key. Anything else is refused without asking Tesseral. */
const secretTokenForm = /^[a-z0-9_]{1,512}$/;

/**
 * Express middleware that lets a request pass only with a managed API key that Tesseral accepts.
 * `requireApiKey` sets `req.apiKey` to `{ organizationId, apiKeyId, actions }`;
 * `requireAction(action)` goes after it and asks for one of the key's actions.
 * Answers 401 for the caller's faults, 403 for a missing action, 503 when Tesseral gives no usable answer.
 * With a `cache` (see apiKeyCache.js) Tesseral is not asked each time.
 */
export function createApiKeyAuth({ backendApiKey, apiUrl, cache }) {
  if (!backendApiKey) {
    throw new Error("TESSERAL_BACKEND_API_KEY is not set");
  }
  const url = `${apiUrl || "https://api.tesseral.com"}/v1/api-keys/authenticate`;

  /** Resolves to the key's data, or to null when the key is not good. Throws when that cannot be known. */
  async function authenticate(secretToken) {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${backendApiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ secretToken }),
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

  async function ask(secretToken) {
    try {
      return await authenticate(secretToken);
    } catch (error) {
      console.error(`API keys cannot be checked: ${reason(error)}`);
      throw error;
    }
  }

  async function requireApiKey(req, res, next) {
    const header = req.headers.authorization ?? "";
    const secretToken = header.startsWith("Bearer ") ? header.slice("Bearer ".length) : "";
    let apiKey = null;
    try {
      if (secretTokenForm.test(secretToken)) {
        apiKey = await (cache ? cache.answer(secretToken, ask) : ask(secretToken));
      }
    } catch {
      res.status(503).json({ error: "unavailable" });
      return;
    }
    if (!apiKey) {
      res.status(401).set("WWW-Authenticate", "Bearer").json({ error: "unauthorized" });
      return;
    }
    req.apiKey = apiKey;
    next();
  }

  const requireAction = (action) => (req, res, next) => {
    if (req.apiKey.actions.includes(action)) {
      next();
    } else {
      res.status(403).json({ error: "forbidden" });
    }
  };

  return { requireApiKey, requireAction };
}

const isText = (value) => typeof value === "string" && value !== "";
const isListOfText = (value) => Array.isArray(value) && value.every(isText);

/** The JSON object in a text, `{}` for any other text: proxies answer with HTML, a failed server with nothing. */
function parseObject(text) {
  try {
    return new Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const describe = ({ message, details }) => details?.[0]?.description || message || "and nothing that can be used";

/** What went wrong, without the text of network errors: that can quote a header, and headers hold the key. */
function reason(error) {
  if (error instanceof TypeError) {
    return error.cause?.code ?? "the request could not be sent";
  }
  return error.name === "Error" ? error.message : error.name;
}
