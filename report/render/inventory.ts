/** The picture of a tenant for a terminal and as Markdown. */
import stringWidth from "string-width";
import type { Finding, Inventory, InventoryCustomer, InventoryKey, TenantInventory } from "../inventory";
import { needsCare, nothingShown, tenantHeadline } from "../inventoryWords";
import { calledProject, count, shortTime } from "../inWords";
import { readable } from "../readable";
import { columns } from "./columns";
import { withShortTimes } from "./findings";
import { escaped, longestComment } from "./markdown";
import { eventSentence, inTime } from "./sentence";

const head = ["customer", "API access", "key", "state", "age", "generation", "rotated", "next"];
/** A longer label gets a line of its own. */
const widestLabel = 40;
/** How many events are listed. */
const listedEvents = 20;

export function terminalInventory(inventory: Inventory): string {
  const { tenants, time } = readable(inventory);
  return tenants.map((tenant) => `${terminalTenant(tenant, time).join("\n")}\n`).join("\n");
}

function terminalTenant(tenant: TenantInventory, time: string): string[] {
  const { customers, horizon } = tenant;
  const events = horizon.events.slice(0, listedEvents);
  const more = horizon.events.length - events.length;
  return [
    `${tenantHeadline(tenant)}        ${where(tenant)}`,
    ...(customers.length === 0 ? nothing(tenant) : ["", ...table(customers)]),
    ...(events.length === 0
      ? []
      : [
          "",
          `Until ${shortTime(horizon.until)} (${horizon.period})`,
          ...events.map((event) => `  ${shortTime(event.time)}  ${eventSentence(event)} ${inTime(event, time)}`),
          ...(more > 0 ? [`  … and ${more} more`] : []),
        ]),
  ];
}

function nothing(tenant: TenantInventory): string[] {
  const why = nothingShown(tenant);
  return why === undefined ? [] : ["", `  ${why}`];
}

/** A label that would make the first column too wide gets a line of its own. */
function table(customers: readonly InventoryCustomer[]): string[] {
  const isWide = (customer: InventoryCustomer) => stringWidth(labelOf(customer)) > widestLabel;
  const all = customers.map((one) => ({ label: isWide(one) ? labelOf(one) : undefined, rows: rows(one) }));
  const [titles = "", ...lines] = columns([
    head,
    ...all.flatMap(({ label, rows: own }) => (label === undefined ? own : own.map(([, ...rest]) => ["", ...rest]))),
  ]);
  return [
    titles,
    ...all.flatMap(({ label, rows: own }) => [
      ...(label === undefined ? [] : [`  ${label}`]),
      ...lines.splice(0, own.length),
    ]),
  ];
}

function where({ stacks, project }: TenantInventory): string {
  return `${stacks.length === 1 ? "stack" : "stacks"} ${stacks.join(", ")}, Tesseral project ${calledProject(project)}`;
}

/** A line for each key, the customer's name before the first. */
function rows(customer: InventoryCustomer): string[][] {
  const label = labelOf(customer);
  const { keys, access, stack } = customer;
  if (keys.length === 0) {
    return [[label, access, "-", stack === undefined ? "no stack knows it" : "-", "", "", "", ""]];
  }
  return keys.map((key, index) => [index === 0 ? label : "", index === 0 ? access : "", ...cells(key)]);
}

function cells(key: InventoryKey): string[] {
  const { name, state, ageInDays, generation, rotated, tokenKnown, old } = key;
  return [
    name,
    `${state}${tokenKnown ? "" : ", token not known"}`,
    ageInDays === undefined ? "-" : `${count(ageInDays, "day")}${old === true ? ", too old" : ""}`,
    generation === undefined ? "-" : String(generation),
    rotated === undefined ? "-" : shortTime(rotated),
    nextOf(key),
  ];
}

/** What will happen to a key by itself. */
function nextOf({ expires, rotates, retires, state }: InventoryKey): string {
  return [
    ...(expires === undefined ? [] : [`${state === "expired" ? "ended" : "ends"} ${shortTime(expires)}`]),
    ...(rotates === undefined ? [] : [`rotates ${shortTime(rotates)}`]),
    ...(retires === undefined ? [] : [`older token until ${shortTime(retires)}`]),
  ].join(", ");
}

function labelOf({ displayName, name }: InventoryCustomer): string {
  return displayName === name || displayName === "" ? name : `${displayName} (${name})`;
}

/** Never longer than a comment may be: what needs attention comes first, and customers that do not fit are counted. */
export function markdownInventory(inventory: Inventory): string {
  const { tenants, time } = readable(inventory);
  const room = Math.floor(longestComment / Math.max(1, tenants.length)) - 1;
  return tenants.map((tenant) => markdownTenant(tenant, time, room)).join("\n");
}

function markdownTenant(tenant: TenantInventory, time: string, room: number): string {
  const { customers, findings, horizon, stacks } = tenant;
  const before = [
    `### Customers of ${stacks.length === 1 ? "stack" : "stacks"} ${escaped(stacks.join(", "))}`,
    `**${escaped(tenantHeadline(tenant))}**, as of ${shortTime(time)}`,
    ...findingLines(findings, room / 2),
    ...horizon.events
      .slice(0, listedEvents)
      .map((event) => `- ${shortTime(event.time)}: ${escaped(eventSentence(event))} ${inTime(event, time)}`),
  ].join("\n\n");
  const titles = `| ${head.join(" | ")} |\n|${" --- |".repeat(head.length)}`;
  const sorted = [...customers].sort((one, other) => careOf(other) - careOf(one));
  let size = Buffer.byteLength(before) + Buffer.byteLength(titles) + 200;
  const lines: string[] = [];
  for (const customer of sorted) {
    const text = rows(customer)
      .map((row) => `| ${row.map(escaped).join(" | ")} |`)
      .join("\n");
    size += Buffer.byteLength(text) + 1;
    if (size > room) {
      break;
    }
    lines.push(text);
  }
  const left = customers.length - lines.length;
  const nothingOf = nothingShown(tenant);
  const shown = nothingOf === undefined ? [titles, ...lines].join("\n") : escaped(nothingOf);
  return [before, shown, ...(left > 0 ? [`and ${left} more customers`] : []), ""].join("\n\n");
}

function careOf({ keys, stack }: InventoryCustomer): number {
  return stack === undefined || keys.some(needsCare) ? 1 : 0;
}

/** The findings with their ways out, or as many of them as fit into so many bytes. */
function findingLines(findings: readonly Finding[], room: number): string[] {
  let size = 0;
  const texts = findings
    .slice(0, 50)
    .map(({ kind, id, text, commands }) =>
      [
        `- ${kind}${id === undefined ? "" : ` ${escaped(id)}`}: ${escaped(withShortTimes(text))}`,
        ...commands.map(({ to, run }) => `  - to ${escaped(to)}: ${escaped(run)}`),
      ].join("\n"),
    );
  const shown = texts.filter((text) => {
    size += Buffer.byteLength(text) + 1;
    return size <= room;
  });
  const left = findings.length - shown.length;
  return shown.length === 0 ? [] : [[...shown, ...(left > 0 ? [`- and ${left} more`] : [])].join("\n")];
}
