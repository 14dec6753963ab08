// Runs sequences in processes beside each other. Two programs in one process would meet each other's errors.
import { fork } from "node:child_process";
import { join } from "node:path";
import { type Ending, Stage } from "./run";
import { described, draw, shrunk } from "./sequences";

export interface Draw {
  count: number;
  seed: number;
  /** How many edits a sequence has. */
  length: number;
  /** The sequences before are left out. */
  first: number;
}

/** What became of a sequence. */
export interface Outcome {
  index: number;
  endings: Ending[];
  /** What went wrong, in the shortest sequence in which it does. */
  failure?: string;
}

interface Share extends Draw {
  lane: number;
  lanes: number;
}

/** Runs sequences in so many processes, and tells of each when it has ended. */
export async function runInLanes(drawn: Draw, lanes: number, tell: (outcome: Outcome) => void): Promise<void> {
  await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane({ ...drawn, lane, lanes }, tell)));
}

function runLane(share: Share, tell: (outcome: Outcome) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, "../../scripts/runTypeScript.cjs"), [__filename], {
      env: { ...process.env, EDITS_SHARE: JSON.stringify(share) },
      execArgv: [],
    });
    child.on("message", (outcome) => tell(outcome as Outcome));
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`a process of the test of edits ended with ${code}`)),
    );
  });
}

async function work({ count, seed, length, first, lane, lanes }: Share): Promise<void> {
  const stage = await Stage.open();
  for (const [index, steps] of draw(count, seed, length).entries()) {
    if (index < first || index % lanes !== lane) {
      continue;
    }
    const { endings, problems, ...rest } = await stage.run(steps);
    const outcome: Outcome = { index, endings };
    if (problems.length > 0) {
      const shortest = await shrunk(steps, stage).catch(() => ({ steps, result: { endings, problems, ...rest } }));
      outcome.failure = described(shortest.steps, shortest.result);
    }
    process.send?.(outcome);
  }
  await stage.close();
}

const share = process.env.EDITS_SHARE;
if (share !== undefined) {
  void work(JSON.parse(share)).then(() => process.disconnect());
}
