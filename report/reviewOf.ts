import { customerChange } from "./changes/customer";
import { keysTurned, saysKeysTurned, withKeysTurned } from "./changes/keysTurned";
import { countsOf, listsAll } from "./counts";
import { customerState } from "./customerStates";
import { type CustomerSteps, groupByCustomer } from "./customerSteps";
import { levels } from "./effects";
import { horizonOf } from "./horizon";
import { count } from "./inWords";
import { otherChanges } from "./otherChanges";
import { netSteps } from "./preview/netSteps";
import { type Preview, type PreviewDiagnostic, partsOf } from "./preview/preview";
import type { CustomerChange, Message, StackReview } from "./review";
import { RoleBook } from "./roleBook";
import { workOf } from "./work";

export interface ReviewOptions {
  /** The stack's name where the preview does not tell it. */
  stack?: string;
  /** How far ahead to look, ISO 8601. */
  horizon: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** What a preview means for the customers of a stack. */
export function reviewOf(preview: Preview, { stack, horizon, now }: ReviewOptions): StackReview {
  const grouped = groupByCustomer(netSteps(preview));
  const roles = new RoleBook(grouped);
  const time = new Date(Math.floor(now / 1000) * 1000).toISOString().replace(".000Z", "Z");
  const customers = [...grouped.customers].sort((one, other) => (one.name < other.name ? -1 : 1));
  const turned = keysTurned(preview.diagnostics);
  const changed = customers.map((customer) => {
    const change = customerChange(customer, roles, time);
    return { customer, change: change && withKeysTurned(customer, change, turned) };
  });
  const changes = changed.flatMap(({ change }) => change ?? []).sort(byLevel);
  const ahead = horizonOf(customers, time, horizon);
  const period = { now, until: Date.parse(ahead.until) };
  const complete =
    preview.changeSummary !== undefined && !preview.diagnostics.some(({ severity }) => severity === "error");
  return {
    stack: preview.stack ?? stack ?? "",
    project: preview.project ?? "",
    time,
    complete,
    messages: messagesOf(preview.diagnostics, customers),
    totals: totalsOf(complete && listsAll(preview), customers, changes),
    changes,
    others: otherChanges(grouped.rest),
    raw: preview.notUnderstood,
    counts: countsOf(preview),
    work: workOf(customers, preview.config),
    horizon: ahead,
    customers: changed.map(({ customer, change }) => customerState(customer, change, roles, period)),
  };
}

function byLevel(one: CustomerChange, other: CustomerChange): number {
  return levels.indexOf(one.level) - levels.indexOf(other.level) || (one.name < other.name ? -1 : 1);
}

function totalsOf(
  knowsAll: boolean,
  customers: readonly CustomerSteps[],
  changes: readonly CustomerChange[],
): StackReview["totals"] {
  const levelled = (level: string) => changes.filter((one) => one.level === level).length;
  const all = knowsAll ? { customers: customers.length, staying: customers.length - changes.length } : {};
  return { ...all, changing: changes.length, noticing: levelled("notice"), rotating: levelled("rotation") };
}

const severities = ["error", "warning", "info"] as const;

/** Messages of the CLI about itself, and those of the program that repeat what the changes say. */
const saidElsewhere = [
  /^using pulumi-(language|resource)-\S+ from \$PATH at /,
  /: renamed from .+, which alone changes nothing in Tesseral\.$/,
  / is released: its organization, roles and keys stay in Tesseral\.$/,
];

/** What the engine says before the reason why it refuses one of these resources; the name is enough for who knows the customers. */
const engineWords = /^pulumi-nodejs:dynamic\/tesseral:\w+ resource '([^']+)' has a problem: /;

function isSaidElsewhere(text: string): boolean {
  return saysKeysTurned(text) || saidElsewhere.some((form) => form.test(text));
}

function messagesOf(diagnostics: readonly PreviewDiagnostic[], customers: readonly CustomerSteps[]): Message[] {
  const owners = new Map<string, string>();
  for (const { name, organization, roles, keys, others } of customers) {
    for (const step of [...(organization ? [organization] : []), ...roles, ...keys, ...others]) {
      owners.set(step.urn, name);
    }
  }
  const said = new Set<string>();
  return diagnostics
    .map(({ severity, message, urn }) => {
      const text = message
        .replace(/^(error|warning): /, "")
        .replace(engineWords, "$1: ")
        .trim();
      const customer = urn === undefined ? undefined : (owners.get(urn) ?? customerIn(urn));
      return { severity, text, ...(customer !== undefined && { customer }) };
    })
    .filter(({ text, severity }) => {
      const isNews =
        text !== "" && !(severity !== "error" && isSaidElsewhere(text)) && !said.has(`${severity} ${text}`);
      said.add(`${severity} ${text}`);
      return isNews;
    })
    .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
}

/** The customer whose resource a message is about, where the preview stopped before its step: by the name in the URN. */
function customerIn(urn: string): string | undefined {
  const { type, name } = partsOf(urn);
  return type.startsWith("pulumi-nodejs:dynamic/tesseral:Organization") ? name : undefined;
}

/** `3 of 300 customers change · 1 will notice · 297 stay as they are` */
export function headline({ totals, complete }: StackReview): string {
  const { changing, noticing, rotating, staying = 0 } = totals;
  const notices = noticing > 0 ? `${noticing} will notice` : "none will notice";
  return [
    // It ends at the first failure, in no certain order.
    ...(complete ? [] : [`the preview failed${changing > 0 ? ", and what follows is incomplete" : ""}`]),
    ...(complete || changing > 0 ? [changingWords(totals)] : []),
    ...(changing > 0 ? [notices] : []),
    ...(rotating > 0 ? [`${rotating} with a rotation`] : []),
    ...(staying > 0 && changing > 0 ? [staying === 1 ? "1 stays as it is" : `${staying} stay as they are`] : []),
  ].join(" · ");
}

function changingWords({ customers, changing }: StackReview["totals"]): string {
  const verb = changing > 1 ? "change" : "changes";
  if (customers === undefined) {
    return changing === 0 ? "no customer changes" : `${count(changing, "customer")} ${verb}`;
  }
  return customers === 0
    ? "no customers"
    : `${changing === 0 ? "none" : changing} of ${count(customers, "customer")} ${verb}`;
}
