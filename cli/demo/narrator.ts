/** Where the demo writes. */
interface Sink {
  write(text: string): unknown;
}

interface Finished {
  title: string;
  seconds: number;
  result: string;
}

/** Tells a story in numbered steps: what each does, its result, and how long it took. */
export class Narrator {
  readonly #finished: Finished[] = [];

  readonly #sink: Sink;
  readonly #now: () => number;

  constructor(sink: Sink, now: () => number = () => performance.now()) {
    this.#sink = sink;
    this.#now = now;
  }

  say(line: string): void {
    this.#sink.write(`${line}\n`);
  }

  /** Runs a step. `work` returns its result in one sentence; what it throws ends the story. */
  async step(title: string, why: string, work: () => Promise<string>): Promise<void> {
    this.say(`\n${this.#finished.length + 1}. ${title}`);
    this.say(`   ${why}`);
    const started = this.#now();
    const result = await work();
    const seconds = (this.#now() - started) / 1000;
    this.#finished.push({ title, seconds, result });
    this.say(`   => ${result} (${seconds.toFixed(1)} s)`);
  }

  /** A line of detail within a step. */
  detail(line: string): void {
    this.say(`      ${line}`);
  }

  /** All steps again, one line each. */
  summary(): void {
    const width = Math.max(...this.#finished.map(({ title }) => title.length));
    this.say("\nWhat was shown");
    for (const [index, { title, seconds, result }] of this.#finished.entries()) {
      this.say(
        `   ${String(index + 1).padStart(2)}. ${title.padEnd(width)}  ${seconds.toFixed(1).padStart(5)} s  ${result}`,
      );
    }
    const total = this.#finished.reduce((sum, { seconds }) => sum + seconds, 0);
    this.say(`   ${this.#finished.length} steps in ${total.toFixed(1)} s, all as expected.`);
  }
}
