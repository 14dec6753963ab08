// Proves that no format of a review shows a secret, wherever it stands in a preview: marked as Pulumi marks secrets, encrypted or in plain
// text, in a field that holds one, or as a copy in another place.
import fc from "fast-check";
import { expect, it } from "vitest";
import { readPreview } from "../../report/preview/readPreview";
import { type Format, formatNames, formats } from "../../report/render/formats";
import type { Review } from "../../report/review";
import { reviewOf } from "../../report/reviewOf";
import { Masking } from "../../report/secrets";
import { digest, everything, now, type Step } from "./previews";

const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

function allFormats(text: string): string {
  const review: Review = { version: 1, stacks: [reviewOf(readPreview(text), { horizon: "P30D", now })] };
  return formatNames.map((format: Format) => formats[format](review, { color: true })).join("\n");
}

/** Texts that stand nowhere else in a preview. */
const secret = fc.stringMatching(/^[A-Za-z0-9+/="\\$.-]{8,40}$/).map((text) => `Zq${text}`);

/** The ways in which a secret can stand in a bag of a resource. */
const hidden: Record<string, (value: string) => Record<string, unknown>> = {
  "marked, in plain text": (value) => ({ rotateEvery: { [signature]: secretMark, value } }),
  "marked, as JSON": (value) => ({ color: { [signature]: secretMark, plaintext: JSON.stringify({ deep: [value] }) } }),
  "marked, encrypted": (value) => ({ displayName: { [signature]: secretMark, ciphertext: value } }),
  "in the field of a token": (value) => ({ secretToken: value }),
  "in the field of the token before": (value) => ({ previousSecretToken: value }),
  "in a field of a key of ours": (value) => ({ nested: { backendApiKey: value, more: [{ clientSecret: value }] } }),
  "in a list of tokens": (value) => ({ tokens: [value, { x: value }] }),
};

const place = fc.constantFrom("old inputs", "new inputs", "old outputs", "new outputs");

function withSecret(steps: Step[], index: number, at: string, bag: Record<string, unknown>): Step[] {
  const [side, kind = ""] = at.split(" ");
  const name = side === "old" ? "oldState" : "newState";
  return steps.map((step, position) => {
    const state: Record<string, unknown> | undefined = step[name];
    return position === index % steps.length && state !== undefined
      ? { ...step, [name]: { ...state, [kind]: { ...(state[kind] as object), ...bag } } }
      : step;
  });
}

it.each(Object.keys(hidden))("shows no secret that is %s", (way) => {
  const { steps, changeSummary = {}, diagnostics = [] } = everything();
  const changing = steps.filter(({ op }) => op !== "same");
  fc.assert(
    fc.property(secret, fc.nat(), place, (value, index, at) => {
      const bag = hidden[way]?.(value) ?? {};
      // Somebody has written it into a message, too.
      const said = [...diagnostics, { severity: "error", message: `error: cannot use ${value} here` }];
      const placed = withSecret(changing, index, at, bag);
      fc.pre(JSON.stringify(placed) !== JSON.stringify(changing));
      expect(allFormats(digest(placed, { changeSummary, diagnostics: said }))).not.toContain(value);
    }),
    { numRuns: 60 },
  );
});

it("shows no secret of which another resource has a copy in plain text", () => {
  const { steps } = everything();
  fc.assert(
    fc.property(secret, (value) => {
      const changing = steps.filter(({ op }) => op === "update");
      const once = withSecret(changing, 0, "old outputs", { secretToken: value });
      const twice = withSecret(once, 1, "new inputs", { displayName: `for ${value}`, [value]: 1 });
      expect(allFormats(digest(twice))).not.toContain(value);
    }),
    { numRuns: 60 },
  );
});

it.each(["acme_sk_0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijk", "tesseral_secret_key_9f8e7d6c5b4a"])(
  "shows nothing that looks like a key: %s",
  (value) => {
    const { steps } = everything();
    const changing = steps.filter(({ op }) => op === "update");
    const placed = withSecret(changing, 1, "new inputs", { displayName: value, description: value });
    const text = allFormats(digest(placed, { diagnostics: [{ severity: "error", message: value }] }));
    expect(text).not.toContain(value);
    expect(text).toContain("[secret]");
  },
);

it("does not take for a secret what only sounds like one", () => {
  const masking = new Masking();
  const steps = { inputs: { logInWithPassword: true, secretTokenSuffix: "x1y2", apiKeys: 3, domains: ["a.example"] } };
  masking.learn(steps);
  expect(masking.value(steps)).toEqual(steps);
  expect(masking.value({ detailedDiff: { secretToken: { kind: "update" } } })).toEqual({
    detailedDiff: { secretToken: { kind: "update" } },
  });
});
