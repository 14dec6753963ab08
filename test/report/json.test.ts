// Proves that what --format json prints is what the published schema says, and that the schema says no more.
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import { expect, it } from "vitest";
import { effects } from "../../report/effects";
import { formats } from "../../report/render/formats";
import { digest, reviewed, savedPreview, step } from "./previews";

const schema = JSON.parse(readFileSync("review.schema.json", "utf8"));
const validate = new Ajv({
  allErrors: true,
  formats: { "date-time": (text: string) => !Number.isNaN(Date.parse(text)) },
}).compile(schema);

function problems(text: string): unknown {
  const review = formats.json({ version: 1, stacks: [reviewed(text)] });
  validate(JSON.parse(review));
  return validate.errors;
}

it.each([
  "all-new.json",
  "everything.json",
  "everything-refresh.json",
  "everything.events.jsonl",
  "brake.json",
  "bad-config.json",
  "nothing-declared.json",
])("is as the schema says: %s", (file) => {
  expect(problems(savedPreview(file))).toBeNull();
});

it("is as the schema says where little is known", () => {
  expect(problems("{}")).toBeNull();
  expect(problems(digest([step("frobnicate", "key", "acme-ci", {})]))).toBeNull();
});

it("refuses a member that the schema does not know", () => {
  expect(validate({ version: 1, stacks: [], more: 1 })).toBe(false);
});

it("lists every effect", () => {
  expect(schema.$defs.change.properties.effect.enum).toEqual(Object.keys(effects));
});
