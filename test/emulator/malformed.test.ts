// Proves that no malformed request makes the emulator crash, hang, confess a mistake of its own or give a 500 that Tesseral does not
// give. A fixed part runs here; MALFORMED_REQUESTS=10000 runs so many. It does not prove each answer's text: the recordings do.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { send } from "./exchange";
import { type Finding, sendMalformed } from "./malformedRequests";

const count = Number(process.env.MALFORMED_REQUESTS ?? 400);
const seed = Number(process.env.MALFORMED_SEED ?? 20_260_101);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

/** The statuses that Tesseral, or Go's HTTP server before it, gives to such requests. */
const statuses = [200, 307, 400, 401, 403, 404, 405, 413, 415, 417, 431, 500];

/** What is wrong with an answer; undefined if the real server could give it. */
function fault({ request, answer }: Finding): string | undefined {
  const [, status = ""] = /^HTTP\/1\.1 (?:100 Continue\r\n\r\nHTTP\/1\.1 )?(\d+) /.exec(answer) ?? [];
  if (!statuses.includes(Number(status))) {
    return `answered ${answer.slice(0, 80)}`;
  }
  if (status !== "500") {
    return undefined;
  }
  const [, text = ""] = answer.split("\r\n\r\n").slice(-2);
  // Requests of the wrong shape have code 2. Code 13 is for NUL characters, invites, domains and time limits.
  const known =
    /"code":2,/.test(text) || /\\0|%00|\\u0000|user-invites|\/domains|tenant-ids|X-Server-Timeout/.test(request);
  const own = !/^\{"code":(?:2|13),"message":/.test(text) && !/Content-Encoding: gzip/.test(answer);
  return own || !(known || /Content-Encoding: gzip/.test(answer)) ? `answered 500 ${text.slice(0, 300)}` : undefined;
}

it(`answers ${count} malformed requests as the real server could, and serves on`, { timeout: 600_000 }, async () => {
  const findings = await sendMalformed(emulator, seed, count);
  expect(findings.length).toBeGreaterThan(count / 2);
  const wrong = findings.flatMap((finding) => {
    const problem = fault(finding);
    return problem === undefined ? [] : [`${problem}\n${finding.request.slice(0, 2000)}`];
  });
  expect(wrong.slice(0, 5)).toEqual([]);
  expect((await send(emulator, "GET", "/v1/project")).status).toBe(200);
});
