/** The picture of a tenant as a page. */

import type { Inventory, InventoryCustomer, InventoryKey, TenantInventory } from "../../inventory";
import { needsCare, nothingShown, tenantHeadline } from "../../inventoryWords";
import { calledProject, count, shortTime } from "../../inWords";
import { readable } from "../../readable";
import { withShortTimes } from "../findings";
import { escaped, searchable } from "./markup";
import { columnsOf, looks } from "./matrix";
import { page } from "./page";
import { timelineSection } from "./timeline";

export function pageInventory(inventory: Inventory): string {
  const { tenants, time } = readable(inventory);
  return page({
    title: `Customers of ${tenants.flatMap(({ stacks }) => stacks).join(", ")}`,
    content: "the customers",
    filters: [
      { value: "all", label: "all" },
      { value: "care", label: "needs care" },
      { value: "unknown", label: "no stack knows" },
      { value: "none", label: "the others" },
    ],
    sections: tenants.map((tenant, index) => tenantSection(tenant, time, String(index))),
    madeBy: "inventory",
    time,
    changing: false,
  });
}

function tenantSection(tenant: TenantInventory, time: string, id: string): string {
  const { stacks, project, customers, findings, horizon } = tenant;
  const nothing = nothingShown(tenant);
  const list = findings.map(
    ({ kind, id: found, text, commands }) =>
      `<li>${kind} ${found === undefined ? "" : `<code>${escaped(found)}</code> `}${escaped(withShortTimes(text))}${commands.map(({ to, run }) => `<br><span class="faint">to ${escaped(to)}: <code>${escaped(run)}</code></span>`).join("")}</li>`,
  );
  return [
    `<section aria-labelledby="tenant-${id}">`,
    `<h2 id="tenant-${id}" class="headline">${escaped(tenantHeadline(tenant))}</h2>`,
    `<p class="where faint">${stacks.length === 1 ? "stack" : "stacks"} ${escaped(stacks.join(", "))}, Tesseral project ${escaped(calledProject(project))}</p>`,
    list.length === 0 ? "" : `<h2>What differs</h2><ul>${list.join("")}</ul>`,
    timelineSection({ horizon, time }, id),
    nothing === undefined ? matrix(customers, id) : `<p>${escaped(nothing)}</p>`,
    "</section>",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function matrix(customers: readonly InventoryCustomer[], id: string): string {
  const columns = columnsOf(customers);
  const hasOthers = customers.some(({ keys }) => keys.some(({ name }) => !columns.includes(name)));
  const heads = [...columns, ...(hasOthers ? ["other keys"] : [])];
  return (
    `<h2 id="matrix-${id}">Customers and keys</h2>\n<div class="scroll" role="region" aria-labelledby="matrix-${id}" tabindex="0"><table>` +
    '<caption class="hidden-text">The customers, with the state of their keys</caption>' +
    `<thead><tr><th scope="col">Customer</th><th scope="col">API access</th>${heads.map((name) => `<th scope="col">${escaped(name)}</th>`).join("")}</tr></thead>` +
    `<tbody>\n${customers.map((one) => row(one, columns, hasOthers)).join("\n")}</tbody></table></div>`
  );
}

function row(customer: InventoryCustomer, columns: readonly string[], hasOthers: boolean): string {
  const { name, displayName, access, keys, stack, created } = customer;
  const level = stack === undefined ? "unknown" : keys.some(needsCare) ? "care" : "none";
  const cells = columns.map((column) => {
    const key = keys.find((one) => one.name === column);
    return `<td>${key === undefined ? '<span class="hidden-text">none</span>' : state(key)}</td>`;
  });
  const others = keys.filter((key) => !columns.includes(key.name));
  const more = others.map((key) => `<div><code>${escaped(key.name)}</code> ${state(key)}</div>`).join("");
  const words = keys.flatMap((key) => [key.name, key.state, ...notesOf(key)]);
  const notes = [
    ...(displayName === name ? [] : [`<code>${escaped(name)}</code>`]),
    ...(stack === undefined ? ["no stack knows it"] : []),
    ...(created === undefined ? [] : [`since ${created.slice(0, 10)}`]),
  ];
  return (
    `<tr data-customer="${escaped(name)}" data-level="${level}" data-text="${searchable(name, displayName, access, stack, ...words)}">` +
    `<th scope="row">${escaped(displayName || name)}<small>${notes.join(" · ")}</small></th>` +
    `<td><span class="${access === "enabled" ? "good" : "off"}">${access}</span></td>${cells.join("")}${hasOthers ? `<td>${more}</td>` : ""}</tr>`
  );
}

function state(key: InventoryKey): string {
  const notes = notesOf(key);
  return `<span class="${looks[key.state]}">${key.state}</span>${notes.length > 0 ? `<small>${escaped(notes.join(" · "))}</small>` : ""}`;
}

function notesOf({
  roles = [],
  ageInDays,
  old,
  generation = 1,
  rotated,
  expires,
  rotates,
  retires,
  tokenKnown,
  state: word,
}: InventoryKey): string[] {
  return [
    roles.join(", "),
    ageInDays === undefined ? "" : `${count(ageInDays, "day")} old${old === true ? ", too old" : ""}`,
    generation > 1 ? `generation ${generation}` : "",
    rotated === undefined ? "" : `rotated ${shortTime(rotated)}`,
    expires === undefined ? "" : `${word === "expired" ? "ended" : "ends"} ${shortTime(expires)}`,
    rotates === undefined ? "" : `rotates ${shortTime(rotates)}`,
    retires === undefined ? "" : `older token until ${shortTime(retires)}`,
    tokenKnown ? "" : "token not known",
  ].filter((note) => note !== "");
}
