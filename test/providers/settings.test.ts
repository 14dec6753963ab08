// Proves that the README and Pulumi.yaml say of the settings what the table in the code says, and that a Provider takes those that are
// the provider's. That they do what they say is shown where each is read.
import { readFileSync } from "node:fs";
import { expect, expectTypeOf, it } from "vitest";
import { parse } from "yaml";
import type { ProviderArgs } from "../../providers/provider";
import { settingNames, settings } from "../../providers/settings";

const table = Object.entries(settings);

it("are described alike in Pulumi.yaml, which has all but the client's numbers", () => {
  const { config } = parse(readFileSync("Pulumi.yaml", "utf8"));
  const expected = table
    .filter(([, { type }]) => type !== "number")
    .map(([name, { type, meaning, ...setting }]) => [
      `tesseral:${name}`,
      { type, default: "default" in setting ? setting.default : {}, description: meaning },
    ]);
  expect(config).toEqual(Object.fromEntries(expected));
});

it("stand in the README, each with its default", () => {
  const rows = readFileSync("README.md", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `tesseral:"));
  const named = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`tesseral:(\w+)`/gu)].map(([, name]) => name),
  );
  expect([...named].sort()).toEqual(settingNames().sort());
  const silent = table.filter(([name, setting]) => {
    const row = rows.find((each) => each.includes(`\`tesseral:${name}\``)) ?? "";
    return !row.includes(String("default" in setting ? setting.default : ""));
  });
  expect(silent).toEqual([]);
});

it("of the provider are the arguments of a Provider", () => {
  type Table = typeof settings;
  type OfProvider = { [Name in keyof Table]: Table[Name]["reader"] extends "provider" ? Name : never }[keyof Table];
  expectTypeOf<keyof ProviderArgs>().toEqualTypeOf<OfProvider>();
});

it("have the defaults that the types of the client and of a Provider name", () => {
  const expected = table.flatMap(([name, setting]) =>
    setting.reader === "provider" && name !== "backendApiKey" && "default" in setting
      ? [[name, String(setting.default)]]
      : [],
  );
  const named = (files: string[]) => {
    const text = files.map((file) => readFileSync(file, "utf8")).join("");
    return Object.fromEntries(
      [...text.matchAll(/@default "?([^\s";]+)"?[^\n]*\n {2}(\w+)\?:/gu)].map(([, value, name]) => [name, value]),
    );
  };
  expect(named(["providers/provider.ts"])).toMatchObject(Object.fromEntries(expected));
  expect(named(["tesseral/transport.ts", "tesseral/limiter.ts"])).toMatchObject(Object.fromEntries(expected));
});
