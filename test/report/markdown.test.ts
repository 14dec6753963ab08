// Proves how a review looks as a comment, that nothing in it formats or calls anybody, and that it always fits. How GitHub renders it
// was not seen by a test.
import { expect, it } from "vitest";
import { longestComment, markdownReview } from "../../report/render/markdown";
import type { StackReview } from "../../report/review";
import { digest, reviewed, savedPreview, step } from "./previews";

const comment = (...texts: string[]) => markdownReview({ version: 1, stacks: texts.map(reviewed) });

it("shows all of it, what nobody notices folded", async () => {
  await expect(comment(savedPreview("everything.json"))).toMatchFileSnapshot("shown/everything.md");
});

it("shows why a preview failed, first", async () => {
  await expect(comment(savedPreview("brake.json"))).toMatchFileSnapshot("shown/brake.md");
});

it("begins with a mark that tells comments of other stacks apart", () => {
  const [mark] = comment(savedPreview("everything.json")).split("\n");
  expect(mark).toBe("<!-- pulumi-tesseral review: tesseral/test -->");
  const odd = digest([step("same", "customer", "acme", { old: {}, new: {} })]).replaceAll(":test::", ":a-->b--c::");
  expect(comment(odd)).toMatch(/^<!-- pulumi-tesseral review: shop\/a- -b- -c -->\n/);
});

it("takes names as they are", () => {
  const displayName = "<img src=x> *Acme* | [x](http://x) @everybody\n# `code`";
  const text = comment(
    digest([step("create", "organization", "acme", { new: { displayName, apiKeysEnabled: true } })]),
  );
  expect(text).toContain(
    "- **&lt;img src=x&gt; \\*Acme\\* \\| \\[x\\](http\\://x) @<!-- -->everybody\\\\u\\{a\\}\\# \\`code\\`** (`acme`): new customer: no keys yet\n",
  );
});

it("makes no formula, emoji or link of what a name holds", () => {
  const displayName = "A$AP & Ca$h :tada: https://x.example www.x.example 12:30";
  const text = comment(
    digest([step("create", "organization", "acme", { new: { displayName, apiKeysEnabled: true } })]),
  );
  expect(text).toContain(
    "- **A\\$AP &amp; Ca\\$h \\:tada: https\\://x.example www\\.x.example 12:30** (`acme`): new customer: no keys yet\n",
  );
});

it("shows a message with fences as it is", () => {
  const diagnostics = [{ severity: "error", message: "error: a\n```js\nb\n````\n" }];
  expect(comment(digest([], { diagnostics }))).toContain("`````text\na\n```js\nb\n````\n`````\n");
});

/** A stack in which so many customers change, each in so many ways. */
function crowd(customers: number, changes: number, level: "notice" | "quiet", displayName = "Customer"): StackReview {
  const review = reviewed(savedPreview("everything.json"));
  const [sample] = review.changes;
  const change = sample?.changes.find((one) => one.level === level);
  return {
    ...review,
    changes: Array.from({ length: customers }, (_, index) => ({
      ...{ name: `customer-${index}`, displayName: `${displayName} ${index}`, kind: "changed" as const, level },
      changes: Array.from({ length: changes }, () => change ?? { effect: "other" as const, level, text: "" }),
    })),
  };
}

it.each([
  ["1,000 customers who notice one thing", 1000, 1, "notice", "Customer"],
  ["1,000 customers who notice ten", 1000, 10, "notice", "Customer"],
  ["1,000 customers of whom nobody notices", 1000, 3, "quiet", "Customer"],
  ["1,000 customers with long names in another script", 1000, 3, "notice", "株式会社".repeat(20)],
  ["20,000 customers", 20_000, 3, "notice", "Customer"],
] as const)("fits a comment with %s, and says how many", (_, customers, changes, level, displayName) => {
  const text = markdownReview({ version: 1, stacks: [crowd(customers, changes, level, displayName)] });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(longestComment);
  expect(text).toContain(`(${customers})`);
  expect(text.startsWith("<!-- pulumi-tesseral review: tesseral/test -->\n### Customers of stack test\n")).toBe(true);
  expect(text).toContain("58 requests");
  if (customers === 1000) {
    expect(text).toContain("customer-999");
  }
});

it("shortens what nobody notices before what somebody does", () => {
  const [few, many] = [crowd(30, 2, "notice"), crowd(1000, 3, "quiet")];
  const changes = [...few.changes, ...many.changes.map((one) => ({ ...one, name: `quiet-${one.name}` }))];
  const text = markdownReview({ version: 1, stacks: [{ ...many, changes }] });
  expect(text.match(/❗/g)).toHaveLength(60);
  expect(text).toContain("`quiet-customer-999`");
});

it("fits whatever an engine says", () => {
  const diagnostics = Array.from({ length: 50 }, (_, index) => ({
    severity: "error",
    message: `${index} ${"é".repeat(30_000)}`,
  }));
  const stacks = Array.from({ length: 20 }, () => digest([], { diagnostics }));
  expect(Buffer.byteLength(comment(...stacks))).toBeLessThanOrEqual(longestComment);
});
