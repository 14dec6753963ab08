/** Whether a backend treats the keys of a stack as it should: what `pulumi-tesseral verify` shows. It holds no token. Published as verify.schema.json. */

/** The version of the model, raised when a member changes its meaning or is removed. */
export const verificationVersion = 1;

export interface Verification {
  version: typeof verificationVersion;
  /** Its name, or what those of parts begin with. */
  stack: string;
  /** Where the keys were sent, without the credentials that a URL may hold. */
  url: string;
  /** When the first call was made, RFC 3339. */
  time: string;
  totals: VerificationTotals;
  /** The answers to somebody without a customer's key; absent if the calls did not finish. */
  strangers: TokenCheck[];
  /** By customer and key. */
  keys: KeyVerification[];
  /** What the answers mean together, if anything. */
  remarks: string[];
  /** Milliseconds of the correctly answered calls with a working token; absent if there are none. */
  latency?: { median: number; p95: number; longest: number };
}

interface VerificationTotals {
  /** Keys that were checked. */
  keys: number;
  customers: number;
  /** Keys that do what they should. */
  right: number;
  /** Keys that should work and are refused. */
  refused: number;
  /** Keys and strangers that should be refused and are let in. */
  letIn: number;
  /** Keys about which nothing is known, since the backend itself fails. */
  unknown: number;
  skipped: number;
}

export interface KeyVerification {
  customer: string;
  /** The customer's display name. */
  displayName: string;
  key: string;
  /** What the key should do, by the stack. */
  should: "work" | "be refused";
  /** Why it should be refused: `the customer is suspended`. */
  because?: string;
  result: "right" | "refused" | "let in" | "unknown" | "skipped";
  /** Why it was skipped, or what Tesseral itself says of a token that is refused. */
  note?: string;
  checks: TokenCheck[];
}

export interface TokenCheck {
  /** `previous`: the token before the current one, during its overlap. `altered`: the current one with another last character. */
  token: "current" | "previous" | "altered" | "none" | "garbage";
  should: "be accepted" | "be refused";
  result: "right" | "refused" | "let in" | "unknown";
  /** Absent if there was no answer. */
  status?: number;
  /** What the answer means, if it is not as it should be. */
  meaning?: string;
  /** Milliseconds until the whole answer was there. */
  milliseconds: number;
}

/** What an answer of the backend says of a token. */
export interface Verdict {
  result: TokenCheck["result"];
  meaning?: string;
}

/** An answer, or why there is none. */
export type Answer = { status: number; isEntry?: boolean } | { failure: string };

/**
 * Judges an answer. 401 and 403 are about the token; any other unexpected status is about the backend, its own key, the way to
 * it, or of the path: the same answer would come to everybody.
 */
export function judge(answer: Answer, should: TokenCheck["should"], expected: readonly number[]): Verdict {
  if ("failure" in answer) {
    return { result: "unknown", meaning: answer.failure };
  }
  const { status, isEntry = false } = answer;
  if (expected.includes(status)) {
    return should === "be accepted"
      ? { result: "right" }
      : { result: "let in", meaning: `${status}: it is let in, and should be refused` };
  }
  const meaning = isEntry ? entryMeaning : meaningOf(status);
  if (isEntry || (status !== 401 && status !== 403)) {
    return { result: "unknown", meaning };
  }
  return should === "be refused" ? { result: "right" } : { result: "refused", meaning };
}

const entryMeaning = "403 from AWS itself: the function URL lets nobody in, and the backend was not asked";

const meanings: Record<number, string> = {
  401: "401: the backend takes it for no valid key",
  403: "403: the backend knows the key, and refuses what was asked; the key may lack the action that --path needs",
  404: "404: nothing is at this path; name one that asks for a key with --path",
  405: "405: this path does not answer GET; name another with --path",
  429: "429: the backend answers no more requests; lower --rate",
  500: "500: the backend fails by itself",
  502: "502: the backend does not start, or failed; its log says why",
  503: "503: the backend cannot ask Tesseral: its own TESSERAL_BACKEND_API_KEY is wrong, or Tesseral does not answer; its log says which",
  504: "504: the backend did not answer in time",
};

function meaningOf(status: number): string {
  return (
    meanings[status] ??
    (status >= 300 && status < 400
      ? `${status}: a redirect, which was not followed since the token would have gone with it`
      : status < 300
        ? `${status}: neither a refusal nor what --expect says; name it with --expect if it means accepted`
        : `${status}: neither what --expect says nor a refusal`)
  );
}

/** A key's result: the worst of its calls. */
export function resultOf(checks: readonly TokenCheck[]): KeyVerification["result"] {
  const order = ["let in", "refused", "unknown"] as const;
  return order.find((one) => checks.some(({ result }) => result === one)) ?? "right";
}

/** The numbers of keys, and what they mean together. */
export function summed(
  keys: readonly KeyVerification[],
  strangers: readonly TokenCheck[],
): Pick<Verification, "totals" | "remarks" | "latency"> {
  const of = (result: string) => keys.filter((one) => one.result === result).length;
  const checked = keys.filter(({ result }) => result !== "skipped");
  const latency = latencyOf(checked.flatMap(({ checks }) => checks));
  return {
    totals: {
      keys: checked.length,
      customers: new Set(checked.map(({ customer }) => customer)).size,
      right: of("right"),
      refused: of("refused"),
      letIn: of("let in") + strangers.filter(({ result }) => result === "let in").length,
      unknown: of("unknown"),
      skipped: of("skipped"),
    },
    remarks: remarksOf(checked, strangers),
    ...(latency !== undefined && { latency }),
  };
}

function remarksOf(checked: readonly KeyVerification[], strangers: readonly TokenCheck[]): string[] {
  const open = strangers.filter(({ result }) => result === "let in").map(({ token }) => strangerNames[token]);
  const working = checked.filter(({ should }) => should === "work");
  const isAll = (status: number) =>
    new Set(working.map(({ customer }) => customer)).size > 1 &&
    working.every(({ checks }) => checks.some((one) => one.token === "current" && one.status === status));
  return [
    ...(open.length > 0 ? [`The backend lets in ${open.join(" and ")}: nothing at this path asks for a key.`] : []),
    ...(isAll(401)
      ? [
          "Every key that should work is refused, so the backend's own key is at fault rather than all customers' keys. It may belong to another Tesseral project than this stack's.",
        ]
      : []),
    ...(isAll(403) ? ["Every key is refused with 403: --path asks for what no key may do."] : []),
    ...(working.length > 0 && working.every(({ result }) => result === "unknown")
      ? [
          "No answer says anything about a customer's key: the fault is in the backend, on the way to it, or in --path or --expect.",
        ]
      : []),
  ];
}

export const strangerNames: Record<string, string> = { none: "a call without a key", garbage: "a key that nobody has" };

function latencyOf(checks: readonly TokenCheck[]): Verification["latency"] {
  const times = checks
    .filter(({ should, result }) => should === "be accepted" && result === "right")
    .map(({ milliseconds }) => milliseconds)
    .sort((one, other) => one - other);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return times.length === 0 ? undefined : { median: at(0.5), p95: at(0.95), longest: times.at(-1) ?? 0 };
}
