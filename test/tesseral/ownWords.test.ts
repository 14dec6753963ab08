// Proves that the client's sources speak of Tesseral alone: it could be published by itself. Says nothing of what it imports.
import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { expect, it } from "vitest";

it("never says Pulumi, in messages and comments", () => {
  const files = globSync("tesseral/**/*.ts");
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => /pulumi/i.test(readFileSync(file, "utf8")))).toEqual([]);
});
