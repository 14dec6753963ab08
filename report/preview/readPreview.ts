import { isRecord } from "../../config/isRecord";
import { coded } from "../../errors/coded";
import { Masking } from "../secrets";
import { type Preview, type PreviewDiagnostic, type PreviewStep, partsOf, type ResourceState } from "./preview";

/** A text that is not a preview, or is one that holds too little. The message says what to do instead. */
export class NotAPreview extends Error {}

/** What to do instead. */
export const howToSave = "save one with: pulumi preview --json --show-sames > preview.json";

/**
 * Reads what `pulumi preview --json` printed: the digest, or one event on each line as with `PULUMI_ENABLE_STREAMING_JSON_PREVIEW` or in
 * an `--event-log`. Secrets are masked here, so that nothing behind this function can reveal them.
 *
 * The digest has had the same fields since engine 3.216 (`pkg/display/json.go`); events are those of `sdk/go/common/apitype/events.go`.
 * @throws NotAPreview
 */
export function readPreview(text: string): Preview {
  const documents = documentsIn(text);
  const masking = new Masking();
  for (const document of documents) {
    masking.learn(document);
  }
  const [first, ...others] = documents.map((document) => masking.value(document)).filter(isRecord);
  if (first === undefined) {
    throw new NotAPreview(coded("TSL-PREVIEW", `this is no preview, since it holds no JSON object: ${howToSave}`));
  }
  if (Array.isArray(first.resources) && "result" in first) {
    throw new NotAPreview(
      coded("TSL-PREVIEW", `this is the summary that --output json prints, which holds no values: ${howToSave}`),
    );
  }
  if ("deployment" in first) {
    throw new NotAPreview(coded("TSL-PREVIEW", `this is the state of a stack, and no preview: ${howToSave}`));
  }
  const isDigest =
    ["steps", "changeSummary", "diagnostics", "config"].some((name) => name in first) &&
    ["steps", "diagnostics"].every((name) => Array.isArray(first[name] ?? []));
  const isEvent = "sequence" in first || Object.keys(first).some((name) => name.endsWith("Event"));
  if (!isDigest && !isEvent && Object.keys(first).length > 0) {
    throw new NotAPreview(coded("TSL-PREVIEW", `this JSON is no preview: ${howToSave}`));
  }
  return isDigest || !isEvent ? fromDigest(first) : fromEvents([first, ...others]);
}

