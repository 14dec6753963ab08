/** The changes of a stack, one customer after the other. */
import { levels } from "../../effects";
import type { Change, CustomerChange, StackReview } from "../../review";
import { kindWord, levelWords, sentence } from "../sentence";
import { escaped, searchable } from "./markup";

export function changesSection({ changes }: StackReview): string {
  const groups = levels.map((level) => {
    const of = changes.filter((one) => one.level === level);
    return of.length === 0
      ? ""
      : `<section data-group><h3 class="${level === "quiet" ? "" : level}">${levelWords[level]} (${of.length})</h3>\n${of.map(customer).join("\n")}</section>`;
  });
  return `<h2>Changes</h2>\n${groups.join("\n") || "<p>No customer changes.</p>"}`;
}

function customer(one: CustomerChange): string {
  const { name, displayName, renamedFrom, level, changes, kind } = one;
  const text = searchable(name, displayName, renamedFrom, kindWord(kind), ...changes.map(sentence));
  const entry = displayName === name ? "" : ` <code class="faint">${escaped(name)}</code>`;
  return (
    `<article class="customer" data-customer="${escaped(name)}" data-level="${level}" data-text="${text}">` +
    `<h4>${escaped(displayName)}${entry}</h4><ul>${changes.map(item).join("")}</ul></article>`
  );
}

function item(change: Change): string {
  const tag =
    change.level === "notice"
      ? '<span class="tag notice">will notice</span> '
      : change.level === "rotation"
        ? '<span class="tag rotation">rotation</span> '
        : "";
  const detail = change.detail === undefined ? "" : ` <span class="detail">${escaped(change.detail)}</span>`;
  return `<li>${tag}${escaped(sentence(change))}${detail}</li>`;
}
