import { createHash } from "node:crypto";

const rank = (action: string) => createHash("sha256").update(action).digest("hex");

/**
 * A role's actions, each once, in the order in which the server keeps them. The real one promises none; this one is the same at
 * each call and never the one in which they were sent, so that whoever relies on an order finds out.
 */
export function inServerOrder(sent: readonly string[]): string[] {
  const actions = [...new Set(sent)];
  const ordered = [...actions].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const [first, ...rest] = ordered;
  return first === undefined || ordered.some((action, index) => action !== actions[index]) ? ordered : [...rest, first];
}
