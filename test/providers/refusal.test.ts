// Proves that every refusal is an error that Pulumi prints as its message alone, and quickly. How long the whole command takes is
// not measured here.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { coded } from "../../errors/coded";
import { refusal } from "../../providers/refusal";

it("is a RunError with a message and no stack", () => {
  const error = refusal(coded("TSL-ARGUMENT", "No.\nSay which."));
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect({ message: error.message, stack: error.stack }).toEqual({
    message: "No. (TSL-ARGUMENT)\nSay which.",
    stack: "",
  });
});

it("is the one way in which programs are refused", () => {
  const files = ["config", "components", "providers"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  const others = files.filter(
    (file) => file.endsWith(".ts") && readFileSync(file, "utf8").includes("new pulumi.RunError"),
  );
  expect(others).toEqual([join("providers", "refusal.ts")]);
});
