import { parseArgs } from "node:util";
import { type ApiKey, isMarkedName, type Organization, type Role } from "../tesseral";
import { adoption, type Command } from "./adoption";
import { openStackAndTenant, type StackAndTenant, type StoredResource } from "./stackAndTenant";

const usage = `pulumi-tesseral inventory [--stack NAME] [--cwd FOLDER] [--expiring DAYS] [--json] [--expect-none]

Compares a stack's stored state with the Tesseral project of its backend API key: what exists in Tesseral and the stack does
not know, what the stack knows and Tesseral does not have any more, creations that were interrupted, and keys that end soon;
each with the command that adopts, removes or repairs it. Changes nothing.

  --stack NAME      the stack (default: the selected one)
  --cwd FOLDER      the folder of the Pulumi project (default: this one)
  --expiring DAYS   list keys that end within this many days (default: 30)
  --json            print findings as JSON
  --expect-none     exit with 3 when there is any finding but an expiring key
`;

/** One finding. */
export interface Finding {
  finding: "unknown" | "gone" | "interrupted" | "expiring";
  kind: "Organization" | "ManagedApiKey" | "Role";
  /** Absent where the object's id is not known. */
  id?: string;
  /** For people: name, owner, age. */
  text: string;
  /** Commands, each the beginning of a way out. */
  commands: Command[];
}

/** `pulumi-tesseral inventory`. */
export async function inventoryCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string" },
      cwd: { type: "string" },
      expiring: { type: "string", default: "30" },
      json: { type: "boolean" },
      "expect-none": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    return void process.stdout.write(usage);
  }
  const days = Number(values.expiring);
  if (!(days >= 0)) {
    throw new Error(`--expiring is ${JSON.stringify(values.expiring)}, but must be a number of days`);
  }
  const opened = await openStackAndTenant(values);
  const findings = await takeInventory(opened, { now: Date.now(), expiringDays: days });
  process.stdout.write(values.json ? `${JSON.stringify(findings, null, 2)}\n` : report(opened, findings));
  if (values["expect-none"] && findings.some(({ finding }) => finding !== "expiring")) {
    process.exitCode = 3;
  }
}

type Opened = Omit<StackAndTenant, "project">;

/** Everything in which the stack and the tenant differ. One request for ten organizations, and two for each organization. */
export async function takeInventory(
  opened: Opened,
  { now, expiringDays }: { now: number; expiringDays: number },
): Promise<Finding[]> {
  const { resources, interrupted, tesseral, stack } = opened;
  const known = new Map(resources.map((resource) => [resource.id, resource]));
  const findings: Finding[] = interrupted.map(({ kind, name }) => ({
    finding: "interrupted",
    kind: kind as Finding["kind"],
    text: `the creation of ${name}: what it made, if anything, is listed here as unknown to the stack`,
    commands: [
      {
        to: "forget it, when that is adopted or removed",
        run: `pulumi refresh --clear-pending-creates --yes --stack ${stack}`,
      },
    ],
  }));
  const seen = new Set<string>();
  const look = (object: Organization | ApiKey | Role, finding: () => Finding) => {
    seen.add(object.id);
    if (!known.has(object.id)) {
      findings.push(finding());
    }
  };
  const operation = tesseral.begin();
  const organizations = await operation.allOrganizations();
  for (const role of await operation.allRoles()) {
    // Roles of the project are made in the Console too; only what an interrupted creation left is ours to tell of.
    if (known.has(role.id) || isMarkedName(role.displayName)) {
      look(role, () => unknownObject("Role", role, now, "", stack));
    }
    seen.add(role.id);
  }
  for (const organization of organizations) {
    look(organization, () => unknownOrganization(organization, opened, now));
    if (!known.has(organization.id)) {
      continue;
    }
    const owner = ` of ${organization.id} (${JSON.stringify(organization.displayName ?? "")})`;
    for (const key of await tesseral.begin().allApiKeys(organization.id)) {
      look(key, () => unknownObject("ManagedApiKey", key, now, owner, stack));
      if (known.has(key.id)) {
        findings.push(...endingSoon(key, known.get(key.id)?.name ?? "", now, expiringDays));
      }
    }
    for (const role of await tesseral.begin().allRoles(organization.id)) {
      look(role, () => unknownObject("Role", role, now, owner, stack));
    }
  }
  for (const resource of resources) {
    if (!seen.has(resource.id)) {
      findings.push(missing(resource, stack));
    }
  }
  return findings;
}

