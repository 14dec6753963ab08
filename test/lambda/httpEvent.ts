/** A request as a function URL or an HTTP API gives it to a function. */
export interface HttpRequest {
  /** @default "GET" */
  method?: string;
  /** Path with its query, `/whoami?verbose=1`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What the function answered, decoded. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The event of payload format 2.0: header names in lower case, the values as sent. */
export function httpEvent({ method = "GET", path, headers = {}, body }: HttpRequest): unknown {
  const [rawPath = "/", rawQueryString = ""] = path.split("?", 2);
  const host = "function.lambda-url.us-east-1.on.aws";
  const sent = Object.entries({ host, ...headers }).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(sent),
    requestContext: {
      accountId: "anonymous",
      apiId: "function",
      domainName: host,
      domainPrefix: "function",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: "00000000-0000-0000-0000-000000000000",
      routeKey: "$default",
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 1_767_225_600_000,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: false,
  };
}

/** Reads the answer of payload format 2.0. @throws Error when it has no `statusCode`: that is no HTTP answer. */
export function httpAnswer(answer: unknown): HttpAnswer {
  const given = answer as {
    statusCode?: number;
    headers?: Record<string, string>;
    body?: string;
    isBase64Encoded?: boolean;
  };
  if (typeof given?.statusCode !== "number") {
    throw new Error(`no HTTP answer: ${JSON.stringify(answer)}`);
  }
  const body = given.body ?? "";
  return {
    status: given.statusCode,
    headers: given.headers ?? {},
    body: given.isBase64Encoded ? Buffer.from(body, "base64").toString() : body,
  };
}