/** The JSON documents in a text: one, or one a line. Other lines, such as a warning before it, are ignored. */
function documentsIn(text: string): unknown[] {
  const begin = text.search(/^\s*[[{]/m);
  const rest = begin === -1 ? "" : text.slice(begin);
  const whole = parsed(rest);
  if (whole !== undefined) {
    return Array.isArray(whole) ? whole : [whole];
  }
  const end = rest.lastIndexOf("\n}");
  const upToEnd = end === -1 ? undefined : parsed(rest.slice(0, end + 2));
  if (upToEnd !== undefined) {
    return [upToEnd];
  }
  // A line within a digest can be JSON by itself, too: an item of a list. An event begins its line.
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  const documents = lines.flatMap((line) => parsed(line.trim()) ?? []);
  if (documents.length > 1 && documents.every((one) => isRecord(one) && "steps" in one)) {
    throw severalPreviews();
  }
  if (documents.length === lines.length) {
    return documents;
  }
  if (/^\}\s*^\{/m.test(rest)) {
    throw severalPreviews();
  }
  if (/^\{\s*("|$)/.test(rest.trimStart())) {
    throw new NotAPreview(
      coded("TSL-PREVIEW", `the preview is cut off or damaged: its JSON does not end. ${capital(howToSave)}`),
    );
  }
  return [];
}

function severalPreviews(): NotAPreview {
  return new NotAPreview(
    coded(
      "TSL-PREVIEW",
      "these are several previews, one after another: save each in a file of its own, and give --from for each",
    ),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromDigest(digest: Record<string, unknown>): Preview {
  const notUnderstood: string[] = [];
  const steps = listOf(digest.steps).flatMap((step, index) => {
    const { op, urn } = recordOf(step);
    if (typeof op !== "string" || typeof urn !== "string") {
      notUnderstood.push(`step ${index + 1} of the preview has no op or no urn: ${JSON.stringify(step)}`);
      return [];
    }
    const { oldState, newState, replaceReasons, diffReasons, detailedDiff } = recordOf(step);
    return [
      stepOf({
        ...{ op, urn, old: oldState, new: newState, replaceReasons },
        diffReasons: diffReasons ?? Object.keys(recordOf(detailedDiff)),
      }),
    ];
  });
  const known = ["config", "steps", "diagnostics", "duration", "changeSummary", "maybeCorrupt"];
  for (const name of Object.keys(digest).filter((name) => !known.includes(name))) {
    notUnderstood.push(`the preview has a part ${JSON.stringify(name)} that this version does not know`);
  }
  return {
    ...homeOf(steps),
    steps,
    diagnostics: listOf(digest.diagnostics).flatMap(diagnosticOf),
    ...summaryOf(digest.changeSummary),
    config: textsOf(digest.config),
    notUnderstood,
  };
}

function fromEvents(events: readonly Record<string, unknown>[]): Preview {
  const steps: PreviewStep[] = [];
  const diagnostics: PreviewDiagnostic[] = [];
  let config: Record<string, string> = {};
  let summary: unknown;
  for (const event of events) {
    const { resourcePreEvent, resOutputsEvent, diagnosticEvent, stdoutEvent, summaryEvent, preludeEvent } = event;
    const metadata = recordOf(recordOf(resourcePreEvent ?? resOutputsEvent).metadata);
    const { op, urn, keys, diffs, detailedDiff } = metadata;
    if (typeof op === "string" && typeof urn === "string" && !isInternal(urn)) {
      const old = metadata.old === null ? undefined : metadata.old;
      const step = stepOf({
        ...{ op, urn, old, new: metadata.new ?? undefined, replaceReasons: keys },
        diffReasons: diffs ?? Object.keys(recordOf(detailedDiff)),
      });
      // A refresh shows what it found only in the outputs.
      const before = steps.findLastIndex((one) => one.urn === urn);
      if (resourcePreEvent !== undefined) {
        steps.push(step);
      } else if (before !== -1 && steps[before]?.op === "refresh") {
        steps[before] = step;
      }
    }
    if (isRecord(diagnosticEvent) && diagnosticEvent.ephemeral !== true) {
      diagnostics.push(...diagnosticOf(diagnosticEvent));
    }
    if (isRecord(stdoutEvent)) {
      diagnostics.push(...diagnosticOf({ ...stdoutEvent, severity: "info" }));
    }
    config = isRecord(preludeEvent) ? textsOf(preludeEvent.config) : config;
    summary = isRecord(summaryEvent) ? summaryEvent.resourceChanges : summary;
  }
  return { ...homeOf(steps), steps, diagnostics, ...summaryOf(summary), config, notUnderstood: [] };
}

/** Default providers are the engine's own: it does not count them, and a digest has none. */
function isInternal(urn: string): boolean {
  const { type, name } = partsOf(urn);
  return type.startsWith("pulumi:providers:") && /^default(_|$)/.test(name);
}

interface RawStep {
  op: string;
  urn: string;
  old: unknown;
  new: unknown;
  replaceReasons: unknown;
  diffReasons: unknown;
}

function stepOf({ op, urn, old, new: news, replaceReasons, diffReasons }: RawStep): PreviewStep {
  const { type, name } = partsOf(urn);
  return {
    ...{ op, urn, type, name },
    ...(isRecord(old) && { old: stateOf(old, urn) }),
    ...(isRecord(news) && { new: stateOf(news, urn) }),
    replaceReasons: listOf(replaceReasons).map(String),
    diffReasons: listOf(diffReasons).map(String),
  };
}

function stateOf(state: Record<string, unknown>, urn: string): ResourceState {
  const dependencies = Object.entries(recordOf(state.propertyDependencies));
  return {
    urn: typeof state.urn === "string" ? state.urn : urn,
    id: typeof state.id === "string" ? state.id : "",
    ...(typeof state.parent === "string" && state.parent !== "" && { parent: state.parent }),
    inputs: recordOf(state.inputs),
    outputs: recordOf(state.outputs),
    protect: state.protect === true,
    retainOnDelete: state.retainOnDelete === true,
    propertyDependencies: Object.fromEntries(dependencies.map(([name, urns]) => [name, listOf(urns).map(String)])),
  };
}

function diagnosticOf(diagnostic: unknown): PreviewDiagnostic[] {
  const { severity, message, urn, prefix } = recordOf(diagnostic);
  // Colors are written as `<{%fg 1%}>`, or as escape sequences if somebody forced them.
  const text = `${typeof prefix === "string" ? prefix : ""}${typeof message === "string" ? message : ""}`
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is to go
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .trim();
  if (text === "" || severity === "debug" || text.startsWith("debug: ")) {
    return [];
  }
  const level = severity === "error" || severity === "warning" ? severity : "info";
  return [{ severity: level, message: text, ...(typeof urn === "string" && urn !== "" && { urn }) }];
}

function homeOf(steps: readonly PreviewStep[]): Pick<Preview, "stack" | "project"> {
  const [first] = steps;
  if (first === undefined) {
    return {};
  }
  const { stack, project } = partsOf(first.urn);
  return { stack, project };
}

function summaryOf(summary: unknown): Pick<Preview, "changeSummary"> {
  if (!isRecord(summary)) {
    return {};
  }
  const counts = Object.entries(summary).flatMap(([op, count]) =>
    typeof count === "number" ? [[op, count] as const] : [],
  );
  return { changeSummary: Object.fromEntries(counts) };
}

function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(recordOf(value)).map(([name, text]) => [name, String(text)]));
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
