/** Changes the number of parts, or brings customers to the part where they belong. */

import { type Part, partText } from "../../config/parts/part";
import { CodedError } from "../../errors/coded";
import { count } from "../../report/inWords";
import type { PulumiProject } from "../pulumi/project";
import { workOnEach } from "../workOnEach";
import { writtenConfig } from "../writtenConfig";
import { belongsTo, rawEntries, renamesIn } from "./declaredParts";
import { existingStacks, makeStacks, refuseBackendForAll, refuseTaken, setPart } from "./makeStacks";
import { exportAll, type Move, moveAll, movesOf, type Place } from "./moveCustomers";
import { numberOf, type PartStack, type Parts, partOfStack, stackName } from "./partStacks";
import { customersIn, organizationsIn, type State, unsettledIn } from "./storedParts";

export interface Growth {
  /** The new number of parts. */
  to: number;
  /** How many stacks are worked on at a time. */
  jobs: number;
  /** Told of each step. */
  say(text: string): void;
  /** Asked before anything is changed. */
  agree(plan: GrowthPlan): Promise<boolean>;
}

export interface GrowthPlan {
  /** Stacks that are made. */
  made: string[];
  moves: Move[];
  /** Customers in all stacks. */
  customers: number;
}

/**
 * 1. Marks every stack as growing, so that the program refuses to update it: no customer can be changed in two stacks.
 * 2. Makes the new stacks, with the settings of the first one.
 * 3. Moves customers with `pulumi state move`, which writes the state of the new owner before that of the old one.
 * 4. Checks that every customer is in exactly one stack, the right one, and only then lifts the marks.
 *
 * Killed at any point and run again, it goes on: a customer that is in two states is taken out of the one where it does not belong.
 * @returns what was done; undefined if the person did not agree
 */
export async function growParts(project: PulumiProject, parts: Parts, growth: Growth): Promise<GrowthPlan | undefined> {
  const { base, stacks } = parts;
  const { to, jobs, say } = growth;
  const old = stacks.filter((one) => !isBeingMade(base, one));
  const [first] = old;
  if (first === undefined) {
    throw new CodedError(
      "TSL-PARTS-CHANGING",
      `the parts of ${base} are being made: finish it with npx pulumi-tesseral parts init --stack <template> --parts ${to}`,
    );
  }
  refuseOther(parts, to);
  refuseBackendForAll(project);
  const known = new Set(stacks.map((one) => numberOf(base, one)));
  const missing = Array.from({ length: to }, (_, index) => index + 1).filter((number) => !known.has(number));
  const range = { from: Math.min(to + 1, ...missing), to };
  refuseTaken(project, base, range, await existingStacks(project));
  const before = await exportAll(project, old, jobs);
  refuseUnsettled(before);
  const names = namesOf(parts, to);
  const place = placesIn(project, first.stack, names, to);
  const owned = organizationsIn(before);
  refuseShared(owned, stacks);
  const moves = movesOf(before, place);
  const isFinal = old.every(({ part }) => part.of === to && part.growingTo === undefined);
  const plan = {
    made: missing.map((number) => stackName(base, number)),
    moves,
    customers: new Set([...before.values()].flatMap((state) => [...customersIn(state).keys()])).size,
  };
  if (isFinal && moves.length === 0 && missing.length === 0 && old.length === stacks.length) {
    return plan;
  }
  if (!(await growth.agree(plan))) {
    return undefined;
  }
  // Where only the marks have yet to be lifted, none is set again.
  if (moves.length > 0 || missing.length > 0 || old.length < stacks.length) {
    await workOnEach(old, jobs, ({ stack, part }) => markGrowing(project, stack, part, to));
  }
  const made = stacks.filter((one) => isBeingMade(base, one)).map((one) => numberOf(base, one));
  const from = Math.min(range.from, ...made);
  if (from <= to) {
    say(count(to - from + 1, "new stack"));
    await makeStacks(project, base, { from, to, template: first.stack, jobs });
  }
  await moveAll(project, before, moves, place, growth);
  await finish(project, names, owned, place, growth);
  return plan;
}

/** Whether a stack may lack settings: it is new, or still has the part of the stack that they were copied from. */
function isBeingMade(base: string, one: PartStack): boolean {
  return one.part.isNew === true || numberOf(base, one) !== one.part.number;
}