function unknownOrganization(organization: Organization, opened: Opened, now: number): Finding {
  const { id, displayName = "", createTime } = organization;
  const left = isMarkedName(displayName) ? ", left by a creation that was interrupted" : "";
  return {
    finding: "unknown",
    kind: "Organization",
    id,
    text: `${JSON.stringify(displayName)}, created ${age(createTime, now)}${left}`,
    commands: [
      adoption(organization, opened),
      { to: "remove", run: `npx pulumi-tesseral remove ${id} --stack ${opened.stack}` },
    ],
  };
}

function unknownObject(
  kind: "ManagedApiKey" | "Role",
  object: ApiKey | Role,
  now: number,
  owner: string,
  stack: string,
): Finding {
  const revoked = "revoked" in object && object.revoked ? ", revoked" : "";
  return {
    finding: "unknown",
    kind,
    id: object.id,
    text: `${JSON.stringify(object.displayName ?? "")}${owner}, created ${age(object.createTime, now)}${revoked}`,
    commands: [{ to: "remove", run: `npx pulumi-tesseral remove ${object.id} --stack ${stack}` }],
  };
}

function missing({ kind, name, id, outputs }: StoredResource, stack: string): Finding {
  const unresolved = outputs.unresolved !== undefined;
  return {
    finding: unresolved ? "interrupted" : "gone",
    kind: kind as Finding["kind"],
    ...(unresolved ? {} : { id }),
    text: unresolved ? `${name}: its creation had no clear answer` : `${name}: in the stack, gone from Tesseral`,
    commands: unresolved
      ? [{ to: "look and create again", run: `pulumi up --stack ${stack}` }]
      : [{ to: "create again", run: `pulumi refresh --yes --stack ${stack} && pulumi up --stack ${stack}` }],
  };
}

function endingSoon(key: ApiKey, name: string, now: number, days: number): Finding[] {
  const ends = key.expireTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(key.expireTime);
  if (ends > now + days * 86_400_000) {
    return [];
  }
  return [
    {
      finding: "expiring",
      kind: "ManagedApiKey",
      id: key.id,
      text: `${name} ${ends <= now ? "ended" : "ends"} ${key.expireTime}`,
      commands: [{ to: "replace", run: "give it another expireTime, then pulumi up" }],
    },
  ];
}

const titles: Record<Finding["finding"], string> = {
  interrupted: "Creations that were interrupted",
  unknown: "In Tesseral, unknown to the stack",
  gone: "In the stack, gone from Tesseral",
  expiring: "Keys that end soon",
};

function report({ stack, project, resources }: StackAndTenant, findings: Finding[]): string {
  const lines = [
    `Stack ${stack}: ${resources.length} resources in Tesseral project ${project.id}${project.displayName ? ` (${project.displayName})` : ""}`,
  ];
  for (const [finding, title] of Object.entries(titles)) {
    const these = findings.filter((one) => one.finding === finding);
    if (these.length > 0) {
      lines.push("", `${title}:`);
    }
    for (const { kind, id, text, commands } of these) {
      lines.push(`  ${kind} ${id === undefined ? "" : `${id} `}${text}`);
      for (const { to, run } of commands) {
        lines.push(`      to ${to}: ${run}`);
      }
    }
  }
  if (findings.length === 0) {
    lines.push("The stack and Tesseral agree.");
  }
  return `${lines.join("\n")}\n`;
}

/** How long ago a time was, in the largest unit that gives a number of two or more. */
function age(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const [unit, size] = ageUnits.find(([, length]) => seconds >= 2 * length) ?? ["second", 1];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago (${time})`;
}

const ageUnits: [string, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
