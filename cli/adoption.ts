/** How an organization that the stack does not know becomes one of its customers: whose it is, and what to run or write. */
import { isMarkedName, markedName, type Organization } from "../tesseral";
import type { StackAndTenant } from "./stackAndTenant";

/** A step of a way out: a command, or where there is none, what to do. */
export interface Command {
  to: string;
  run: string;
}

type Stack = Pick<StackAndTenant, "resources" | "interrupted" | "customers" | "stack">;

/** What makes the organization one of the stack's. */
export function adoption({ id, displayName: remoteName = "" }: Organization, stack: Stack): Command {
  const { customers } = stack;
  const displayName = plainName(remoteName);
  const owner = ownerOf(remoteName, stack);
  const name = owner ?? freeName(displayName, stack);
  const adopt = `pulumi config set --path tesseral:customers.${name}.adopt ${id} --stack ${stack.stack}`;
  const declare = `pulumi config set --path --type string --stack ${stack.stack} tesseral:customers.${name}.displayName ${word(displayName)}`;
  const ways = {
    config: Object.hasOwn(customers.declared, name) ? adopt : `${declare} && ${adopt}`,
    file:
      owner === undefined
        ? `write ${name}: { displayName: ${JSON.stringify(displayName)}, adopt: ${id} } under customers in ${customers.file}`
        : `write adopt: ${id} into customers.${name} in ${customers.file}`,
    program:
      owner === undefined
        ? `declare new Organization(${JSON.stringify(name)}, { displayName: ${JSON.stringify(displayName)}, adopt: "${id}" })`
        : `give Organization ${JSON.stringify(name)} the argument adopt: "${id}"`,
  };
  return { to: "adopt", run: ways[placeOf(stack)] };
}

/** Where the customers are declared. A stack without any is one that is just beginning. */
function placeOf({ customers, resources, interrupted }: Stack): "config" | "file" | "program" {
  if (Object.keys(customers.declared).length > 0) {
    return "config";
  }
  if (customers.file !== undefined) {
    return "file";
  }
  const isOrganization = ({ kind }: { kind: string }) => kind === "Organization";
  return resources.some(isOrganization) || interrupted.some(isOrganization) ? "program" : "config";
}

/** The resource that the organization is meant for, by its marked name or by the name that an entry declares. */
function ownerOf(remoteName: string, { resources, interrupted, customers }: Stack): string | undefined {
  const organizations = interrupted.filter(({ kind }) => kind === "Organization");
  const displayName = plainName(remoteName);
  const homes = new Set(resources.flatMap(({ outputs }) => homeOf(outputs.managedBy)));
  const byMark = organizations.find(({ name, home }) =>
    [home, ...homes].some((one) => markedName(displayName, `${one}/${name}`) === remoteName),
  );
  if (byMark !== undefined) {
    return byMark.name;
  }
  // Of a stack in Pulumi Cloud the organization is not known from here: with a single creation there is no doubt.
  if (isMarkedName(remoteName) && organizations.length === 1) {
    return organizations[0]?.name;
  }
  const known = new Set(resources.filter(({ kind }) => kind === "Organization").map(({ name }) => name));
  const waiting = Object.entries(customers.declared).filter(([name]) => !known.has(name));
  return waiting.find(([, declared]) => declared === displayName)?.[0];
}

/** A display name without the mark that it bears while its object is being created. */
function plainName(displayName: string): string {
  return displayName.replace(/ \(being created, pulumi [0-9a-f]{12}\)$/, "");
}

function homeOf(managedBy: unknown): string[] {
  return typeof managedBy === "string" ? [managedBy.split("/").slice(0, 3).join("/")] : [];
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
  const taken = new Set([...resources.map(({ name }) => name), ...Object.keys(customers.declared)]);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) {
      return name;
    }
  }
}

/** One argument in a POSIX shell, the last one of a command. Customers can choose their names: none may run anything. */
function word(text: string): string {
  const quoted = `'${text.replace(/\p{Cc}+/gu, " ").replaceAll("'", "'\\''")}'`;
  return text.startsWith("-") ? `-- ${quoted}` : quoted;
}
