/** The pages of resources, components and entries. */
import type { ChangeEffect, Effects } from "./effects";
import { code, defaultText, heading, inline, prose, table } from "./markdown";
import type { Callable, Entry, Item, Member } from "./surface";

/** A page of the reference: its file in docs/reference, its title, its text, and what it is about in a line. */
export interface Page {
  file: string;
  title: string;
  about: string;
  text: string;
}

const kebab = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

/** The explanations that a resource has pages of its own for. */
const readMore: Record<string, [page: string, what: string][]> = {
  Organization: [["../customers.md", "Customers"]],
  ManagedApiKey: [
    ["../rotation.md", "Rotation"],
    ["../faults.md", "What happens when something fails"],
  ],
  Customer: [
    ["../customers.md", "Customers"],
    ["../delivery.md", "Delivery"],
  ],
  Backend: [
    ["../backend.md", "The backend: what is created, every option with its reason, what is refused"],
    ["../backends.md", "Seven example backends"],
  ],
  BackendKey: [["../backend-key.md", "The key alone: ECS, App Runner, EKS, functions of your own"]],
};

export function resourcePages(entries: Entry[], effects: Map<string, Effects>): Page[] {
  return entries.flatMap((entry) =>
    [...entry.items.values()]
      .filter((item) => item.isResource)
      .map((item) => resourcePage(entry, item, effects.get(item.name))),
  );
}

function resourcePage(entry: Entry, item: Item, effects: Effects | undefined): Page {
  const { name, text, members, calls } = item;
  const { summary, example, verbs, rest } = partsOf(text);
  const args = entry.items.get(`${name}Args`);
  const types = [...typesOf(entry, [args, item])].filter((type) => type !== args && type !== item);
  const [construct, ...others] = calls;
  const more = readMore[name] ?? [];
  return {
    file: `${kebab(name)}.md`,
    title: name,
    about: inline(summary),
    text: [
      heading(name, "the comments of its source"),
      prose(summary),
      `\`import { ${name} } from "${entry.name}";\``,
      ...(example === undefined ? [] : ["## Example", example]),
      ...(rest === "" ? [] : [prose(rest)]),
      "## Inputs",
      ...(construct === undefined ? [] : [signatureText(construct)]),
      ...(construct?.throws === undefined ? [] : [`Throws ${inline(construct.throws)}.`]),
      memberTable(args?.members ?? [], "given", effects?.changes),
      "## Outputs",
      memberTable(members),
      ...(verbs.length === 0 ? [] : ["## What it does", verbs.map(prose).join("\n")]),
      ...(effects === undefined ? [] : [requests(effects)]),
      ...others.flatMap((call) => callable(call, 2)),
      ...types.flatMap((type) => itemText(type, 2)),
      ...(more.length === 0 ? [] : ["## Read on", more.map(([page, what]) => `- [${what}](${page})`).join("\n")]),
      "",
    ]
      .flat()
      .join("\n\n")
      .trimEnd()
      .concat("\n"),
  };
}

/** A page of what an entry gives besides resources. */
export function entryPages(entries: Entry[], own: Record<string, { file: string; about: string }>): Page[] {
  return entries.flatMap((entry) => {
    const { file, about } = own[entry.name] ?? {
      file: `${entry.name.replace("pulumi-tesseral/", "")}-api.md`,
      about: "",
    };
    const onPages = new Set<Item>();
    for (const item of entry.items.values()) {
      if (item.isResource) {
        const args = entry.items.get(`${item.name}Args`);
        for (const each of [item, ...(args === undefined ? [] : [args]), ...typesOf(entry, [args, item])]) {
          onPages.add(each);
        }
      }
    }
    const items = [...entry.items.values()].filter((item) => !onPages.has(item));
    if (items.length === 0) {
      return [];
    }
    const order = ["function", "class", "value", "interface", "type"];
    items.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    const text = [
      heading(entry.name, "the comments of its sources"),
      entry.text === "" ? about : prose(entry.text),
      ...items.flatMap((item) => itemText(item, 2)),
    ].join("\n\n");
    return [{ file, title: entry.name, about, text: `${text}\n` }];
  });
}

