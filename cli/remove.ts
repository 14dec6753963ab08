import type { Command } from "commander";
import { CodedError } from "../errors/coded";
import { calledProject } from "../report/inWords";
import { idForms, TesseralApiError, type TesseralClient } from "../tesseral";
import { confirm } from "./confirm";
import { UsageError } from "./exitCodes";
import { openStack } from "./openStack";
import { cwdOption, jsonOption, type StackOptions, stackOption, unreadStackOption, yesOption } from "./options";
import { readOtherStacks, refuseUnread } from "./otherStacks";
import { openProject } from "./pulumi/project";
import { removeProblems } from "./removeProblems";

/** The kinds of objects that can be removed, and how. */
const removals: { form: RegExp; what: string; remove: (tesseral: TesseralClient, id: string) => Promise<unknown> }[] = [
  {
    form: idForms.organization,
    what: "organization",
    remove: (tesseral, id) => tesseral.organizations.deleteOrganization(id),
  },
  {
    form: idForms.apiKey,
    what: "API key",
    remove: removeApiKey,
  },
  { form: idForms.role, what: "role", remove: (tesseral, id) => tesseral.roles.deleteRole(id) },
];

/** `pulumi-tesseral remove`. */
export function removeCommand(command: Command): void {
  command
    .description(
      "Deletes organizations (with everything in them), managed API keys (revoked first) or roles in the Tesseral project of a " +
        "stack, by their ids. Refuses to delete anything that a stack of the Pulumi project manages: remove that from the stack's program instead.",
    )
    .usage("[options] <ids...>")
    .argument("[ids...]", "what to remove; `pulumi-tesseral inventory` lists it")
    .addOption(stackOption())
    .addOption(cwdOption())
    .addOption(unreadStackOption())
    .addOption(yesOption())
    .addOption(jsonOption("what was removed"))
    .addHelpText("after", "\nExample: npx pulumi-tesseral remove org_0123456789abcdefghijklmno --stack prod")
    .action(remove);
}

interface RemoveOptions extends StackOptions {
  unreadStack?: string[];
  yes?: boolean;
  json?: boolean;
}

/** Checks every id before it removes anything. */
async function remove(ids: string[], options: RemoveOptions): Promise<void> {
  if (ids.length === 0) {
    throw new UsageError("it needs the ids of what to remove; `pulumi-tesseral inventory` lists them");
  }
  if (options.json && !options.yes) {
    throw new UsageError("--json prints a document and asks nothing: pass --yes, too");
  }
  const planned = ids.map((id) => {
    const removal = removals.find(({ form }) => form.test(id));
    if (removal === undefined) {
      throw new UsageError(
        `${JSON.stringify(id)} is not the id of an organization, an API key or a role; \`pulumi-tesseral inventory\` lists them`,
      );
    }
    return { id, ...removal };
  });
  const pulumiProject = openProject(options.cwd);
  const opened = await openStack(pulumiProject, options.stack);
  const { tesseral, project } = opened;
  const others = await readOtherStacks(pulumiProject, [opened.home]);
  const problems = removeProblems(planned, opened, others);
  if (problems.length > 0) {
    throw new CodedError("TSL-REMOVE", `${problems.join("; ")}. Nothing was removed`);
  }
  refuseUnread(others, options.unreadStack ?? [], "Nothing was removed");
  // With --json, standard output holds only the document.
  const say = (text: string) => (options.json ? process.stderr : process.stdout).write(text);
  for (const { id, what } of planned) {
    say(`${what} ${id} of Tesseral project ${calledProject(project)}\n`);
  }
  if (
    !options.yes &&
    !(await confirm(`Delete ${planned.length === 1 ? "it" : `these ${planned.length}`} for good?`, "remove"))
  ) {
    say("Nothing was removed.\n");
    return printed(options, []);
  }
  const removed: Removed[] = [];
  for (const { id, what, remove } of planned) {
    const gone = await wasGone(remove(tesseral.begin(), id));
    removed.push({ id, what, wasGone: gone });
    say(gone ? `${what} ${id} was gone already\n` : `removed ${what} ${id}\n`);
  }
  printed(options, removed);
}

interface Removed {
  id: string;
  /** "organization", "API key" or "role". */
  what: string;
  wasGone: boolean;
}

function printed({ json }: { json?: boolean }, removed: readonly Removed[]): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ removed }, null, 2)}\n`);
  }
}

/** Whether what is being removed was gone already. Throws when it cannot be removed. */
export async function wasGone(removal: Promise<unknown>): Promise<boolean> {
  try {
    await removal;
    return false;
  } catch (error) {
    if (error instanceof TesseralApiError && error.isGone) {
      return true;
    }
    throw error;
  }
}

/** Revokes and deletes an API key: Tesseral deletes only revoked ones. */
export async function removeApiKey(tesseral: TesseralClient, id: string): Promise<void> {
  await tesseral.apiKeys.revokeApiKey(id);
  await tesseral.apiKeys.deleteApiKey(id);
}
