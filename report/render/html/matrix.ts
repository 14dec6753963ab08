/** Customers by keys: the state of each after the update. */
import { shortTime } from "../../inWords";
import type { CustomerState, KeyState, StackReview } from "../../review";
import { escaped, searchable } from "./markup";

/** How many names of keys have a column of their own; the others share one. */
const mostColumns = 8;

/** The style of a state, beside its word. */
export const looks: Record<KeyState["state"] | "gone", string> = {
  works: "good",
  suspended: "off",
  rotating: "rotation",
  expiring: "notice",
  expired: "notice",
  revoked: "notice",
  ends: "notice",
  gone: "notice",
};

const changeWords: Record<KeyState["change"], string> = {
  new: "new",
  changed: "changes",
  removed: "is removed",
  none: "",
};

/** `where` tells the tables of several stacks apart. */
export function matrixSection({ customers, totals }: StackReview, id: string, where: string): string {
  if (customers.length === 0) {
    return "";
  }
  const columns = columnsOf(customers);
  const hasOthers = customers.some(({ keys }) => keys.some(({ name }) => !columns.includes(name)));
  const heads = [...columns, ...(hasOthers ? ["other keys"] : [])];
  const partly = totals.customers === undefined ? " that the preview shows" : "";
  return (
    `<h2 id="matrix-${id}">Customers and keys${where}</h2>\n<div class="scroll" role="region" aria-labelledby="matrix-${id}" tabindex="0"><table>` +
    `<caption class="hidden-text">The customers${partly}, with the state of their keys after the update</caption>` +
    `<thead><tr><th scope="col">Customer</th><th scope="col">API access</th>${heads.map((name) => `<th scope="col">${escaped(name)}</th>`).join("")}</tr></thead>` +
    `<tbody>\n${customers.map((one) => row(one, columns, hasOthers)).join("\n")}</tbody></table></div>`
  );
}

/**
 * The names of keys that most customers have, in alphabetical order. Of names that are used equally often and do not fit
 * together, none has a column: the column of a name that few customers use would be mostly empty.
 */
export function columnsOf(customers: readonly { keys: readonly { name: string }[] }[]): string[] {
  const found = new Map<string, number>();
  for (const { name } of customers.flatMap(({ keys }) => keys)) {
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  const byCount = [...found].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
  const [, leftOut = 0] = byCount[mostColumns] ?? [];
  return byCount
    .slice(0, mostColumns)
    .filter(([, uses]) => uses > leftOut)
    .map(([name]) => name)
    .sort();
}

function row(customer: CustomerState, columns: readonly string[], hasOthers: boolean): string {
  const { name, displayName, access, keys, level = "none" } = customer;
  const others = keys.filter((key) => !columns.includes(key.name));
  const cells = columns.map((column) => {
    const key = keys.find((one) => one.name === column);
    return `<td>${key === undefined ? '<span class="hidden-text">none</span>' : state(key)}</td>`;
  });
  const more = others.map((key) => `<div><code>${escaped(key.name)}</code> ${state(key)}</div>`).join("");
  const states = keys.flatMap((key) => [key.name, key.state, changeWords[key.change]]);
  const entry = displayName === name ? "" : `<small><code>${escaped(name)}</code></small>`;
  return (
    `<tr data-customer="${escaped(name)}" data-level="${level}" data-text="${searchable(name, displayName, access, ...states)}">` +
    `<th scope="row">${escaped(displayName)}${entry}</th><td>${accessCell(customer)}</td>${cells.join("")}${hasOthers ? `<td>${more}</td>` : ""}</tr>`
  );
}

function accessCell({ access, protected: isProtected, change }: CustomerState): string {
  const look = access === "enabled" ? "good" : "off";
  const notes = [
    ...(change === "none" || change === "changed" ? [] : [change]),
    ...(isProtected ? [] : ["not protected"]),
  ];
  return `<span class="${look}">${access}</span>${notes.length > 0 ? `<small>${notes.join(", ")}</small>` : ""}`;
}

function state(key: KeyState): string {
  const { state: word, change, roles = [], expires, rotates, retires } = key;
  const notes = [
    changeWords[change],
    roles.join(", "),
    expires === undefined ? "" : `${word === "expired" ? "ended" : "ends"} ${shortTime(expires)}`,
    rotates === undefined ? "" : `rotates ${shortTime(rotates)}`,
    retires === undefined ? "" : `older token until ${shortTime(retires)}`,
  ].filter((note) => note !== "");
  return `<span class="${looks[word]}">${word}</span>${notes.length > 0 ? `<small>${escaped(notes.join(" · "))}</small>` : ""}`;
}
