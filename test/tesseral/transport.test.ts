// Proves what is sent, and what is made of every kind of answer or silence, with a fetch and a clock of the test's own. Says
// nothing of the routes of the API, nor of what is sent again.
import { describe, expect, it } from "vitest";
import { outcomeUnknown, worthRepeating } from "../../tesseral";
import { Transport } from "../../tesseral/transport";
import {
  type Answer,
  backendApiKey,
  failureOf,
  good,
  networkError,
  read,
  status,
  tesseralError,
  text,
  transportWith,
} from "./answers";

describe("a request", () => {
  it("carries the key and the time in which the server may answer, and nothing that it need not", async () => {
    const { transport, sent } = transportWith([good], { requestTimeout: 4, apiUrl: "https://tesseral.test/api//" });
    await transport.attempt(read, 1);
    expect(sent[0]?.url).toBe("https://tesseral.test/api/v1/thing");
    expect(sent[0]?.init).toMatchObject({ method: "GET", redirect: "manual" });
    expect(sent[0]?.init.headers).toEqual({ authorization: `Bearer ${backendApiKey}`, "x-server-timeout": "3.600" });
    expect(sent[0]?.init).not.toHaveProperty("body");
  });

  it("carries a body as JSON", async () => {
    const { transport, sent } = transportWith([good]);
    await transport.attempt({ ...read, method: "POST", body: { displayName: "Acme" } }, 1);
    expect(sent[0]?.init.body).toBe('{"displayName":"Acme"}');
    expect(sent[0]?.init.headers).toMatchObject({ "content-type": "application/json" });
  });

  it("goes to api.tesseral.com unless another address is set", () => {
    expect(new Transport({ backendApiKey }).apiUrl).toBe("https://api.tesseral.com");
  });
});