/** An item with everything that it has. */
function itemText(item: Item, level: number): string[] {
  const { name, kind, text, members, calls, definition } = item;
  if (kind === "function") {
    return calls.flatMap((call) => callable(call, level));
  }
  const construct = kind === "class" ? calls.filter((call) => call.name === "constructor") : [];
  return [
    `${"#".repeat(level)} ${name}`,
    ...(text === "" ? [] : [prose(text)]),
    ...(definition === undefined ? [] : [["```ts", `type ${name} = ${definition}`, "```"].join("\n")]),
    ...construct.map(signatureText),
    ...(members.length === 0 ? [] : [memberTable(members, isGiven(item) ? "given" : "seen")]),
    ...calls.filter((call) => call.name !== "constructor").flatMap((call) => callable(call, level + 1)),
  ];
}

function callable({ name, signature, text, throws }: Callable, level: number): string[] {
  return [
    `${"#".repeat(level)} ${name}`,
    signatureText({ signature }),
    ...(text === "" ? [] : [prose(text)]),
    ...(throws === undefined ? [] : [`Throws ${inline(throws)}.`]),
  ];
}

function signatureText({ signature }: { signature: string }): string {
  return ["```ts", signature, "```"].join("\n");
}

/** Whether people write such an object, rather than read it. */
function isGiven({ kind, name, members }: Item): boolean {
  return kind === "interface" && (/(?:Args|Options|Seed)$/.test(name) || members.some((member) => member.default));
}

function memberTable(members: Member[], use: "given" | "seen" = "seen", changes?: Map<string, ChangeEffect>): string {
  if (members.length === 0) {
    return "None.";
  }
  const isGivenTable = use === "given";
  const ordered = isGivenTable ? [...members].sort((a, b) => Number(a.isOptional) - Number(b.isOptional)) : members;
  const rows = ordered.map(({ name, type, isOptional, default: preset, text }) => [
    code(isOptional && !isGivenTable ? `${name}?` : name),
    code(type),
    ...(isGivenTable ? [isOptional ? defaultText(preset) : "**must be there**"] : []),
    ...(changes === undefined ? [] : [changeText(name, changes)]),
    text,
  ]);
  const head = [
    "name",
    "type",
    ...(isGivenTable ? ["default"] : []),
    ...(changes === undefined ? [] : ["a change"]),
    "meaning",
  ];
  return table(head, rows);
}

function changeText(name: string, changes: Map<string, ChangeEffect>): string {
  const effect = changes.get(name);
  if (effect === undefined) {
    throw new Error(`scripts/docs/reference/effects.ts has no values for the input ${name}`);
  }
  if (typeof effect === "string") {
    const words = { "creation only": "read at creation only", refused: "refused", replaces: "**replaces**" };
    return words[effect];
  }
  return effect.length === 0 ? "updates; nothing is sent" : `updates: ${effect.map(code).join(", ")}`;
}

function requests({ requests: seen }: Effects): string {
  const row = (what: keyof Effects["requests"]) => [what, seen[what].map(code).join(", ")];
  return [
    "## Requests",
    "Seen at the emulator, with nothing declared but what must be there; the first request of a run asks which project the key belongs to. " +
      "Tesseral's backend API keys know no narrower permissions: one may do all of this in its project.",
    table(["operation", "requests"], [row("create"), row("refresh"), row("delete")]),
  ].join("\n\n");
}

/** The items of this entry that these use, and those use, and so on. */
function typesOf(entry: Entry, from: (Item | undefined)[]): Set<Item> {
  const found = new Set<Item>();
  const visit = (item: Item | undefined) => {
    for (const name of item?.uses ?? []) {
      const used = entry.items.get(name);
      if (used !== undefined && !used.isResource && !found.has(used) && used.name !== "OrganizationArgs") {
        found.add(used);
        visit(used);
      }
    }
  };
  from.forEach(visit);
  return found;
}

/** A comment in its parts: the first paragraph, the first example, the list of verbs, and the rest. */
function partsOf(text: string): { summary: string; example: string | undefined; verbs: string[]; rest: string } {
  const example = /```ts\n.*?```/s.exec(text)?.[0];
  const paragraphs = text
    .replace(example ?? "", "")
    .split(/\n{2,}/)
    .map((one) => one.trim());
  const isList = (one: string) => one.startsWith("- ");
  const [summary = "", ...others] = paragraphs.filter((one) => one !== "");
  return {
    summary,
    example,
    verbs: others.filter(isList),
    rest: others.filter((one) => !isList(one)).join("\n\n"),
  };
}
