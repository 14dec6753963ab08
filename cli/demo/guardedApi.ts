import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How the demo's own API is protected. */
export interface GuardedApiOptions {
  /** Where Tesseral is. */
  tesseralUrl: string;
  /** The key with which this API asks Tesseral: `TESSERAL_BACKEND_API_KEY` of a real backend. */
  backendApiKey: string;
}

/** A running API. */
export interface GuardedApi {
  url: string;
  close(): void;
}

/**
 * Starts the smallest backend that is protected by managed API keys: `GET /` with `Authorization: Bearer <token>` answers who
 * is calling. It asks Tesseral about every request and trusts an answer only if it names the key, since Tesseral answers
 * some made-up tokens with an empty 200.
 */
export async function startGuardedApi(options: GuardedApiOptions): Promise<GuardedApi> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      // Fails closed: when Tesseral cannot be asked, nobody gets in.
      response.writeHead(503, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { tesseralUrl, backendApiKey }: GuardedApiOptions,
): Promise<void> {
  const secretToken = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const caller = secretToken === undefined ? undefined : await authenticate(tesseralUrl, backendApiKey, secretToken);
  response.writeHead(caller ? 200 : 401, {
    "content-type": "application/json",
    ...(caller ? {} : { "www-authenticate": "Bearer" }),
  });
  response.end(JSON.stringify(caller ?? { error: "no valid API key" }));
}

/** Who a token belongs to; `undefined` when Tesseral does not accept it. Throws when Tesseral gives no clear answer. */
async function authenticate(tesseralUrl: string, backendApiKey: string, secretToken: string) {
  const response = await fetch(`${tesseralUrl}/v1/api-keys/authenticate`, {
    method: "POST",
    headers: { authorization: `Bearer ${backendApiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ secretToken }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (response.status === 400 || response.status === 403) {
    return undefined;
  }
  if (response.status !== 200) {
    throw new Error(`Tesseral answered ${response.status}`);
  }
  const answer: { apiKeyId?: string; organizationId?: string; actions?: string[] } = JSON.parse(text || "{}");
  return answer.apiKeyId === undefined ? undefined : answer;
}
