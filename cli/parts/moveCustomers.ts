/** Brings customers from the state of one stack into that of another, with `pulumi state move`. */
import type { PulumiProject } from "../pulumi/project";
import { workOnEach } from "../workOnEach";
import { customersIn, preparedState, type State } from "./storedParts";

/** Milliseconds that reading or writing a whole state may take. */
const patience = 900_000;

/** The stack that a customer of a stack belongs to. */
export type Place = (customer: string, stack: string) => string;

/** Customers that move from one stack to another. */
export interface Move {
  from: string;
  to: string;
  customers: string[];
}

/** The state of each stack. */
export async function exportAll(
  project: PulumiProject,
  stacks: readonly { stack: string }[],
  jobs: number,
): Promise<Map<string, State>> {
  const states = new Map<string, State>();
  await workOnEach(stacks, jobs, async ({ stack }) => {
    states.set(stack, JSON.parse(await project.pulumi(["stack", "export", "--stack", stack], undefined, patience)));
  });
  return states;
}

/** Which customers have to move where. */
export function movesOf(states: ReadonlyMap<string, State>, place: Place): Move[] {
  return [...states].flatMap(([stack, state]) => {
    const moves = new Map<string, string[]>();
    for (const customer of customersIn(state).keys()) {
      const to = place(customer, stack);
      if (to !== stack) {
        moves.set(to, [...(moves.get(to) ?? []), customer]);
      }
    }
    return [...moves].map(([to, customers]) => ({ from: stack, to, customers }));
  });
}

/**
 * Moves customers. One that is in two states, since a move was killed, is taken out of the one where it does not belong.
 * @param say told of each move
 */
export async function moveAll(
  project: PulumiProject,
  states: ReadonlyMap<string, State>,
  moves: readonly Move[],
  place: Place,
  { jobs, say }: { jobs: number; say(text: string): void },
): Promise<void> {
  const isInvolved = (stack: string) => moves.some(({ from, to }) => from === stack || to === stack);
  const holds = (stack: string, customer: string) => customersIn(states.get(stack) ?? {}).has(customer);
  const ready = [...states].filter(([stack]) => isInvolved(stack));
  const prepared = new Map(
    ready.map(([stack, state]) => {
      const leaving = [...customersIn(state).keys()].filter((customer) => place(customer, stack) !== stack);
      const held = new Set(leaving.filter((customer) => holds(place(customer, stack), customer)));
      const destination = new Map(leaving.map((customer) => [customer, place(customer, stack)]));
      return [stack, preparedState(state, { held, destination })];
    }),
  );
  await workOnEach(ready, jobs, async ([stack, state]) => {
    const text = JSON.stringify(prepared.get(stack));
    if (text !== JSON.stringify(state)) {
      await project.pulumi(["stack", "import", "--stack", stack], text, patience);
    }
  });
  const left = moves.flatMap(({ from, to, customers }) => {
    const urns = customersIn(prepared.get(from) ?? {});
    const there = customers.flatMap((customer) => urns.get(customer) ?? []);
    return there.length === 0 ? [] : [{ from, to, urns: there }];
  });
  const all = left.reduce((sum, { urns }) => sum + urns.length, 0);
  let done = 0;
  while (left.length > 0) {
    const round = disjoint(left, jobs);
    await workOnEach(round, jobs, async ({ from, to, urns }) => {
      await project.pulumi(["state", "move", "--source", from, "--dest", to, "--yes", ...urns], undefined, patience);
      done += urns.length;
      say(`${from} to ${to}: ${urns.length} (${done} of ${all} moved)`);
    });
  }
}

/** Takes moves out of the list that have no stack in common, since a move writes both of its states. */
function disjoint<Each extends { from: string; to: string }>(left: Each[], most: number): Each[] {
  const busy = new Set<string>();
  const round: Each[] = [];
  for (const move of [...left]) {
    if (round.length < most && !busy.has(move.from) && !busy.has(move.to)) {
      busy.add(move.from).add(move.to);
      round.push(move);
      left.splice(left.indexOf(move), 1);
    }
  }
  return round;
}
