import { createInterface } from "node:readline/promises";
import { CodedError } from "../errors/coded";

/** Asks on the terminal. Throws where there is nobody to ask; `instead` is what `--yes` would do: "remove". */
export async function confirm(question: string, instead: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new CodedError("TSL-CONFIRM", `there is nobody to ask: pass --yes to ${instead} without a question`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
