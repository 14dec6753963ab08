// Proves what an answer of a backend is taken for, and what the answers to all keys mean together. Real backends answer in test/examples.
import { describe, expect, it } from "vitest";
import { terminalVerification } from "../../report/render/verification";
import {
  judge,
  type KeyVerification,
  resultOf,
  summed,
  type TokenCheck,
  type Verification,
} from "../../report/verification";

describe("an answer to a token that must be accepted", () => {
  it.each([
    [200, "right", undefined],
    [401, "refused", "401: the backend takes it for no valid key"],
    [403, "refused", /^403: the backend knows the key, and refuses what was asked/],
    [204, "unknown", "204: neither a refusal nor what --expect says; name it with --expect if it means accepted"],
    [302, "unknown", /^302: a redirect, which was not followed/],
    [404, "unknown", /^404: nothing is at this path/],
    [405, "unknown", /^405: this path does not answer GET/],
    [429, "unknown", /lower --rate$/],
    [502, "unknown", /^502: the backend does not start, or failed/],
    [503, "unknown", /^503: the backend cannot ask Tesseral: its own TESSERAL_BACKEND_API_KEY is wrong, or Tesseral/],
  ])("is judged by its status: %d", (status, result, meaning) => {
    const verdict = judge({ status }, "be accepted", [200]);
    expect(verdict.result).toBe(result);
    if (meaning === undefined) {
      expect(verdict).not.toHaveProperty("meaning");
    } else {
      expect(verdict.meaning).toMatch(meaning);
    }
  });

  it("is accepted by each status that is expected", () => {
    expect(judge({ status: 204 }, "be accepted", [200, 204])).toEqual({ result: "right" });
    expect(judge({ status: 403 }, "be accepted", [200, 403])).toEqual({ result: "right" });
  });

  it("is not a refusal of the key where AWS refuses everybody", () => {
    expect(judge({ status: 403, isEntry: true }, "be accepted", [200])).toEqual({
      result: "unknown",
      meaning: "403 from AWS itself: the function URL lets nobody in, and the backend was not asked",
    });
    expect(judge({ status: 403, isEntry: true }, "be refused", [200]).result).toBe("unknown");
  });
});

it.each([
  [401, "right"],
  [403, "right"],
  [200, "let in"],
  [404, "unknown"],
  [503, "unknown"],
])("judges the answer %d to a token that must be refused", (status, result) => {
  expect(judge({ status }, "be refused", [200]).result).toBe(result);
});

it("knows nothing where there is no answer", () => {
  expect(judge({ failure: "nothing listens at a:1" }, "be refused", [200])).toEqual({
    result: "unknown",
    meaning: "nothing listens at a:1",
  });
});

function check(token: TokenCheck["token"], status: number, milliseconds = 10): TokenCheck {
  const should = token === "current" ? "be accepted" : "be refused";
  return { token, should, status, milliseconds, ...judge({ status }, should, [200]) };
}

function key(name: string, ...checks: TokenCheck[]): KeyVerification {
  const [customer = "", of = ""] = name.split("/");
  return { customer, displayName: customer, key: of, should: "work", result: resultOf(checks), checks };
}

const strangers = [check("none", 401), check("garbage", 401)];

it("sums up", () => {
  const skipped: KeyVerification = { ...key("acme/old"), result: "skipped", note: "its token is not known" };
  const keys = [
    key("acme/ci", check("current", 200, 10), check("altered", 401)),
    key("acme/live", check("current", 200, 30), check("altered", 200)),
    key("globex/live", check("current", 401), check("altered", 401)),
    key("initech/live", check("current", 503), check("altered", 401)),
    skipped,
  ];
  expect(summed(keys, [check("none", 200), check("garbage", 401)])).toEqual({
    totals: { keys: 4, customers: 3, right: 1, refused: 1, letIn: 2, unknown: 1, skipped: 1 },
    remarks: ["The backend lets in a call without a key: nothing at this path asks for a key."],
    latency: { median: 30, p95: 30, longest: 30 },
  });
});

