/** The result of `pulumi-tesseral verify` for a terminal: a line for each key, and what is wrong at the end, where people look first. */
import { count, list } from "../inWords";
import { readable } from "../readable";
import { type KeyVerification, strangerNames, type TokenCheck, type Verification } from "../verification";
import { columns } from "./columns";

/** How many keys are listed that are as they should be. */
const mostRight = 100;
/** How many keys of which the same is said are named. */
const mostNamed = 10;

export function terminalVerification(verification: Verification): string {
  const { stack, url, keys, strangers, remarks } = readable(verification);
  const right = keys.filter(({ result }) => result === "right");
  const skipped = keys.filter(({ result }) => result === "skipped");
  const wrong = keys.filter(({ result }) => result !== "right" && result !== "skipped");
  const shown = new Set([...right.slice(0, mostRight), ...wrong]);
  const left = right.length - mostRight;
  const lines = [
    `The keys of stack ${stack} at ${url}`,
    "",
    ...table(keys.filter((key) => shown.has(key))),
    ...(left > 0 ? [`  … and ${left} more that do what they should; --json names them`] : []),
    ...details(wrong, skipped, strangers),
    ...remarks.flatMap((remark) => ["", remark]),
    "",
    footer(verification),
  ];
  return `${lines.join("\n")}\n`;
}

function table(keys: readonly KeyVerification[]): string[] {
  const rows = keys.map((key) => [
    `${key.customer}/${key.key}`,
    key.should,
    ...(["current", "previous", "altered"] as const).map((token) => cell(key.checks, token)),
    key.result === "right" ? "" : key.result.toUpperCase(),
  ]);
  return rows.length === 0
    ? ["  no key was tried"]
    : columns([["key", "should", "current", "previous", "altered", ""], ...rows]);
}

function cell(checks: readonly TokenCheck[], token: TokenCheck["token"]): string {
  const check = checks.find((one) => one.token === token);
  return check === undefined ? "-" : `${check.status ?? "no answer"} ${Math.round(check.milliseconds)} ms`;
}

/** What is wrong, with the reasons. */
function details(
  wrong: readonly KeyVerification[],
  skipped: readonly KeyVerification[],
  strangers: readonly TokenCheck[],
): string[] {
  const rows = [
    ...strangers
      .filter(({ result }) => result !== "right")
      .map(({ token, meaning = "" }) => `${strangerNames[token]}: ${meaning}`),
    ...reasons(wrong),
    ...[...new Set(skipped.map(({ note }) => note))].map((note) =>
      skipping(skipped.filter((one) => one.note === note)),
    ),
  ];
  return rows.length === 0 ? [] : ["", ...rows];
}

/** Keys that were skipped for one reason. */
function skipping(keys: readonly KeyVerification[]): string {
  // A reason is said of one key.
  return `${named(keys)} ${keys.length === 1 ? "was skipped" : "were skipped, each for this reason"}: ${keys[0]?.note ?? ""}`;
}

function named(keys: readonly KeyVerification[]): string {
  const names = keys.slice(0, mostNamed).map(({ customer, key }) => `${customer}/${key}`);
  const left = keys.length - names.length;
  return left > 0 ? `${names.join(", ")} and ${left} more` : list(names);
}

/** A line for each thing that is wrong; the table has every key. */
function reasons(wrong: readonly KeyVerification[]): string[] {
  const byReason = new Map<string, KeyVerification[]>();
  for (const key of wrong) {
    const same = byReason.get(reason(key)) ?? [];
    same.push(key);
    byReason.set(reason(key), same);
  }
  return [...byReason].map(([text, keys]) => `${named(keys)} ${keys.length === 1 ? "is" : "are"} ${text}`);
}

function reason({ result: of, checks, note, because }: KeyVerification): string {
  const wrong = checks.filter((check) => check.result !== "right");
  const ofCurrent = wrong.find(({ token }) => token === "current")?.meaning;
  // What lets one token in or not need not be what lets in the other; a backend that fails does so for both.
  const said = wrong
    .filter(({ token, meaning, result }) => token === "current" || result !== "unknown" || meaning !== ofCurrent)
    .map(({ token, meaning = "" }) => `${token === "current" ? "" : `the ${token} token: `}${meaning}`);
  const why = [...said, ...(note === undefined ? [] : [note])].join("; ");
  const although = of === "let in" && because !== undefined ? `, although ${because}` : "";
  return `${of}${although}: ${why}`;
}

function footer({ totals, strangers, latency }: Verification): string {
  const { keys, customers, right, refused, letIn, unknown, skipped } = totals;
  const isOne = right === 1 || keys === 1;
  const parts = [
    keys === 0
      ? "nothing was verified"
      : `${right} of ${count(keys, "key")} of ${count(customers, "customer")} ${isOne ? "does what it" : "do what they"} should`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(letIn > 0 ? [`${letIn} let in`] : []),
    ...(unknown > 0 ? [`${unknown} unknown, by no fault of the key`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(strangers.every(({ result }) => result === "right") ? ["strangers are refused"] : []),
    ...(latency === undefined
      ? []
      : [
          `${Math.round(latency.median)} ms median, ${Math.round(latency.p95)} ms p95, ${Math.round(latency.longest)} ms longest`,
        ]),
  ];
  return parts.join(" · ");
}
