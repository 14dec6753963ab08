/** How an organization that the stack does not know becomes one of its customers: whose it is, and what to run or write. */
import { isMarkedName, markedName, type Organization, plainName } from "../../tesseral";
import type { OpenedStack } from "../stackAndTenant";

/** A step of a way out: a command, or where there is none, what to do. */
export interface Command {
  to: string;
  run: string;
}

type Stack = Pick<OpenedStack, "resources" | "interrupted" | "customers" | "stack" | "home">;

/** What makes the organization one of the stack's. */
export function adoption(
  { id, displayName: remoteName = "" }: Organization,
  stack: Stack,
  platform: NodeJS.Platform = process.platform,
): Command {
  const { entries, source } = stack.customers;
  const displayName = plainName(remoteName);
  const owner = ownerOf(remoteName, stack);
  const name = owner ?? freeName(displayName, stack);
  const adopt = `pulumi config set --path tesseral:customers.${name}.adopt ${id} --stack ${stack.stack}`;
  const declare = `pulumi config set --path --type string --stack ${stack.stack} tesseral:customers.${name}.displayName ${word(displayName, platform)}`;
  const place = owner === undefined ? undefined : entries[owner]?.place;
  const ways = {
    config: Object.hasOwn(entries, name) ? adopt : inTurn(declare, adopt, platform),
    file:
      owner === undefined
        ? `write ${name}: { displayName: ${JSON.stringify(displayName)}, adopt: ${id} } under customers in ${source?.isMany ? "a file of " : ""}${source?.name}`
        : `write adopt: ${id} into ${place?.at.length === 0 ? "" : `customers.${name} in `}${place?.file ?? source?.name}`,
    program:
      owner === undefined
        ? `declare new Organization(${JSON.stringify(name)}, { displayName: ${JSON.stringify(displayName)}, adopt: "${id}" })`
        : `give Organization ${JSON.stringify(name)} the argument adopt: "${id}"`,
  };
  return { to: "adopt", run: ways[placeOf(stack)] };
}

/** Where the customers are declared. A stack without any is one that is just beginning. */
export function placeOf({ customers, resources, interrupted }: Omit<Stack, "home">): "config" | "file" | "program" {
  if (customers.source !== undefined) {
    return customers.source.kind === "stack file" ? "config" : "file";
  }
  const isOrganization = ({ kind }: { kind: string }) => kind === "Organization";
  return resources.some(isOrganization) || interrupted.some(isOrganization) ? "program" : "config";
}

/** The entry or resource that an organization is meant for, by its marked name or by the name that is declared. */
export function ownerOf(remoteName: string, { resources, interrupted, customers, home }: Stack): string | undefined {
  const displayName = plainName(remoteName);
  const creations = interrupted.filter(({ kind }) => kind === "Organization");
  const known = new Set(resources.filter(({ kind }) => kind === "Organization").map(({ name }) => name));
  const waiting = [
    ...creations.map(({ name, inputs }) => ({ name, displayName: inputs.displayName })),
    ...Object.entries(customers.entries).map(([name, entry]) => ({ name, displayName: entry.displayName })),
  ].filter(({ name }) => !known.has(name));
  const fits = isMarkedName(remoteName)
    ? waiting.find(({ name }) => markedName(displayName, `${home}/${name}`) === remoteName)
    : waiting.find((one) => one.displayName === displayName);
  return fits?.name;
}

/** A name for a new customer that is not taken: the display name in lower case, digits and hyphens. */
function freeName(displayName: string, { resources, customers }: Stack): string {
  const words =
    displayName
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const base = words.join("-").replace(/^[^a-z]+/, "") || "customer";
  const taken = new Set([...resources.map(({ name }) => name), ...Object.keys(customers.entries)]);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) {
      return name;
    }
  }
}

/** Two commands as one line. Windows PowerShell knows no `&&`. */
export function inTurn(first: string, second: string, platform: NodeJS.Platform = process.platform): string {
  return `${first}${platform === "win32" ? ";" : " &&"} ${second}`;
}

/** One argument in a POSIX shell or PowerShell, the last one of a command. Customers can choose their names: none may run anything. */
function word(text: string, platform: NodeJS.Platform): string {
  const plain = text.replace(/\p{Cc}+/gu, " ");
  // PowerShell takes typographic quotes for quotes, too.
  const quoted = `'${platform === "win32" ? plain.replace(/['\u2018-\u201b]/g, "$&$&") : plain.replaceAll("'", "'\\''")}'`;
  return text.startsWith("-") ? `-- ${quoted}` : quoted;
}
