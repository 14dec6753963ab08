import { suggestion } from "../nearest";

/** The values of the placeholders. */
export interface NamedKey {
  project: string;
  stack: string;
  customer: string;
  key: string;
}

/** The default name of a secret. */
export const defaultSecretName = "{project}/{stack}/{customer}/{key}";

const placeholders = ["project", "stack", "customer", "key"] as const satisfies (keyof NamedKey)[];
const placeholder = /\{([^{}]*)\}/gu;
// AWS Secrets Manager API reference, CreateSecret, "Name".
const longest = 512;
const allowed = /^[A-Za-z0-9/_+=.@-]+$/u;

/** The name that a template gives the secret of a key. Unknown placeholders stay as they are. */
export function secretName(template: string, named: NamedKey): string {
  return template.replaceAll(placeholder, (text, name: string) => (isPlaceholder(name) ? named[name] : text));
}

/** What is wrong with a template, or with the name that it gives a key: the end of a sentence that begins with the field. */
export function secretNameProblem(template: string, named: NamedKey): string | undefined {
  const unknown = [...template.matchAll(placeholder)].map(([, name = ""]) => name).find((name) => !isPlaceholder(name));
  if (unknown !== undefined) {
    const near = suggestion(unknown, placeholders).replaceAll(/"(\w+)"/gu, '"{$1}"');
    const known = placeholders.map((name) => `{${name}}`).join(", ");
    return `has {${unknown}}, which is no placeholder${near || `; there are ${known}`}`;
  }
  const name = secretName(template, named);
  if (!allowed.test(name)) {
    return name === ""
      ? "must not be empty"
      : `gives ${JSON.stringify(name)}, and Secrets Manager takes letters, digits and /_+=.@- only`;
  }
  return name.length > longest
    ? `gives a name of ${name.length} characters, and Secrets Manager takes ${longest}`
    : undefined;
}

function isPlaceholder(name: string): name is keyof NamedKey {
  return (placeholders as readonly string[]).includes(name);
}

/** What to do about two keys whose secrets would have one name. */
export const sameSecretName = "each token has a secret of its own. Let {customer} and {key} stand in the name";
