// Proves what is proposed for a misspelled name, and that nothing is where nothing is near.
import { expect, it } from "vitest";
import { nearest, suggestion } from "../../components/nearest";

const fields = ["displayName", "apiAccess", "roles", "apiKeys", "requireMfa", "scimEnabled", "expireTime"];

it.each([
  ["role", "roles"],
  ["rolse", "roles"],
  ["Roles", "roles"],
  ["api_keys", "apiKeys"],
  ["api-key", "apiKeys"],
  ["keys", "apiKeys"],
  ["name", "displayName"],
  ["dsiplayNmae", "displayName"],
  ["mfa", "requireMfa"],
  ["expiresTime", "expireTime"],
  ["scim", "scimEnabled"],
])("proposes for %s: %s", (written, meant) => {
  expect(nearest(written, fields)).toBe(meant);
});

it.each(["", "x", "rotateEvery", "overlap", "constructor", "x".repeat(100_000)])(
  "proposes nothing for %.20s",
  (written) => {
    expect(nearest(written, fields)).toBeUndefined();
    expect(suggestion(written, fields)).toBe("");
  },
);

it("takes the nearest of several", () => {
  expect(nearest("reder", ["writer", "reader", "header"])).toBe("reader");
});

it("puts a proposal into words", () => {
  expect(suggestion("role", fields)).toBe(', did you mean "roles"?');
});
