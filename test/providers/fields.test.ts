// Proves what a bag must hold to be taken for the record of a resource, and that a value is never told.
import { expect, it } from "vitest";
import { each, flag, optional, pick, shape, text, texts, without } from "../../providers/fields";
import { unknownValue } from "../../providers/lifecycle";

const key = shape({ name: text, ...each(["isLive", "isOld"], optional(flag)), roles: optional(texts) });

it("takes the fields of a record, absent ones too, and drops what else there is", () => {
  expect(key.read({ name: "ci", isLive: false, roles: null, other: 5 }, "key ci")).toEqual({
    name: "ci",
    isLive: false,
  });
  expect(key.readPartly({ roles: ["a"] }, "key ci")).toEqual({ roles: ["a"] });
  expect(key.names).toEqual(["name", "isLive", "isOld", "roles"]);
});

it.each([
  [{}, "key ci has no name, which must be a string (TSL-RECORD)"],
  [{ name: 5 }, "name of key ci is not a string (TSL-RECORD)"],
  [{ name: "ci", isOld: "hunter2" }, "isOld of key ci is not true or false (TSL-RECORD)"],
  [{ name: "ci", roles: ["hunter2", 5] }, "roles of key ci is not a list of strings (TSL-RECORD)"],
  [{ name: unknownValue }, "name of key ci is not known yet (TSL-RECORD)"],
])("refuses %o without telling the value", (bag, message) => {
  expect(() => key.read(bag, "key ci")).toThrow(new Error(message));
});

it("picks fields that are there, and leaves fields out", () => {
  const record: { a?: number; b?: number } = { a: 1 };
  expect(pick(record, ["a", "b"])).toEqual({ a: 1 });
  expect(without(record, ["a"])).toEqual({});
  expect(record).toEqual({ a: 1 });
});
