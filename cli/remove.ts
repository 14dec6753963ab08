import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { idForms, TesseralApiError, type TesseralClient } from "../tesseral";
import { openStackAndTenant } from "./stackAndTenant";

const usage = `pulumi-tesseral remove ID... [--stack NAME] [--cwd FOLDER] [--yes]

Deletes organizations (with everything in them), managed API keys (revoked first) or roles in the Tesseral project of a stack,
by their ids. Refuses what the stack itself manages: that is removed by removing it from the program.

  --stack NAME    the stack (default: the selected one)
  --cwd FOLDER    the folder of the Pulumi project (default: this one)
  --yes           do not ask
`;

/** What can be removed, and how. */
const removals: { form: RegExp; what: string; remove: (tesseral: TesseralClient, id: string) => Promise<unknown> }[] = [
  {
    form: idForms.organization,
    what: "organization",
    remove: (tesseral, id) => tesseral.organizations.deleteOrganization(id),
  },
  {
    form: idForms.apiKey,
    what: "API key",
    remove: async (tesseral, id) => {
      await tesseral.apiKeys.revokeApiKey(id);
      await tesseral.apiKeys.deleteApiKey(id);
    },
  },
  { form: idForms.role, what: "role", remove: (tesseral, id) => tesseral.roles.deleteRole(id) },
];

/** `pulumi-tesseral remove`. Checks every id before it removes anything. */
export async function removeCommand(args: string[]): Promise<void> {
  const { values, positionals: ids } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      stack: { type: "string" },
      cwd: { type: "string" },
      yes: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    return void process.stdout.write(usage);
  }
  if (ids.length === 0) {
    throw new Error("remove needs the ids of what to remove; `pulumi-tesseral inventory` lists them");
  }
  const planned = ids.map((id) => {
    const removal = removals.find(({ form }) => form.test(id));
    if (removal === undefined) {
      throw new Error(`${JSON.stringify(id)} is not the id of an organization, an API key or a role`);
    }
    return { id, ...removal };
  });
  const { resources, tesseral, stack, project } = await openStackAndTenant(values);
  for (const { id, what } of planned) {
    const own = resources.find((resource) => resource.id === id);
    if (own !== undefined) {
      throw new Error(
        `${what} ${id} is managed by stack ${stack} as ${JSON.stringify(own.name)}: remove it from the program, then run pulumi up`,
      );
    }
  }
  for (const { id, what } of planned) {
    process.stdout.write(`${what} ${id} of Tesseral project ${project.id}\n`);
  }
  if (
    !values.yes &&
    !(await confirmed(`Delete ${planned.length === 1 ? "it" : `these ${planned.length}`} for good?`))
  ) {
    process.stdout.write("Nothing was removed.\n");
    return;
  }
  for (const { id, what, remove } of planned) {
    const gone = await remove(tesseral.begin(), id).then(
      () => false,
      (error: unknown) => {
        if (error instanceof TesseralApiError && error.isGone) {
          return true;
        }
        throw error;
      },
    );
    process.stdout.write(gone ? `${what} ${id} was gone already\n` : `removed ${what} ${id}\n`);
  }
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error("there is nobody to ask: pass --yes to remove without a question");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
