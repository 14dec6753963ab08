// Proves that the pictures of the docs are those that `npm run draw` and `npm run pictures` draw, that the one of creates shows what the emulator saw of real
// requests, and that they fit light and dark pages. The one of rotation: rotation.test.ts. The page of a review is a screenshot, which nothing compares.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { drawCreates } from "../../scripts/drawCreates";
import { drawIdentity } from "../../scripts/drawIdentity";
import { drawReview } from "../../scripts/drawReview";

const picture = (name: string) => readFileSync(`docs/pictures/${name}`, "utf8");

it("shows the life of a create as it is", async () => {
  const drawn = await drawCreates();
  expect(picture("creates.svg")).toBe(drawn);
  expect(drawn).toContain("prefers-color-scheme: dark");
  const sent = [...drawn.matchAll(/class="(?:heading|request|lostText)"[^>]*>([^<“]*)/g)].map(([, text = ""]) =>
    text.trim(),
  );
  const lives = sent.join("\n").split(/\n(?=An? |The answer)/);
  expect(
    lives.map((life) => life.split("\n").filter((line) => line.startsWith("POST /v1/organizations")).length),
  ).toEqual([1, 1, 2, 0]);
  expect(lives[3]).toContain("DELETE /v1/api-keys/{id}");
});

it("shows a review as it is written today", () => {
  expect(picture("review.svg"), "npm run pictures").toBe(drawReview());
});

it("shows who is who as it is described", () => {
  expect(picture("identity.svg")).toBe(drawIdentity(picture("identity.yaml")));
});