function refuseOther({ base, stacks }: Parts, to: number): void {
  const other = stacks.find(({ part }) => part.growingTo !== undefined && part.growingTo !== to)?.part.growingTo;
  if (other !== undefined) {
    throw new CodedError(
      "TSL-PARTS-CHANGING",
      `the parts of ${base} are being changed to ${other}: finish that first, with npx pulumi-tesseral parts grow --stack ${base} --to ${other}`,
    );
  }
  const most = Math.max(...stacks.map(({ part }) => part.of));
  if (to < most) {
    throw new CodedError("TSL-PARTS", `${base} has ${most} parts, and they cannot become fewer`);
  }
}

/** Two stacks have the same organization only between the two writes of a move. */
function refuseShared(owned: ReadonlyMap<string, string[]>, stacks: readonly PartStack[]): void {
  const shared = [...owned].find(([, owners]) => owners.length > 1);
  const isMarked = stacks.some(({ part }) => part.growingTo !== undefined);
  if (shared !== undefined && !isMarked) {
    throw new CodedError(
      "TSL-PARTS",
      `organization ${shared[0]} is managed by ${shared[1].join(" and by ")}: npx pulumi-tesseral inventory --all-stacks says what to do`,
    );
  }
}

function namesOf({ base, stacks }: Parts, to: number): Map<number, string> {
  const names = new Map(Array.from({ length: to }, (_, index) => [index + 1, stackName(base, index + 1)]));
  for (const one of stacks) {
    names.set(numberOf(base, one), one.stack);
  }
  return names;
}

/** Where customers belong, by the entries that the settings of a stack name. */
function placesIn(project: PulumiProject, stack: string, names: ReadonlyMap<number, string>, to: number): Place {
  const entries = rawEntries(project.root, writtenConfig(project, stack));
  const renames = renamesIn(entries);
  return (customer, present) => {
    const number = belongsTo(customer, entries, renames, to);
    if (number !== undefined && number > to) {
      throw new CodedError(
        "TSL-PARTS",
        `${customer} says part: ${number}, and there will be ${to} parts: correct its entry`,
      );
    }
    // No entry declares it: it stays, and is judged as a removal there.
    return number === undefined ? present : (names.get(number) ?? present);
  };
}

async function markGrowing(project: PulumiProject, stack: string, part: Part, to: number): Promise<void> {
  if (part.growingTo === undefined) {
    await setPart(project, stack, { ...part, growingTo: to });
  }
}

function refuseUnsettled(states: ReadonlyMap<string, State>): void {
  for (const [stack, state] of states) {
    const problem = unsettledIn(state);
    if (problem !== undefined) {
      throw new CodedError("TSL-PARTS", `stack ${stack} ${problem} ${stack}. Then try again. Nothing was moved`);
    }
  }
}

/** Throws unless every customer is in one stack, the right one, and none is lost; then lifts the marks. */
async function finish(
  project: PulumiProject,
  names: ReadonlyMap<number, string>,
  owned: ReadonlyMap<string, string[]>,
  place: Place,
  { to, jobs, say }: Growth,
): Promise<void> {
  const stacks = [...names].map(([number, stack]) => ({ number, stack }));
  const after = await exportAll(project, stacks, jobs);
  const [astray] = movesOf(after, place);
  if (astray !== undefined) {
    throw new CodedError(
      "TSL-PARTS-CHANGING",
      `${astray.customers.join(", ")} could not be moved from ${astray.from} to ${astray.to}: run this again`,
    );
  }
  const owners = organizationsIn(after);
  const lost = [...owned.keys()].filter((id) => owners.get(id)?.length !== 1);
  if (lost.length > 0) {
    throw new CodedError(
      "TSL-PARTS-CHANGING",
      `organization ${lost.join(", ")}: in none of the stacks, or in several. No stack takes an update until that is settled: ` +
        "pulumi stack export shows a state, pulumi stack import puts one back",
    );
  }
  say("Every customer is in exactly one stack. Updates are possible again");
  await workOnEach(stacks, jobs, async ({ number, stack }) => {
    const wanted = { number, of: to };
    const found = partOfStack(project, stack);
    if (found === undefined || partText(found) !== partText(wanted)) {
      await setPart(project, stack, wanted);
    }
  });
}
