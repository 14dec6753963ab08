// Proves that no report for people holds a character that could make it say something else, whatever customers call themselves.
import fc from "fast-check";
import { expect, it } from "vitest";
import { report } from "../../cli/inventory/report";
import type { Inventory } from "../../report/inventory";
import { readPreview } from "../../report/preview/readPreview";
import { readable, visible, visibleLines } from "../../report/readable";
import { formats } from "../../report/render/formats";
import { pageInventory } from "../../report/render/html/inventory";
import { markdownInventory, terminalInventory } from "../../report/render/inventory";
import { terminalVerification } from "../../report/render/verification";
import type { Review } from "../../report/review";
import { reviewOf } from "../../report/reviewOf";
import type { Verification } from "../../report/verification";
import { digest, now, step } from "./previews";

/** All that a report must not hold, but for the end of a line. */
const misleading = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u;

const unpleasant = fc.constantFrom(
  ..."\0\u0007\b\t\n\v\f\r\u001b\u007f\u0085\u009b\u009d\u061c\u200e\u200f\u2028\u2029\u202e\u2066\u2069".split(""),
  ..."\ud800 \udc00 \u001b[2J \u001b]0;title\u0007 \r\n".split(" "),
);
const anyName = fc
  .array(fc.oneof(unpleasant, fc.string({ unit: "grapheme", maxLength: 4 })), { minLength: 1, maxLength: 8 })
  .map((parts) => `Acme${parts.join("")}Corp`);

function reviewed(displayName: string): Review {
  const steps = [
    step("update", "customer", "acme", { old: {}, new: {} }),
    step("update", "organization", "acme", {
      old: { displayName, apiKeysEnabled: true },
      new: { displayName: `${displayName} 2`, apiKeysEnabled: false },
    }),
    step("delete", "role", "acme-reader", { old: { displayName, actions: [displayName] } }),
    step("delete", "key", "acme-ci", { old: { displayName, organizationId: "org_1" } }),
  ];
  return { version: 1, stacks: [reviewOf(readPreview(digest(steps, {})), { horizon: "P30D", now })] };
}

function inventory(displayName: string): Inventory {
  const finding = { finding: "unknown", kind: "Organization", id: "org_1", text: displayName } as const;
  return {
    version: 1,
    time: now.toString(),
    tenants: [
      {
        project: { id: "project_1", displayName },
        stacks: ["prod"],
        totals: { customers: 0, undeclared: 1, keys: 1, suspended: 0 },
        customers: [
          {
            ...{ name: "org_1", displayName, organizationId: "org_1", access: "enabled", protected: true },
            keys: [{ name: displayName, state: "works", apiKeyId: "api_key_1", tokenKnown: false }],
          },
        ],
        horizon: { period: "P30D", until: now.toString(), events: [] },
        findings: [{ ...finding, commands: [{ to: "adopt", run: `adopt ${displayName}` }] }],
      },
    ],
  };
}

function verified(key: string): Verification {
  return {
    ...{ version: 1, stack: "prod", url: "https://api.example", time: now.toString(), strangers: [], remarks: [] },
    keys: [{ customer: "acme", displayName: key, key, should: "work", result: "skipped", checks: [], note: key }],
    totals: { customers: 1, keys: 1, right: 0, refused: 0, letIn: 0, unknown: 0, skipped: 1 },
  };
}

const reports: Record<string, (name: string) => string> = {
  "a review in the terminal": (name) => formats.terminal(reviewed(name), { color: false }),
  "a review as Markdown": (name) => formats.markdown(reviewed(name)),
  "the page of a review": (name) => formats.html(reviewed(name)),
  "an inventory in the terminal": (name) => terminalInventory(inventory(name)),
  "an inventory as Markdown": (name) => markdownInventory(inventory(name)),
  "the page of an inventory": (name) => pageInventory(inventory(name)),
  "the findings of an inventory": (name) =>
    report(
      [],
      { others: { read: [], unread: [] }, failed: [], unread: [] },
      inventory(name).tenants[0]?.findings ?? [],
    ),
  "a verification": (name) => terminalVerification(verified(name)),
};

it.each(Object.entries(reports))(
  "%s has no misleading character, and the lines of one with a harmless name",
  (_, made) => {
    fc.assert(
      fc.property(anyName, (name) => {
        const text = made(name);
        expect(text).not.toMatch(misleading);
        expect(text.split("\n")).toHaveLength(made(visible(name)).split("\n").length);
      }),
      { numRuns: 100 },
    );
  },
);

const token = `acme_sk_${"a1".repeat(20)}`;

it("shows such a character as its code point, no token, and keeps lines only in messages", () => {
  expect(visible("a\u001b[2J\u009b\n\u202eb 😀 é")).toBe("a\\u{1b}[2J\\u{9b}\\u{a}\\u{202e}b 😀 é");
  expect(visibleLines("a\r\n\tb\u001b")).toBe("a\\u{d}\n\tb\\u{1b}");
  expect(visible(`a ${token}`)).toBe("a [secret]");
  expect(visibleLines(`a\n${token}`)).toBe("a\n[secret]");
  expect(readable({ messages: [{ text: "a\nb" }], changes: [{ name: "a\nb", count: 1 }] })).toEqual({
    messages: [{ text: "a\nb" }],
    changes: [{ name: "a\\u{a}b", count: 1 }],
  });
});
