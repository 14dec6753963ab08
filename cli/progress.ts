/** Shows the progress of long work: a bar in a terminal, a line every ten seconds in a CI job, nothing where the output is piped. */
import { isCI } from "ci-info";

/** Where progress is shown; standard error, unless a test passes another. */
interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

interface ProgressOptions {
  stream?: ProgressStream;
  /** Whether this is a CI job. @default as `ci-info` tells */
  ci?: boolean;
  /** Milliseconds; tests pass their own clock. */
  now?: () => number;
  /** What to say when Ctrl-C ends the work, such as "nothing was written". @default nothing */
  interrupted?: string;
  /** Ends the process as Ctrl-C does; tests pass their own. */
  interrupt?: () => void;
}

/** Milliseconds between two redraws of a bar, and between two lines. */
const redrawMs = 100;
const lineMs = 10_000;
const barWidth = 24;

/** The progress of `total` equal pieces of work, which may grow. Call `end` when it is over, or has failed. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #kind: "bar" | "lines" | "nothing";
  readonly #now: () => number;
  #began: number;
  readonly #what: string;
  #total: number;
  #done = 0;
  #shownAt: number;
  #isDrawn = false;
  #isGrowing = false;
  readonly #onInterrupt: () => void;

  /** `what`: what is counted, in the plural: "customers". */
  constructor(what: string, total: number, options: ProgressOptions = {}) {
    const { stream = process.stderr, ci = isCI, now = () => performance.now(), interrupted } = options;
    const { interrupt = () => process.kill(process.pid, "SIGINT") } = options;
    this.#stream = stream;
    this.#kind = stream.isTTY && !ci ? "bar" : ci ? "lines" : "nothing";
    this.#now = now;
    this.#began = now();
    this.#shownAt = this.#kind === "bar" ? Number.NEGATIVE_INFINITY : this.#began;
    this.#what = what;
    this.#total = total;
    this.#onInterrupt = () => {
      this.end();
      if (interrupted !== undefined) {
        stream.write(`${interrupted}\n`);
      }
      interrupt();
    };
    process.once("SIGINT", this.#onInterrupt);
  }

  /** The number of pieces is known, and the work on them begins now. */
  of(total: number): void {
    this.#total = total;
    this.#began = this.#now();
  }

  /** Adds pieces to the total; there may be more until `grown`. */
  grow(pieces: number): void {
    this.#total += pieces;
    this.#isGrowing = true;
  }

  /** All pieces are known. */
  grown(): void {
    this.#isGrowing = false;
  }

  /** Adds to the number of pieces that are done. */
  add(pieces = 1): void {
    this.#done += pieces;
    this.#show();
  }

  /** Removes the bar and no longer handles Ctrl-C. */
  end(): void {
    process.off("SIGINT", this.#onInterrupt);
    if (this.#isDrawn) {
      this.#stream.write("\r\u001b[K");
      this.#isDrawn = false;
    }
  }

  #show(): void {
    const now = this.#now();
    const every = this.#kind === "bar" ? redrawMs : lineMs;
    if (this.#kind === "nothing" || now - this.#shownAt < every) {
      return;
    }
    this.#shownAt = now;
    const seconds = (now - this.#began) / 1000;
    const left = this.#isGrowing || this.#done === 0 ? 0 : (seconds / this.#done) * (this.#total - this.#done);
    const counted = this.#isGrowing
      ? `${this.#done} ${this.#what} of ${this.#total} found so far`
      : `${this.#done} of ${this.#total} ${this.#what}`;
    const text = `${counted}${left < 1 ? "" : `, ${duration(left)} left`}`;
    if (this.#kind === "lines") {
      this.#stream.write(`${text}\n`);
      return;
    }
    // A terminal that does not say how wide it is says 0.
    const room = (this.#stream.columns || 80) - 1;
    const filled = this.#total === 0 ? 0 : Math.min(barWidth, Math.round((barWidth * this.#done) / this.#total));
    const bar = `[${"#".repeat(filled)}${" ".repeat(barWidth - filled)}] `;
    const fits = [`${bar}${text}`, text, counted].find((one) => one.length <= room);
    this.#stream.write(`\r${fits ?? counted.slice(0, room)}\u001b[K`);
    this.#isDrawn = true;
  }
}

/** `40 s`, or `3 min` */
function duration(seconds: number): string {
  return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