describe("what comes of a request", () => {
  interface Row {
    answer: () => Answer;
    message: string;
    /** Whether the server may have done its work. */
    unknown: boolean;
    /** Whether the same request may succeed later. */
    repeat: boolean;
  }

  const rows: Record<string, Row> = {
    "an error of Tesseral's": {
      answer: tesseralError(403, {
        code: 7,
        message: "permission_denied",
        description: "log in with google is not enabled for this project",
      }),
      message: "failed with 403 permission_denied: log in with google is not enabled for this project",
      unknown: false,
      repeat: false,
    },
    "a missing object": {
      answer: tesseralError(404, { code: 5, message: "not_found", description: "organization not found" }),
      message: "failed with 404 not_found: organization not found",
      unknown: false,
      repeat: false,
    },
    "a refusal of the request's shape, which is a 500 of code 2": {
      answer: tesseralError(500, { code: 2, message: "proto: (line 1:2): unknown field" }),
      message: "failed with 500 proto: (line 1:2): unknown field",
      unknown: false,
      repeat: false,
    },
    "an internal error": {
      answer: tesseralError(500, { code: 13, message: "internal server error" }),
      message: "failed with 500 internal server error",
      unknown: true,
      repeat: true,
    },
    "a proxy's 502": {
      answer: text("<h1>Bad Gateway</h1>", "text/html", 502),
      message: "failed with 502",
      unknown: true,
      repeat: true,
    },
    "a 429": { answer: status(429), message: "failed with 429", unknown: false, repeat: true },
    "a route that is not there": {
      answer: text("Not Found", "text/plain; charset=utf-8", 404),
      message: "failed with 404 an answer that is not JSON (text/plain; charset=utf-8)",
      unknown: false,
      repeat: false,
    },
    "an empty 200": {
      answer: text("", "application/json"),
      message: "got no usable answer: 200 with an empty body, which is what a crashed server sends",
      unknown: true,
      repeat: true,
    },
    "a web page": {
      answer: text("<p>Log in</p>", "text/html; charset=utf-8"),
      message: "got no usable answer: 200 with a body that is not a JSON object (text/html; charset=utf-8)",
      unknown: true,
      repeat: true,
    },
    "JSON that stops in the middle": {
      answer: text('{"name":', "application/json"),
      message: "got no usable answer: 200 with a body that is not a JSON object (application/json)",
      unknown: true,
      repeat: true,
    },
    "a list in the place of an object": {
      answer: text("[]", "application/json"),
      message: "got no usable answer: 200 with a body that is not a JSON object (application/json)",
      unknown: true,
      repeat: true,
    },
    "an object of another kind": {
      answer: text('{"title":"it"}', "application/json"),
      message: "got no usable answer: 200 without the object that this route returns",
      unknown: true,
      repeat: true,
    },
    "a redirection": {
      answer: status(307, { Location: "https://elsewhere.test" }),
      message: "got no usable answer: 307, a redirection",
      unknown: true,
      repeat: true,
    },
    "a refused connection": {
      answer: networkError("ECONNREFUSED"),
      message: "got no usable answer: ECONNREFUSED: https://tesseral.test cannot be reached",
      unknown: false,
      repeat: true,
    },
    "a connection refused at each of several addresses": {
      answer: () => {
        const each = ["::1", "127.0.0.1"].map((host) => Object.assign(new Error(host), { code: "ECONNREFUSED" }));
        return new TypeError("fetch failed", { cause: new AggregateError(each) });
      },
      message: "got no usable answer: ECONNREFUSED: https://tesseral.test cannot be reached",
      unknown: false,
      repeat: true,
    },
    "a name that does not resolve": {
      answer: networkError("ENOTFOUND"),
      message: "got no usable answer: ENOTFOUND: https://tesseral.test cannot be reached",
      unknown: false,
      repeat: true,
    },
    "a certificate that is not trusted": {
      answer: networkError("DEPTH_ZERO_SELF_SIGNED_CERT"),
      message: "got no usable answer: DEPTH_ZERO_SELF_SIGNED_CERT: https://tesseral.test cannot be reached",
      unknown: false,
      repeat: true,
    },
    "a port that fetch refuses": {
      answer: () => new TypeError("fetch failed", { cause: new Error("bad port") }),
      message: "got no usable answer: bad port: https://tesseral.test cannot be reached",
      unknown: false,
      repeat: true,
    },
    "a reset connection": {
      answer: networkError("ECONNRESET"),
      message: "got no usable answer: the connection was lost (ECONNRESET)",
      unknown: true,
      repeat: true,
    },
    "a failure without a code": {
      answer: () => new TypeError("terminated"),
      message: "got no usable answer: the connection was lost (terminated)",
      unknown: true,
      repeat: true,
    },
  };

  it.each(Object.entries(rows))(
    "that meets %s is said plainly, and judged",
    async (_, { answer, message, unknown, repeat }) => {
      const { transport } = transportWith([answer]);
      const error = await failureOf(transport.attempt(read, 1));
      expect(error.message).toBe(`Tesseral: GET /v1/thing ${message}`);
      expect(outcomeUnknown(error)).toBe(unknown);
      expect(worthRepeating(error)).toBe(repeat);
    },
  );

  it("that is not answered in time is given up", async () => {
    const never = (init: RequestInit) =>
      new Promise<Response>((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    const { transport } = transportWith([() => never], { requestTimeout: 0.02 });
    const error = await failureOf(transport.attempt(read, 1));
    expect(error.message).toBe("Tesseral: GET /v1/thing got no usable answer: none within 0.02 s");
    expect(outcomeUnknown(error)).toBe(true);
  });

  it("never tells what was sent, nor with which key", async () => {
    const { transport } = transportWith([networkError("ECONNRESET")]);
    const body = { apiKey: { displayName: "private" } };
    const error = await failureOf(transport.attempt({ ...read, method: "POST", body }, 1));
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toMatch(/private|tesseral_secret_key_/);
  });
});
