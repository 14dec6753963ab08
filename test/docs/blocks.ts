// The code of the pages, with what stands beside it: where it is checked, or why it is not.
import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { parse } from "yaml";

export interface Block {
  page: string;
  /** The line of the page in which it begins. */
  line: number;
  language: string;
  text: string;
  /** `<!-- checked: test/… -->` before it: a test that reads it from the page. */
  checked: string | undefined;
  /** `<!-- unchecked: why -->` before it. */
  unchecked: string | undefined;
}

/** The pages that people wrote; what is generated shows comments of the code. */
export const writtenPages = globSync(["README.md", "CONTRIBUTING.md", "docs/**/*.md"], {
  ignore: ["docs/errors.md", "docs/reference/**", "docs/site/**"],
}).sort();

/** The files that pages show in full, to be copied. */
export const workflows = globSync("docs/workflows/*.yml").map((file) => readFileSync(file, "utf8"));

/** The customers that YAML of a page declares: all of them, some, one, or the keys of one; undefined if it declares none. */
export function declaredIn(text: string): Record<string, unknown> | undefined {
  const value = parse(text);
  const [first = ""] = Object.keys(value);
  if (first === "customers") {
    return value.customers;
  }
  if (first === "config") {
    return value.config["tesseral:customers"];
  }
  if (typeof value[first]?.displayName === "string") {
    return value;
  }
  if (typeof value.displayName === "string") {
    return { one: value };
  }
  // Keys alone, of a customer that has the roles that they name.
  const roles = Object.values<{ roles?: unknown }>(value).flatMap((key) =>
    Array.isArray(key?.roles) ? key.roles : [],
  );
  const customer = {
    displayName: "Acme Corp",
    ...(text.includes("adopt: ") && { adopt: "org_0v8rjxt2clg6gtdnmamiuj52w" }),
    roles: Object.fromEntries(roles.map((role) => [role, { actions: ["widgets.read"] }])),
    apiKeys: value,
  };
  return { one: customer };
}

const fence = /^(?: *<!-- (checked|unchecked): (.+?) -->\n)?( *)(```+)(\w*)[^\n]*\n(.*?)^\3\4`*$/gms;

export function blocksOf(page: string): Block[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(fence)].map((match) => {
    const [, mark, says, indent = "", , language = "", body = ""] = match;
    return {
      page,
      line: text.slice(0, match.index).split("\n").length + (mark === undefined ? 0 : 1),
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      checked: mark === "checked" ? says : undefined,
      unchecked: mark === "unchecked" ? says : undefined,
    };
  });
}
