// Proves how inputs are normalized and what is said of those that are not acceptable. Says nothing of which resource has which.
import { describe, expect, it } from "vitest";
import {
  checked,
  compact,
  creationOnly,
  failuresOf,
  idProblem,
  listProblems,
  nonEmptyText,
  sortedSet,
  switchValue,
  timeProblem,
} from "../../providers/inputs";
import { unknownValue } from "../../providers/lifecycle";

it("drops what is not given, and keeps what is false or empty", () => {
  expect(compact({ a: undefined, b: null, c: false, d: "", e: 0, f: [] })).toEqual({ c: false, d: "", e: 0, f: [] });
});

it("takes lists for sets, unless something in them is not known yet", () => {
  expect(sortedSet(["b", "a", "b"])).toEqual(["a", "b"]);
  expect(sortedSet(["b", unknownValue, "a"])).toEqual(["b", unknownValue, "a"]);
  expect(sortedSet(unknownValue)).toBe(unknownValue);
  expect(sortedSet(undefined)).toBeUndefined();
});

it("takes what matters at creation only from the past once there is one", () => {
  const news = { adopt: "org_new", managedBy: "new" };
  expect(creationOnly({}, news, ["adopt", "managedBy"])).toEqual({ adopt: "org_new", managedBy: "new" });
  expect(creationOnly({ managedBy: "old" }, news, ["adopt", "managedBy"])).toEqual({
    adopt: undefined,
    managedBy: "old",
  });
});

describe("what is said of", () => {
  const id = "org_0000000000000000000000000";
  it.each([
    ["a text", nonEmptyText("displayName", "Acme"), undefined],
    ["an unknown text", nonEmptyText("displayName", unknownValue), undefined],
    ["an absent text", nonEmptyText("displayName", undefined), "displayName must be a string"],
    ["a number in the place of a text", nonEmptyText("displayName", 5), "displayName must be a string"],
    ["a blank text", nonEmptyText("displayName", " \t"), "displayName is empty"],
    [
      "a text that the database cannot hold",
      nonEmptyText("displayName", "a\0b"),
      "displayName contains a NUL character",
    ],
    [
      "a text that looks like an interrupted creation of ours",
      nonEmptyText("displayName", "Acme (being created, 000000000000)"),
      "displayName ends like the mark of an object that is being created: choose another name",
    ],
    ["a switch", switchValue("scimEnabled", false), undefined],
    ["an absent switch", switchValue("scimEnabled", undefined), undefined],
    ["an unknown switch", switchValue("scimEnabled", unknownValue), undefined],
    ["a text in the place of a switch", switchValue("scimEnabled", "true"), "scimEnabled must be true or false"],
    ["an id", idProblem("adopt", "organization", id), undefined],
    ["an unknown id", idProblem("adopt", "organization", unknownValue), undefined],
    ["another kind of id", idProblem("roles", "role", id), `roles: "${id}" is not the id of a Role`],
    [
      "an absent id",
      idProblem("organizationId", "organization", undefined),
      "organizationId: the organization is not there yet. If this update has a --target, name that organization by another --target; if an --exclude, exclude this one, too",
    ],
  ])("%s", (_, said, expected) => {
    expect(said).toBe(expected);
  });

  it("lists and their members", () => {
    const problem = (member: unknown) => nonEmptyText("domains", member);
    expect(failuresOf(listProblems("domains", undefined, problem))).toEqual([]);
    expect(failuresOf(listProblems("domains", unknownValue, problem))).toEqual([]);
    expect(failuresOf(listProblems("domains", ["a.example", unknownValue], problem))).toEqual([]);
    expect(failuresOf(listProblems("domains", ["a.example", "", 5], problem))).toEqual([
      "domains is empty",
      "domains must be a string",
    ]);
    expect(failuresOf(listProblems("domains", "a.example", problem))).toEqual(["domains must be a list"]);
  });
});

describe("a check", () => {
  const inputs = { displayName: "Acme" };

  it("asks the connection only when the inputs are good in themselves", async () => {
    const ask = async () => {
      throw new Error("it asked");
    };
    expect(await checked(inputs, ["displayName is empty"], ask)).toEqual({
      inputs,
      failures: [{ property: "", reason: "displayName is empty (TSL-ARGUMENT)" }],
    });
  });

  it("names no property, whose value the engine would print, secret or not", async () => {
    const ask = async () => {
      throw new Error("no key");
    };
    expect((await checked(inputs, [], ask)).failures).toEqual([{ property: "", reason: "no key (TSL-ARGUMENT)" }]);
  });
});

describe("an expiry", () => {
  const now = Date.UTC(2030, 0, 1);

  it.each([
    "2030-01-31",
    "2030-01-31T00:00:00",
    "2030-01-31 00:00:00Z",
    "2030-02-30T00:00:00Z",
    "2030-01-31T00:00:60Z",
    "2030-01-31T00:00:00.1234567890Z",
    "9999-12-31T23:59:59-01:00",
    "",
  ])("%j is named as no time", (text) => {
    expect(timeProblem("expireTime", text, now)).toBe(
      `expireTime is ${JSON.stringify(text)}, but must be a time like 2030-01-31T00:00:00Z (RFC 3339, with an offset)`,
    );
  });

  it("is refused in the past and at this very moment, not a second later", () => {
    expect(timeProblem("expireTime", "2029-12-31T23:59:59Z", now)).toBe(
      "expireTime is 2029-12-31T23:59:59Z, which is in the past: a key created with it would never work",
    );
    expect(timeProblem("expireTime", "2030-01-01T00:00:00Z", now)).toMatch(/which is in the past/);
    expect(timeProblem("expireTime", "2030-01-01T00:00:01Z", now)).toBeUndefined();
  });

  it("may be absent or unknown", () => {
    for (const value of [undefined, null, unknownValue]) {
      expect(timeProblem("expireTime", value, now)).toBeUndefined();
    }
  });
});
