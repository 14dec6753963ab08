/** The review as a page: one file that loads nothing from the network and shows everything even without its script. */
import { createHash } from "node:crypto";
import { shortTime } from "../../inWords";
import { readable } from "../../readable";
import type { Message, Review, StackReview } from "../../review";
import { headline } from "../../reviewOf";
import { operations, workWords } from "../sentence";
import { changesSection } from "./changes";
import { escaped } from "./markup";
import { matrixSection } from "./matrix";
import { script } from "./script";
import { style } from "./style";
import { timelineSection } from "./timeline";

/** The content of a page, beside its style and its script. */
interface PageParts {
  title: string;
  /** What the first link skips to: "the changes". */
  content: string;
  filters: readonly { value: string; label: string }[];
  /** In markup. */
  sections: readonly string[];
  /** Which command made it, and when, RFC 3339. */
  madeBy: string;
  time: string | undefined;
  /** Whether customers change in it: then the script counts those that it shows. */
  changing: boolean;
}

export function pageReview(review: Review): string {
  const { stacks } = readable(review);
  return page({
    title: `Review of ${stacks.map(({ stack }) => stack || "a preview").join(", ")}`,
    content: "the changes",
    filters,
    sections: stacks.map((stack, index) => stackSection(stack, String(index), stacks.length > 1)),
    madeBy: "review",
    time: stacks[0]?.time,
    changing: true,
  });
}

/** One file that loads nothing from the network. */
export function page({ title, content, filters, sections, madeBy, time, changing }: PageParts): string {
  const sha = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  // Whatever a name smuggles in, only this style and this script are used, and nothing is fetched.
  const policy = `default-src 'none'; style-src ${sha(style)}; script-src ${sha(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to ${escaped(content)}</a>
<header>
<h1>${escaped(title)}</h1>
</header>
<main id="content" tabindex="-1">
<div class="controls" role="search">
<label>Search <input type="search" id="search" placeholder="customer, key, role …" autocomplete="off" aria-keyshortcuts="/"></label>
<fieldset><legend>Show</legend>
${filters.map(({ value, label }) => `<label><input type="radio" name="show" value="${value}"${value === "all" ? " checked" : ""}> ${label}</label>`).join("\n")}
</fieldset>
<p id="count" class="faint" role="status"${changing ? " data-changing" : ""}></p>
</div>
${sections.join("\n")}
</main>
<footer class="faint">Made by <code>pulumi-tesseral ${madeBy}</code>${time === undefined ? "" : ` at ${escaped(shortTime(time))}`}. It holds no secrets.</footer>
<script>${script}</script>
</body>
</html>
`;
}

const filters = [
  { value: "all", label: "all" },
  { value: "changed", label: "what changes" },
  { value: "notice", label: "will notice" },
  { value: "rotation", label: "rotations" },
  { value: "none", label: "stays as it is" },
];

function stackSection(stack: StackReview, id: string, isOneOfSeveral: boolean): string {
  const { messages, project, stack: name, others, counts, raw, work, changes, complete } = stack;
  const errors = messages.filter(({ severity }) => severity === "error");
  const rest = messages.filter(({ severity }) => severity !== "error");
  const where = isOneOfSeveral ? escaped(` of stack ${name || id}`) : "";
  return [
    `<section aria-labelledby="stack-${id}">`,
    ...errors.map(message),
    `<h2 id="stack-${id}" class="headline">${isOneOfSeveral ? `${escaped(name || `Preview ${id}`)}: ` : ""}${escaped(headline(stack))}</h2>`,
    `<p class="where faint">stack ${escaped(name)}${project === "" ? "" : `, project ${escaped(project)}`} · ${escaped(workWords(work))}</p>`,
    ...(complete || changes.length > 0 ? [changesSection(stack)] : []),
    others.length === 0
      ? ""
      : `<h2>Not customers</h2><ul>${others.map((one) => `<li>${escaped(one.name)} (<code>${escaped(one.type)}</code>): ${escaped(operations(one.operations))}</li>`).join("")}</ul>`,
    ...(complete || changes.length > 0 ? [timelineSection(stack, id)] : []),
    matrixSection(stack, id, where),
    rest.length === 0 ? "" : `<h2>What the preview said</h2>${rest.map(message).join("")}`,
    ...[
      ...counts.differences.map((one) => `The counts do not add up: ${one}.`),
      ...raw.map((one) => `Not understood: ${one}`),
    ].map((one) => `<p class="message">${escaped(one)}</p>`),
    "</section>",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function message({ severity, text, customer }: Message): string {
  const about = customer === undefined ? "" : ` (${escaped(customer)})`;
  return `<div class="message ${severity}"${severity === "error" ? ' role="alert"' : ""}><strong class="${severity === "error" ? "notice" : "faint"}">${severity}${about}</strong><pre>${escaped(text)}</pre></div>`;
}
