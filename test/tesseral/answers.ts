// A transport whose requests are answered by the test, and the answers that it may give.
import type { TesseralError } from "../../tesseral";
import { type Call, Transport, type TransportOptions } from "../../tesseral/transport";
import { VirtualTime } from "./virtualTime";

export const backendApiKey = "tesseral_secret_key_1234567890123456789012345";

interface Sent {
  url: string;
  init: RequestInit;
  /** Milliseconds since 1970. */
  at: number;
}

export type Answer = Response | Error | ((init: RequestInit) => Promise<Response>);

/** A transport whose requests are answered from a list; the last answer is given again and again. */
export function transportWith(answers: (() => Answer)[], options: Partial<TransportOptions> = {}) {
  const time = new VirtualTime();
  const sent: Sent[] = [];
  const fakeFetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const answer = answers[Math.min(sent.length, answers.length - 1)]?.();
    sent.push({ url: String(url), init, at: time.now() });
    if (answer === undefined) {
      throw new Error("the test gave no answers");
    }
    if (answer instanceof Error) {
      throw answer;
    }
    return answer instanceof Response ? answer : answer(init);
  };
  const transport = new Transport({
    backendApiKey,
    apiUrl: "https://tesseral.test",
    fetch: fakeFetch,
    timing: time,
    ...options,
  });
  return { time, sent, transport };
}

export const read: Call<{ name: string }> = {
  method: "GET",
  path: "/v1/thing",
  repeat: "repeatable",
  read: ({ name }) => (typeof name === "string" ? { name } : undefined),
};

export const good = () => Response.json({ name: "it" });
export const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response("", { status: code, headers });
export const text =
  (body: string, contentType: string, code = 200) =>
  () =>
    new Response(body, { status: code, headers: { "Content-Type": contentType } });

/** What `fetch` throws: a TypeError that says nothing, caused by what happened. */
export const networkError = (code: string) => () => {
  const cause = Object.assign(new Error(`connect ${code}`), { code });
  return new TypeError("fetch failed", { cause });
};

export const tesseralError = (code: number, body: { code: number; message: string; description?: string }) => () =>
  Response.json(
    {
      code: body.code,
      message: body.message,
      details: body.description
        ? [
            {
              "@type": "type.googleapis.com/tesseral.common.v1.ErrorDetail",
              description: body.description,
              docsLink: "",
            },
          ]
        : [],
    },
    { status: code },
  );

export async function failureOf(work: Promise<unknown>): Promise<TesseralError> {
  return work.then(
    () => {
      throw new Error("it succeeded");
    },
    (error: TesseralError) => error,
  );
}
