import { CodedError, codedOr } from "../../errors/coded";
import type { ExportedStack } from "../../providers/exportedStack";
import { parseStack } from "../../providers/stackState";
import { count } from "../../report/inWords";
import { writeAdoptLines } from "../adoptLines";
import { confirm } from "../confirm";
import { knownElsewhere } from "../elsewhere";
import type { StackAndTenant } from "../openStack";
import type { OtherStacks } from "../otherStacks";
import type { PulumiProject } from "../pulumi/project";
import { removeApiKey, wasGone } from "../remove";
import { planRecovery, type RecoveryPlan } from "./recoveryPlan";
import { table } from "./report";
import { readTenant } from "./tenant";

/**
 * `pulumi-tesseral inventory --recover`: settles what an interrupted update left. Pulumi forgets the interrupted creations in the
 * end, since it is by them that the rest is found: killed anywhere and run again, it comes to the same.
 */
export async function recover(
  opened: StackAndTenant,
  others: OtherStacks,
  project: PulumiProject,
  yes: boolean,
): Promise<void> {
  const { stack, tesseral } = opened;
  const tenant = await readTenant(tesseral, new Set(opened.resources.map(({ id }) => id)));
  const plan = planRecovery(opened, tenant, Date.now(), knownElsewhere(others.read));
  if (plan.adopt.length + plan.remove.length + plan.forget.length + plan.byHand.length === 0) {
    return say(`Stack ${stack}: there is nothing to recover.`);
  }
  say(describe(opened, plan));
  const ofOthers = opened.otherInterrupted;
  if (ofOthers.length > 0) {
    const warning = `Pulumi forgets the interrupted creations of other packages with them: ${ofOthers.join(", ")}. What these made must be looked after first`;
    if (yes) {
      throw new CodedError("TSL-RECOVER", `${warning}; then run this again without --yes. Nothing was changed`);
    }
    say(`${warning}.`);
  }
  if (!yes && !(await confirm("Do it?", "recover"))) {
    return say("Nothing was changed.");
  }
  await refuseWhileLocked(opened, project);
  if (plan.adopt.length > 0) {
    writeAdoptLines(plan.adopt);
    say(`wrote adopt into ${plan.adopt.length} of the customers in ${filesOf(plan)}`);
  }
  for (const { kind, id } of plan.remove) {
    const operation = tesseral.begin();
    await wasGone(kind === "Role" ? operation.roles.deleteRole(id) : removeApiKey(operation, id));
    say(`removed ${kind} ${id}`);
  }
  if (plan.forget.length > 0) {
    await forgetInterrupted(opened, project);
    say(`Pulumi has forgotten ${count(plan.forget.length, "interrupted creation")}`);
  }
  say(`\nNow${plan.byHand.length > 0 ? " do what is left to you, and" : ""} run: pulumi up --stack ${stack}`);
}

function filesOf({ adopt }: RecoveryPlan): string {
  return [...new Set(adopt.map(({ place }) => place.file))].join(", ");
}

function describe({ stack, project }: StackAndTenant, plan: RecoveryPlan): string {
  const rows = (of: { id: string; text: string; name?: string; kind?: string }[]) =>
    table(of.map(({ name, kind, text }) => ({ kind: name ?? kind ?? "", text })));
  return [
    `Stack ${stack}, Tesseral project ${project.id}: this settles what an interrupted update left.`,
    ...(plan.adopt.length > 0 ? ["", `Write adopt into these customers in ${filesOf(plan)}:`, rows(plan.adopt)] : []),
    ...(plan.remove.length > 0
      ? ["", "Remove for good what nobody can use, since its creation was not recorded:", rows(plan.remove)]
      : []),
    ...(plan.keep.length > 0 ? ["", ...kept(plan)] : []),
    ...(plan.forget.length > 0
      ? ["", "Let Pulumi forget these interrupted creations:", ...plan.forget.map((one) => `  ${one}`)]
      : []),
    ...(plan.byHand.length > 0 ? ["", "Left to you:", ...plan.byHand.map((one) => `  ${one}`)] : []),
    "",
  ].join("\n");
}

/** What an entry adopts may be in use, or may have been known to the killed process alone: only the person can tell. */
function kept({ keep }: RecoveryPlan): string[] {
  return [
    "Keep what these entries adopt. If nobody has the token of such a key, answer no, remove its adopt line, and run this again:",
    table(keep.map(({ name, text }) => ({ kind: name, text }))),
  ];
}

/** Takes the stack's lock for a moment, by an edit that changes nothing, so that a running update is not disturbed. */
async function refuseWhileLocked({ rootUrn, stack }: StackAndTenant, project: PulumiProject): Promise<void> {
  if (rootUrn === undefined) {
    return;
  }
  await project.pulumi(["state", "unprotect", rootUrn, "--yes", "--stack", stack]).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(
      codedOr(
        "TSL-RECOVER",
        /locked|conflict|in progress/i.test(message)
          ? `stack ${stack} is locked, by an update that is running or was killed. Make sure that none is running, run pulumi cancel --stack ${stack}, then run this again. Nothing was changed`
          : message,
      ),
    );
  });
}

/** `pulumi stack import` takes a state without its interrupted operations, in one step and without asking a provider. */
async function forgetInterrupted(opened: StackAndTenant, project: PulumiProject): Promise<void> {
  const chosen = ["--stack", opened.stack];
  const text = await project.pulumi(["stack", "export", ...chosen]);
  const names = (of: Pick<StackAndTenant, "interrupted" | "otherInterrupted">) =>
    [...of.interrupted.map(({ kind, name }) => `${kind} ${name}`), ...of.otherInterrupted].sort().join();
  if (names(parseStack(text)) !== names(opened)) {
    throw new CodedError(
      "TSL-RECOVER",
      `another update of stack ${opened.stack} was interrupted meanwhile: run this again`,
    );
  }
  const state: ExportedStack = JSON.parse(text);
  delete state.deployment?.pending_operations;
  await project.pulumi(["stack", "import", ...chosen], JSON.stringify(state));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
