/** What became of a round's requests. */
export interface Round {
  /** Whether as many were sent as the pace allows. */
  full: boolean;
  accepted: number;
  refused: number;
  /** Whether a 429 told `Retry-After`, and thus ended the round. */
  toldRetryAfter: boolean;
}

/** The slowest pace that 429s can bring about. */
const slowest = 0.2;
/** The first step above a proven pace, as a share of it; at least one request. */
const firstStep = 0.05;
/** Full rounds without a 429 before more is tried: at first, and after many failed attempts. */
const leastCalm = 2;
const mostCalm = 16;

/**
 * How many requests are sent in a round (a second, usually), learned from what the server took in the rounds before.
 *
 * Where 429s tell `Retry-After`, a round's requests are sent at once. One too many is then refused at the beginning of the
 * second for which everybody has to wait, and costs next to nothing; sent evenly, it would be refused at the end of a second,
 * and cost the whole next one. A server may also take evenly what it refuses at once: hence, after the first step that failed, the
 * next one is tried evenly.
 */
export class Pace {
  /** Requests in a round; infinite while nothing limits them. */
  #perRound: number;
  #evenly: boolean;
  readonly #ceiling: number;
  /** What held until it was raised; dropped when what it was raised to was refused, or is raised itself. */
  #proven: { perRound: number; evenly: boolean } | undefined;
  #step = firstStep;
  #failedSteps = 0;
  /** Rounds without a 429 since the pace changed, and how many of them it takes to try more. */
  #calm = 0;
  #calmNeeded = leastCalm;
  #refusedBefore = false;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    this.#perRound = ceiling;
    this.#evenly = Number.isFinite(ceiling);
  }

  /** Whether the requests of a round are spread over it, rather than sent at once. */
  get evenly(): boolean {
    return this.#evenly;
  }

  /** Requests of a round. */
  get quota(): number {
    return Math.max(1, Math.floor(this.#perRound));
  }

  /** How long a round is, in usual ones: more than 1 below one request a round, and with fractions of requests. */
  get length(): number {
    return Number.isFinite(this.#perRound) ? this.quota / this.#perRound : 1;
  }

  /** Changes the pace by what a round brought. */
  learn(round: Round): void {
    if (round.refused > 0) {
      this.#lower(round);
      return;
    }
    this.#refusedBefore = false;
    this.#calm += round.full ? 1 : 0;
    if (this.#calm >= this.#calmNeeded && this.#perRound < this.#ceiling) {
      this.#raise();
    }
  }

  #lower(round: Round): void {
    if (this.#proven === undefined) {
      this.#calmNeeded = leastCalm;
      if (!Number.isFinite(this.#perRound)) {
        this.#perRound = Math.max(1, round.accepted);
        this.#evenly = !round.toldRetryAfter;
      } else if (this.#refusedBefore) {
        this.#perRound = Math.max(slowest, Math.min(this.#perRound, this.#seen(round)));
      }
    } else {
      this.#failedSteps += this.#step === firstStep ? 1 : 0;
      this.#calmNeeded = Math.min(mostCalm, this.#calmNeeded * 2);
      this.#perRound = this.#proven.perRound;
      this.#evenly = this.#proven.evenly;
    }
    // One round may be refused by chance: its requests came a little earlier than those of the round before.
    this.#refusedBefore = this.#proven === undefined;
    this.#proven = undefined;
    this.#step = firstStep;
    this.#calm = 0;
  }

  /** The pace that a round shows; a guess if it was cut short, or nothing was accepted. */
  #seen({ accepted, toldRetryAfter }: Round): number {
    const cutShort = this.#evenly && toldRetryAfter;
    return accepted === 0 || cutShort ? 0.9 * this.#perRound : accepted / this.length;
  }

  #raise(): void {
    const furtherStep = this.#proven !== undefined;
    this.#proven = { perRound: this.#perRound, evenly: this.#evenly };
    if (furtherStep) {
      this.#step = Math.min(1, this.#step * 2);
      this.#calmNeeded = leastCalm;
    } else {
      this.#evenly ||= this.#failedSteps === 1;
    }
    const raised = this.#perRound * (1 + this.#step);
    const inWhole = Math.max(Math.floor(this.#perRound) + 1, Math.round(raised));
    this.#perRound = Math.min(this.#ceiling, this.#perRound < 1 ? raised : inWhole);
    this.#calm = 0;
  }
}
