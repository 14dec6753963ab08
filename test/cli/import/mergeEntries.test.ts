// Proves that entries are written into a file without changing anything else of it, or refused.
import { describe, expect, it } from "vitest";
import { withEntries } from "../../../cli/import/mergeEntries";
import type { Proposal } from "../../../cli/import/plan";

const globex: Proposal = {
  name: "globex",
  entry: {
    displayName: "Globex: the one",
    adopt: "org_1",
    roles: { reader: { adopt: "role_1", actions: ["widgets.read"] } },
    apiKeys: { ci: { adopt: "api_key_1", roles: ["reader"], expireTime: "2035-01-01T00:00:00Z" } },
  },
  notes: ["key api_key_2 is left alone: it was revoked"],
};
const lines = [
  "globex:",
  '  displayName: "Globex: the one"',
  "  adopt: org_1",
  "  roles:",
  "    reader: { adopt: role_1, actions: [ widgets.read ] }",
  "  apiKeys:",
  "    ci: { adopt: api_key_1, roles: [ reader ], expireTime: 2035-01-01T00:00:00Z }",
  "  # key api_key_2 is left alone: it was revoked",
];
const added = (indent: string, newline = "\n") => lines.map((line) => `${indent}${line}${newline}`).join("");
const merged = (text: string, at = ["customers"]) => withEntries(text, "customers.yaml", at, [globex]);

describe("entries are written", () => {
  it.each([
    ["a map in lines", "# ours\ncustomers:\n  # first\n  acme: { displayName: 'A' }   # as is\n", "", "  "],
    ["a map with another indent", "customers:\n    acme:\n        displayName: A\n", "", "    "],
    [
      "a map that something follows",
      "customers:\n  acme: { displayName: A }\n  # of acme\n",
      "\n# below\nx-more: 1\n",
      "  ",
    ],
    ["a text of several lines", "customers:\n  acme:\n    displayName: >-\n      A\n      B\n", "", "  "],
    ["an empty file", "", "", "  "],
    ["a file of comments", "# nothing yet\n", "", "  "],
  ])("behind %s", (_, before, after, indent) => {
    const key = before.includes("customers:") ? "" : "customers:\n";
    expect(merged(before + after)).toBe(before + key + added(indent) + after);
  });

  it("behind a file without a last line end, and with CR LF", () => {
    expect(merged("customers:\n  acme: { displayName: A }")).toBe(
      `customers:\n  acme: { displayName: A }\n${added("  ")}`,
    );
    const crLf = "customers:\r\n  acme: { displayName: A }\r\n";
    expect(merged(crLf)).toBe(crLf + added("  ", "\r\n"));
  });

  it("in the stack's own file", () => {
    const before = "encryptionsalt: v1:x\nconfig:\n  tesseral:customers:\n    acme: { displayName: A }\n";
    const after = "  tesseral:apiUrl: http://x\n";
    expect(merged(before + after, ["config", "tesseral:customers"])).toBe(before + added("    ") + after);
  });

  it.each(["customers: {}\n", "customers:\n", "customers: { acme: { displayName: A } } # in braces\n"])(
    "anew, comments kept, where the map does not stand in lines: %j",
    (text) => {
      const result = merged(text);
      expect(result).toContain("  globex:\n");
      expect(result.includes("# in braces")).toBe(text.includes("# in braces"));
    },
  );

  it("as JSON into a file of JSON, with its indent", () => {
    const text = '{\n    "customers": {\n        "acme": { "displayName": "A" }\n    }\n}\n';
    const result = withEntries(text, "customers.json", ["customers"], [globex]);
    expect(JSON.parse(result)).toEqual({ customers: { acme: { displayName: "A" }, globex: globex.entry } });
    expect(result).toContain('\n    "customers"');
  });
});

it.each([
  [
    "customers:\n  globex: { displayName: G }\n",
    "an entry globex was added to customers.yaml meanwhile: run this again",
  ],
  ["customers: [a]\n", "customers.yaml has something else than a map where its customers should be"],
  ["customers: '{}'\n", "customers.yaml holds the customers as one text of JSON"],
  ["a: [\n", "customers.yaml cannot be read: is not valid YAML"],
])("refuses %j", (text, message) => {
  expect(() => merged(text)).toThrow(message);
});
