// Proves that what --format json prints is what the published schema says, and that the schema says no more.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { effects } from "../../report/effects";
import { formats } from "../../report/render/formats";
import { digest, reviewed, savedPreview, step } from "./previews";
import { problemsBy } from "./publishedSchema";

const schema = JSON.parse(readFileSync("review.schema.json", "utf8"));
const problemsOf = problemsBy("review.schema.json");

function problems(text: string): unknown {
  return problemsOf(JSON.parse(formats.json({ version: 1, stacks: [reviewed(text)] })));
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
  expect(problems(savedPreview(file))).toEqual([]);
});

it("is as the schema says where little is known", () => {
  expect(problems("{}")).toEqual([]);
  expect(problems(digest([step("frobnicate", "key", "acme-ci", {})]))).toEqual([]);
});

it("refuses a member that the schema does not know", () => {
  expect(problemsOf({ version: 1, stacks: [], more: 1 })).toHaveLength(1);
});

it("lists every effect", () => {
  expect(schema.$defs.change.properties.effect.enum).toEqual(Object.keys(effects));
});
