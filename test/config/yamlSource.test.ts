// Proves how YAML is read: what becomes of its types, anchors and merge keys, which texts are refused, and that the place of
// everything is known. The grammar itself is the yaml library's affair.
import { expect, it } from "vitest";
import type { Path } from "../../config/problem";
import { readYaml } from "../../config/yamlSource";

function read(text: string): unknown {
  const { value, problems } = readYaml(text, "a.yaml");
  expect(problems).toEqual([]);
  return value;
}

function problemsOf(text: string): string[] {
  return readYaml(text, "a.yaml").problems.map(
    ({ path, message, position }) => `${position?.line}:${position?.column} ${path.join(".")} ${message}`,
  );
}

function place(text: string, path: Path, at: "name" | "value" = "value"): string {
  const position = readYaml(text, "a.yaml").locate(path, at);
  return `${position?.file}:${position?.line}:${position?.column}`;
}

it("leaves times, dates and words that YAML 1.1 takes for truth values as text", () => {
  const text = "a: 2027-01-01T00:00:00Z\nb: 2027-01-01\nc: yes\nd: off\ne: true\nf: 1.5\ng: ~\nh:\n";
  const value = { a: "2027-01-01T00:00:00Z", b: "2027-01-01", c: "yes", d: "off", e: true, f: 1.5, g: null, h: null };
  expect(read(text)).toEqual(value);
  expect(read(`%YAML 1.1\n---\n${text}`)).toEqual(value);
});

it("reads JSON, an empty text and a byte order mark", () => {
  expect(read('{"a": ["b", 1]}')).toEqual({ a: ["b", 1] });
  expect(read("")).toBeNull();
  expect(read("# nothing\n")).toBeNull();
  expect(read("\uFEFFa: 1")).toEqual({ a: 1 });
});

it("takes what is written for the name, also where it is a number, empty, or a name that objects have", () => {
  const value = read("0x10: a\ntrue: b\n1.0: c\n? \n: d\n__proto__: e\nconstructor: f\n");
  expect(Object.entries(value as object)).toEqual([
    ["0x10", "a"],
    ["true", "b"],
    ["1.0", "c"],
    ["", "d"],
    ["__proto__", "e"],
    ["constructor", "f"],
  ]);
});

it("resolves anchors to the last one before", () => {
  expect(read("a: &x 1\nb: *x\nc: &x [2]\nd: [*x, *x]")).toEqual({ a: 1, b: 1, c: [2], d: [[2], [2]] });
});

it("merges maps: what is written itself counts, then the earlier of several", () => {
  const text =
    "one: &one { p: 1, q: 1 }\ntwo: &two { q: 2, r: 2 }\na: { q: 0, <<: [*one, *two] }\nb: { <<: *two, s: 3 }\nc: { <<: { t: 4 } }";
  expect(read(text)).toMatchObject({ a: { p: 1, q: 0, r: 2 }, b: { q: 2, r: 2, s: 3 }, c: { t: 4 } });
});

it("takes a quoted << for a name", () => {
  expect(read('"<<": 1')).toEqual({ "<<": 1 });
});

it("expands thousands of aliases of aliases in no time", () => {
  const levels = Array.from({ length: 30 }, (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}]`);
  expect(Object.keys(read(["l0: &l0 x", ...levels].join("\n")) as object)).toHaveLength(31);
});

it.each([
  [
    "a: [1\nb: 2",
    "2:1  is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  ["a: b: c", "1:4  is not valid YAML: Nested mappings are not allowed in compact mappings"],
  ["a:\n\t- b", "2:1  is not valid YAML: Tabs are not allowed as indentation"],
  ['a: "b', '1:6  is not valid YAML: Missing closing "quote'],
  ["a: 1\n---\nb: 2", "2:1  is not valid YAML: Source contains multiple documents"],
  ["a: !secret x", "1:4  is not valid YAML: Unresolved tag: !secret"],
  ["a: 1\nb:\n  c: 1\n  d: 2\n  c: 3", "5:3 b.c occurs twice: remove it here or on line 3"],
  ["a: *x", "1:4 a there is no anchor &x before this"],
  ["a: *x\nb: &x 1", "1:4 a there is no anchor &x before this"],
  ["a: &x { b: *x }", "1:12 a.b &x contains itself"],
  ["a: &x { <<: *x }", "1:13 a.<< &x contains itself"],
  ["a: { <<: 1 }", "1:6 a.<< can only merge maps"],
])("refuses %j", (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

it("names all that is wrong with a text", () => {
  expect(problemsOf("a: *x\na: *y\nb: { <<: 1 }")).toEqual([
    "1:4 a there is no anchor &x before this",
    "2:1 a occurs twice: remove it here or on line 1",
    "2:4 a there is no anchor &y before this",
    "3:6 b.<< can only merge maps",
  ]);
});

it("knows the place of every name and value", () => {
  const text = 'a:\n  b: [c, { d: e }]\n  "f g":\n    - h\n    - i\n';
  expect(place(text, [])).toBe("a.yaml:1:1");
  expect(place(text, ["a"], "name")).toBe("a.yaml:1:1");
  expect(place(text, ["a"])).toBe("a.yaml:2:3");
  expect(place(text, ["a", "b", 0])).toBe("a.yaml:2:7");
  expect(place(text, ["a", "b", 1, "d"], "name")).toBe("a.yaml:2:12");
  expect(place(text, ["a", "b", 1, "d"])).toBe("a.yaml:2:15");
  expect(place(text, ["a", "f g", 1])).toBe("a.yaml:5:7");
});

it("knows the place of what came in through anchors and merge keys", () => {
  const text = "x: &x { b: 1 }\ny: &y { <<: *x, c: 2 }\na: { <<: [*y], d: *x }\ne: *y";
  expect(place(text, ["a", "c"])).toBe("a.yaml:2:20");
  expect(place(text, ["a", "b"])).toBe("a.yaml:1:12");
  expect(place(text, ["a", "d", "b"], "name")).toBe("a.yaml:1:9");
  expect(place(text, ["e", "b"])).toBe("a.yaml:1:12");
});

it("names the nearest place before one that does not exist", () => {
  const text = "a:\n  b: 1\n  c: [d]\n  e:\n";
  expect(place(text, ["a", "z", "y"])).toBe("a.yaml:2:3");
  expect(place(text, ["a", "c", 7])).toBe("a.yaml:3:6");
  expect(place(text, ["a", "b", "z"])).toBe("a.yaml:2:6");
  expect(place(text, ["z"])).toBe("a.yaml:1:1");
  expect(place("", ["a"])).toBe("a.yaml:1:1");
});
