// Proves when and how progress is shown, on a clock of its own. No terminal drew it.
import { afterEach, expect, it } from "vitest";
import { Progress } from "../../cli/progress";

const opened: Progress[] = [];

afterEach(() => {
  for (const progress of opened.splice(0)) {
    progress.end();
  }
});

function watched(options: { isTTY: boolean; ci: boolean; columns?: number }) {
  let now = 0;
  let text = "";
  const stream = {
    isTTY: options.isTTY,
    columns: options.columns ?? 60,
    write: (more: string) => {
      text += more;
    },
  };
  let interruptions = 0;
  const progress = new Progress("customers", 100, {
    ...{ stream, ci: options.ci, now: () => now, interrupted: "Nothing was written." },
    interrupt: () => {
      interruptions += 1;
    },
  });
  opened.push(progress);
  /** So many pieces, one after the other, each in so many milliseconds. */
  const work = (pieces: number, milliseconds: number) => {
    for (let piece = 0; piece < pieces; piece += 1) {
      now += milliseconds;
      progress.add();
    }
  };
  return { progress, work, said: () => text, interruptions: () => interruptions };
}

it("is a bar in a terminal, with the time that is left, and goes in the end", () => {
  const { progress, work, said } = watched({ isTTY: true, ci: false });
  work(50, 1000);
  const bars = said().split("\r").slice(1);
  expect(bars).toHaveLength(50);
  expect(bars.at(-1)).toBe("[############            ] 50 of 100 customers, 50 s left\u001b[K");
  progress.end();
  expect(said().endsWith("\r\u001b[K")).toBe(true);
});

it("is drawn ten times a second at most", () => {
  const { work, said } = watched({ isTTY: true, ci: false });
  work(100, 10);
  expect(said().split("\r").slice(1).length).toBeLessThanOrEqual(11);
});

it("is a line every ten seconds in a CI job", () => {
  const { progress, work, said } = watched({ isTTY: false, ci: true });
  work(45, 1000);
  progress.end();
  expect(said()).toBe(
    "10 of 100 customers, 90 s left\n20 of 100 customers, 80 s left\n30 of 100 customers, 70 s left\n40 of 100 customers, 60 s left\n",
  );
});

it("is nothing where the output is piped, or the work is short", () => {
  const piped = watched({ isTTY: false, ci: false });
  piped.work(100, 1000);
  const short = watched({ isTTY: false, ci: true });
  short.work(100, 90);
  expect([piped.said(), short.said()]).toEqual(["", ""]);
});

it.each([
  [0, "[############            ] 50 of 100 customers, 50 s left"],
  [40, "50 of 100 customers, 50 s left"],
  [30, "50 of 100 customers"],
  [10, "50 of 100"],
])("leaves out in a terminal of %i columns what has no room", (columns, shown) => {
  const { progress, work, said } = watched({ isTTY: true, ci: false, columns });
  work(50, 1000);
  expect(said().split("\r").at(-1)).toBe(`${shown}\u001b[K`);
  progress.end();
});

it("promises no end while more is being found", () => {
  const { progress, work, said } = watched({ isTTY: true, ci: false });
  progress.grow(10);
  work(55, 1000);
  expect(said().split("\r").at(-1)).toBe("[############            ] 55 customers of 110 found so far\u001b[K");
  progress.grown();
  work(1, 1000);
  expect(said().split("\r").at(-1)).toBe("[############            ] 56 of 110 customers, 54 s left\u001b[K");
  progress.end();
});

it("takes the bar away at Ctrl-C, says what has become of the work, and ends as Ctrl-C does, until it is over", () => {
  const { progress, work, said, interruptions } = watched({ isTTY: true, ci: false });
  const before = process.listenerCount("SIGINT") - 1;
  work(1, 1000);
  process.emit("SIGINT");
  expect(said().endsWith("\r\u001b[KNothing was written.\n")).toBe(true);
  expect([interruptions(), process.listenerCount("SIGINT")]).toEqual([1, before]);
  progress.end();
  const other = watched({ isTTY: false, ci: false });
  other.progress.end();
  expect(process.listenerCount("SIGINT")).toBe(before);
});
