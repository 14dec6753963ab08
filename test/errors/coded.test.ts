// Proves where a code stands in a text: at the end of the first line, once.
import { expect, it } from "vitest";
import { catalog } from "../../errors/catalog";
import { coded, codedOr, codeIn, continued, listed } from "../../errors/coded";

it("stands at the end of the first line, in the place of any other", () => {
  expect(coded("TSL-STACK", "no stack")).toBe("no stack (TSL-STACK)");
  expect(coded("TSL-STACK", "no stack\nof that name")).toBe("no stack (TSL-STACK)\nof that name");
  expect(coded("TSL-STACK", "no stack (TSL-PULUMI)")).toBe("no stack (TSL-STACK)");
});

it("is that of the cause, where there is one", () => {
  expect(codedOr("TSL-UNEXPECTED", "adopt: it is gone (TSL-ADOPT)")).toBe("adopt: it is gone (TSL-ADOPT)");
  expect(codedOr("TSL-UNEXPECTED", "two problems:\n  one (TSL-FIELD)")).toBe("two problems:\n  one (TSL-FIELD)");
  expect(codedOr("TSL-UNEXPECTED", "ENOENT (TSL)")).toBe("ENOENT (TSL) (TSL-UNEXPECTED)");
});

it("stays at the end when a text goes on", () => {
  expect(continued("it is gone (TSL-ADOPT)", ". Remove adopt")).toBe("it is gone. Remove adopt (TSL-ADOPT)");
  expect(continued("it is gone", ". Remove adopt")).toBe("it is gone. Remove adopt");
});

it("comes with a mask in the place of each token that somebody wrote where a name or an id belongs", () => {
  const [token, backendApiKey] = [`acme_sk_${"t".repeat(30)}`, `tesseral_secret_key_${"k".repeat(25)}`];
  expect(coded("TSL-ADOPT", `adopt: "${token}" is not the id of an Organization`)).toBe(
    'adopt: "[secret]" is not the id of an Organization (TSL-ADOPT)',
  );
  expect(codedOr("TSL-UNEXPECTED", `wrong:\n  ${backendApiKey} (TSL-FIELD)`)).toBe("wrong:\n  [secret] (TSL-FIELD)");
});

it("is given to each of several problems, and not to their heading", () => {
  const text = listed("Nothing was done.", [coded("TSL-FIELD", "unknown"), coded("TSL-VALUE", "wrong\nhere")]);
  expect(text).toBe("Nothing was done.\nunknown (TSL-FIELD)\nwrong (TSL-VALUE)\nhere");
  expect(codeIn(text)).toBe("TSL-FIELD");
});

it("is short, and its entry says in whole sentences what happened, what changed and what to do", () => {
  for (const [code, { summary, happened, changed, todo }] of Object.entries(catalog)) {
    expect(code).toMatch(/^TSL-[A-Z]+(-[A-Z]+){0,2}$/);
    expect(code.length, code).toBeLessThanOrEqual(24);
    expect(summary, code).toMatch(/^\S.{9,89}[^.]$/);
    expect(happened, code).toMatch(/\.$/);
    expect(changed, code).toMatch(/\.$/);
    expect(todo.length, code).toBeGreaterThan(0);
  }
});
