// Proves that previews are read in every form in which the CLI writes them, and that what is none is refused with what to do. What they
// mean is the matter of the other tests here.
import { describe, expect, it } from "vitest";
import { readPreview } from "../../report/preview/readPreview";
import { digest, everything, reviewed, savedPreview, step } from "./previews";

describe("a digest", () => {
  it("is read with its steps, counts, diagnostics and configuration", () => {
    const preview = readPreview(savedPreview("everything.json"));
    expect(preview).toMatchObject({
      ...{ stack: "test", project: "tesseral", notUnderstood: [] },
      changeSummary: { create: 8, delete: 9, replace: 2, same: 32, update: 11 },
      config: { "tesseral:maxRemovals": "1", "tesseral:backendApiKey": "[secret]" },
    });
    expect(preview.steps).toHaveLength(62);
    expect(preview.diagnostics[1]).toEqual({
      severity: "info",
      message: "vandelay-industries: renamed from vandelay, which alone changes nothing in Tesseral.",
    });
  });

  it("is found behind lines of other programs, and before them", () => {
    const text = `> npm install\nwarning: something\n${savedPreview("brake.json")}\nDone in 3 s.\n`;
    expect(readPreview(text)).toEqual(readPreview(savedPreview("brake.json")));
  });

  it("may hold what no version knew so far, which is said", () => {
    const changed = { ...everything(), newPart: 1, steps: [...everything().steps, { op: "create" } as never] };
    expect(readPreview(JSON.stringify(changed)).notUnderstood).toEqual([
      'step 63 of the preview has no op or no urn: {"op":"create"}',
      'the preview has a part "newPart" that this version does not know',
    ]);
  });

  it("of a stack without resources is empty", () => {
    expect(readPreview("{}")).toMatchObject({ steps: [], diagnostics: [], notUnderstood: [] });
  });

  // Engines before 3.259 leave these out, or write null, where there is nothing (pkg/display/json.go of 3.216).
  it.each([
    ["without detailedDiff, diffReasons and propertyDependencies", { detailedDiff: undefined, diffReasons: undefined }],
    ["with null in their place", { detailedDiff: null, diffReasons: null, replaceReasons: null }],
  ])("is read %s", (_, change) => {
    const steps = everything().steps.map((one) => ({ ...one, ...change }));
    const { changes } = reviewed(digest(steps));
    expect(changes.find(({ name }) => name === "hooli")?.changes).toMatchObject([{ effect: "suspend" }]);
  });
});

describe("an event log", () => {
  it("says the same as the digest, but for the roles of which it has no names", () => {
    const [fromEvents, fromDigest] = [savedPreview("everything.events.jsonl"), savedPreview("everything.json")].map(
      (text) => reviewed(text),
    );
    const known = (one: typeof fromEvents) =>
      one?.changes
        .filter(({ name }) => name !== "role" && name !== "umbrella")
        .map(({ name, changes }) => ({
          name,
          said: changes.map(({ effect, text }) => ({ effect, text: text.replace(/ until .*/, "") })),
        }));
    expect(known(fromEvents)).toEqual(known(fromDigest));
    expect(fromEvents?.counts.differences).toEqual([]);
    expect(fromEvents?.messages).toEqual(fromDigest?.messages);
  });

  it("assumes the worst of roles that it does not name", () => {
    const { changes } = reviewed(savedPreview("everything.events.jsonl"));
    expect(changes.find(({ name }) => name === "role")?.changes).toContainEqual(
      expect.objectContaining({
        effect: "actions-lost",
        text: "roles gone and lost → not known yet: may lose actions",
      }),
    );
  });

  it("takes from a refresh what it found", () => {
    const urn = "urn:pulumi:test::shop::pulumi-nodejs:dynamic/tesseral:Organization::acme";
    const state = { urn, id: "org_1", type: "x", inputs: { displayName: "Acme" }, outputs: {} };
    const event = (name: string, op: string, more: object) =>
      JSON.stringify({ [name]: { metadata: { op, urn, ...more } } });
    const text = [
      event("resourcePreEvent", "refresh", { old: state, new: state }),
      event("resOutputsEvent", "delete", { old: state }),
      event("resourcePreEvent", "create", { new: { ...state, id: "" } }),
      JSON.stringify({ summaryEvent: { resourceChanges: { create: 1 } } }),
    ].join("\n");
    expect(reviewed(text).changes).toMatchObject([{ name: "acme", changes: [{ effect: "new-token" }] }]);
  });
});

/** As the CLI writes it. */
const indented = `${JSON.stringify(everything(), null, 4)}\n`;

it("says of a preview that is cut off that it is, wherever that is", () => {
  const ends = Array.from({ length: 60 }, (_, index) => Math.ceil(((index + 1) * (indented.length - 8)) / 60));
  for (const end of [1, 2, 20, ...ends]) {
    expect(() => readPreview(indented.slice(0, end)), String(end)).toThrow(/^the preview is cut off or damaged/);
  }
});

it.each([
  [
    "nothing",
    "",
    /^this is no preview, since it holds no JSON object: save one with: pulumi preview --json --show-sames/,
  ],
  ["a text", "Previewing update (prod)\n", /^this is no preview, since it holds no JSON object/],
  ["half a preview", savedPreview("everything.json").slice(0, 5000), /^the preview is cut off or damaged/],
  ["half an event log", savedPreview("everything.events.jsonl").slice(0, 9000), /^the preview is cut off or damaged/],
  ["two at once", indented + indented, /^these are several previews, one after another: save each in a file/],
  ["two at once, in a line each", `${savedPreview("brake.json")}\n`.repeat(2), /^these are several previews/],
  ["bytes without a meaning", "\u0001x\n[\u0002y\n { \u0003", /^this is no preview, since it holds no JSON object/],
  ["steps that are none", JSON.stringify({ steps: "x" }), /^this JSON is no preview/],
  ["a state", JSON.stringify({ version: 3, deployment: { resources: [] } }), /^this is the state of a stack/],
  [
    "--output json",
    JSON.stringify({ result: "succeeded", resources: [] }),
    /^this is the summary that --output json prints/,
  ],
  ["another JSON", JSON.stringify({ name: "x" }), /^this JSON is no preview/],
])("refuses %s, and says how to make one", (_, text, message) => {
  expect(() => readPreview(text)).toThrow(message);
});

it("removes colors from what the engine says", () => {
  const diagnostics = [{ severity: "error", message: "<{%fg 1%}>error: <{%reset%}>it \u001b[31mfailed\u001b[0m\n" }];
  const text = digest([step("same", "customer", "acme", { old: {}, new: {} })], { diagnostics });
  expect(readPreview(text).diagnostics).toEqual([{ severity: "error", message: "error: it failed" }]);
});
