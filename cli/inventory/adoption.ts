/** How an organization that the stack does not know becomes one of its customers: which customer it is, and what to run or write. */
import { sameName } from "../../config/displayName";
import { isMarkedName, markedName, type Organization, plainName } from "../../tesseral";
import { placeOf } from "../declaredCustomers";
import { nameProblem } from "../import/children";
import { declaresChildren, namesOf } from "../import/plan";
import type { OpenedStack } from "../openStack";

/** A step of a way out: a command, or, where there is none, what to do. */
export interface Command {
  to: string;
  run: string;
}

type Stack = Pick<OpenedStack, "resources" | "interrupted" | "customers" | "stack" | "home">;

/** How one organization becomes the stack's. */
export function adoption(organization: Organization, stack: Stack, platform?: NodeJS.Platform): Command {
  return adoptionsOf([organization], stack, platform).get(organization.id) ?? { to: "adopt", run: "" };
}

/** How each organization becomes the stack's, by its id; no two get the same name. */
export function adoptionsOf(
  organizations: readonly Organization[],
  stack: Stack,
  platform: NodeJS.Platform = process.platform,
): Map<string, Command> {
  const plain = organizations.map((one) => ({ ...one, displayName: plainName(one.displayName ?? "") }));
  const owners = new Map(organizations.map(({ id, displayName = "" }) => [id, ownerOf(displayName, stack)]));
  const customers = new Set(stack.resources.map(({ name }) => name));
  const strangers = plain.filter(({ id }) => owners.get(id) === undefined);
  const names = namesOf(strangers, { entries: stack.customers.entries, customers });
  const shared = [...strangers, ...Object.values(stack.customers.entries)].map(({ displayName = "" }) =>
    sameName(displayName),
  );
  return new Map(
    plain.map((organization) => {
      const { id, displayName } = organization;
      const owner = owners.get(id);
      if (owner !== undefined) {
        return [id, { to: "adopt", run: adoptionByOwner(organization, owner, stack) }];
      }
      const problem = nameProblem(displayName);
      if (problem !== undefined) {
        return [id, { to: "adopt", run: renameFirst(problem) }];
      }
      const isShared = shared.filter((one) => one === sameName(displayName)).length > 1;
      const fields = {
        ...{ displayName, adopt: id },
        ...(isShared && { allowDuplicateName: true }),
        ...(organization.apiKeysEnabled === false && { apiAccess: "suspended" }),
      };
      return [id, { to: "adopt", run: newEntry(names.get(id) ?? id, fields, stack, platform) }];
    }),
  );
}

/** What must precede an adoption where `nameProblem` says that no entry can have the name. */
export function renameFirst(problem: string): string {
  return `rename it in the Tesseral Console first: ${problem.split(": ")[0]}`;
}

/** The line for an existing entry or resource; where it declares roles or keys, the command that finds those, too. */
function adoptionByOwner(
  { id, displayName }: Organization & { displayName: string },
  name: string,
  stack: Stack,
): string {
  const { entries, source } = stack.customers;
  const entry = entries[name];
  const isLeft = stack.interrupted.some((one) => one.kind === "Organization" && one.name === name);
  if (entry !== undefined && declaresChildren(entry) && entry.displayName === displayName && !isLeft) {
    return `npx pulumi-tesseral import --match ${id} --stack ${stack.stack}`;
  }
  const where = placeOf(stack);
  if (where === "program") {
    return `give Organization ${JSON.stringify(name)} the argument adopt: "${id}"`;
  }
  return where === "config"
    ? settings(name, { adopt: id }, stack.stack)
    : `write adopt: ${id} into ${entry?.place.at.length === 0 ? "" : `${source?.setting?.at.join(".") ?? "customers"}.${name} in `}${entry?.place.file ?? source?.name}`;
}

function newEntry(name: string, fields: Record<string, unknown>, stack: Stack, platform: NodeJS.Platform): string {
  const { source } = stack.customers;
  const where = placeOf(stack);
  if (where === "config") {
    return settings(name, fields, stack.stack, platform);
  }
  if (where === "program") {
    const { apiAccess, ...rest } = fields;
    const args = inProgram({ ...rest, ...(apiAccess !== undefined && { apiKeysEnabled: false }) });
    return `declare new Organization(${JSON.stringify(name)}, ${args})`;
  }
  return `write ${name}: ${inYaml(fields)} under ${source?.setting?.at.join(".") ?? "customers"} in ${source?.isMany ? "a file of " : ""}${source?.name}`;
}

/** Commands that set the fields at `path` under the customers in the stack's file. */
export function settings(
  path: string,
  fields: Record<string, unknown>,
  stack: string,
  platform: NodeJS.Platform = process.platform,
): string {
  return Object.entries(fields)
    .map(([field, value]) => {
      const setting = `tesseral:customers.${path}.${field}`;
      return field === "displayName"
        ? `pulumi config set --path --type string --stack ${stack} ${setting} ${word(String(value), platform)}`
        : `pulumi config set --path ${setting} ${value} --stack ${stack}`;
    })
    .reduce((all, next) => inTurn(all, next, platform));
}

/** Fields as YAML in braces, on one line; what people or customers chose is quoted. */
export function inYaml(fields: Record<string, unknown>): string {
  const shown = Object.entries(fields).map(([name, value]) => {
    const isPlain = typeof value === "string" && ["adopt", "apiAccess", "roles"].includes(name);
    return `${name}: ${isPlain ? value : JSON.stringify(value)}`;
  });
  return `{ ${shown.join(", ")} }`;
}

/** Arguments as a program writes them. */
export function inProgram(args: Record<string, unknown>): string {
  return `{ ${Object.entries(args)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
}

/** The entry or resource that an organization is meant for, by its marked name or by the declared name. */
export function ownerOf(remoteName: string, { resources, interrupted, customers, home }: Stack): string | undefined {
  const displayName = plainName(remoteName);
  const creations = interrupted.filter(({ kind }) => kind === "Organization");
  const known = new Set(resources.filter(({ kind }) => kind === "Organization").map(({ name }) => name));
  const waiting = [
    ...creations.map(({ name, inputs }) => ({ name, displayName: inputs.displayName })),
    ...Object.entries(customers.entries)
      .filter(([, { deployedIn }]) => deployedIn === undefined)
      .map(([name, entry]) => ({ name, displayName: entry.displayName })),
  ].filter(({ name }) => !known.has(name));
  const fits = isMarkedName(remoteName)
    ? waiting.find(({ name }) => markedName(displayName, `${home}/${name}`) === remoteName)
    : waiting.find((one) => one.displayName === displayName);
  return fits?.name;
}

/** Two commands as one line. Windows PowerShell knows no `&&`. */
export function inTurn(first: string, second: string, platform: NodeJS.Platform = process.platform): string {
  return `${first}${platform === "win32" ? ";" : " &&"} ${second}`;
}

/** One argument for a POSIX shell or PowerShell, the last one of a command. Customers choose their names, and no name may run anything. */
function word(text: string, platform: NodeJS.Platform): string {
  const plain = text.replace(/\p{Cc}+/gu, " ");
  // PowerShell takes typographic quotes as quotes, too.
  const quoted = `'${platform === "win32" ? plain.replace(/['\u2018-\u201b]/g, "$&$&") : plain.replaceAll("'", "'\\''")}'`;
  return text.startsWith("-") ? `-- ${quoted}` : quoted;
}