it.each([
  [401, /^Every key that should work is refused, so the backend's own key is at fault/],
  [403, /^Every key is refused with 403: --path asks for what no key may do/],
  [503, /^No answer says anything about a customer's key/],
])("tells the backend's own fault from that of one customer: %d to everybody", (status, remark) => {
  const all = [key("acme/ci", check("current", status)), key("globex/ci", check("current", status))];
  expect(summed(all, strangers).remarks).toEqual([expect.stringMatching(remark)]);
  const one = [key("acme/ci", check("current", status)), key("globex/ci", check("current", 200))];
  expect(summed(one, strangers).remarks).toEqual([]);
});

const verification = (keys: KeyVerification[]): Verification => ({
  ...{ version: 1, stack: "prod", url: "https://api.example.com/whoami", time: "2026-11-27T00:00:00Z" },
  ...summed(keys, strangers),
  ...{ strangers, keys },
});

it("is a table in a terminal, what is wrong below it", () => {
  const suspended: KeyVerification = {
    ...key("hooli/live"),
    ...{ should: "be refused", because: "the customer's API access is suspended", result: "let in" },
    checks: [{ ...check("altered", 200), token: "current" }],
  };
  const keys = [
    key("acme/ci", check("current", 200, 12.4), check("altered", 401, 3)),
    { ...key("globex/live", check("current", 401), check("altered", 401)), note: "Tesseral refuses this token, too" },
    suspended,
    { ...key("initech/old"), result: "skipped" as const, note: "its token is not known" },
  ];
  expect(terminalVerification(verification(keys))).toBe(`The keys of stack prod at https://api.example.com/whoami

  key          should      current    previous  altered
  acme/ci      work        200 12 ms  -         401 3 ms
  globex/live  work        401 10 ms  -         401 10 ms  REFUSED
  hooli/live   be refused  200 10 ms  -         -          LET IN

globex/live is refused: 401: the backend takes it for no valid key; Tesseral refuses this token, too
hooli/live is let in, although the customer's API access is suspended: 200: it is let in, and should be refused
initech/old was skipped: its token is not known

1 of 3 keys of 3 customers does what it should · 1 refused · 1 let in · 1 skipped · strangers are refused · 12 ms median, 12 ms p95, 12 ms longest
`);
});

it("names what is wrong and a hundred others of many", () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    key(`c${index}/ci`, check("current", index === 250 ? 401 : 200)),
  );
  const shown = terminalVerification(verification(many));
  expect(shown.match(/^ {2}c\d+\/ci/gm)).toHaveLength(101);
  expect(shown).toContain("  c250/ci");
  expect(shown).toContain("  … and 199 more that do what they should; --json names them\n");
});

it("names keys that were skipped for one reason together, and of many the first", () => {
  const skipped = Array.from({ length: 12 }, (_, index) => ({
    ...key(`c${index}/live`),
    ...{ result: "skipped" as const, note: "not tried" },
  }));
  const text = terminalVerification(verification(skipped));
  expect(text.match(/: not tried/g)).toHaveLength(1);
  expect(text).toContain("\nc0/live, c1/live, ");
  expect(text).toContain("c9/live and 2 more were skipped, each for this reason: not tried\n");
});

it("says what is wrong with many keys in one line, and of one key once", () => {
  const wrong = [
    ...Array.from({ length: 12 }, (_, index) => key(`c${index}/ci`, check("current", 500), check("altered", 500))),
    key("c12/ci", check("current", 401), check("altered", 200)),
  ];
  const text = terminalVerification(verification(wrong));
  expect(text).toContain("c8/ci, c9/ci and 2 more are unknown: 500: the backend fails by itself\n");
  expect(text).toContain(
    "c12/ci is let in: 401: the backend takes it for no valid key; the altered token: 200: it is let in, and should be refused\n",
  );
});

it("has no table without a row, and no sum of nothing", () => {
  const text = terminalVerification(verification([{ ...key("acme/old"), result: "skipped", note: "not known" }]));
  expect(text).toBe(`The keys of stack prod at https://api.example.com/whoami

  no key was tried

acme/old was skipped: not known

nothing was verified · 1 skipped · strangers are refused
`);
});

it.each([
  [[401], "0 of 1 key of 1 customer does what it should"],
  [[401, 401], "0 of 2 keys of 2 customers do what they should"],
  [[200, 401], "1 of 2 keys of 2 customers does what it should"],
])("counts keys that are answered %j", (statuses, sum) => {
  const keys = statuses.map((status, index) => key(`c${index}/ci`, check("current", status)));
  expect(terminalVerification(verification(keys))).toContain(`\n${sum} · `);
});
