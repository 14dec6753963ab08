/** Findings of an inventory, as people read them. */

import type { Finding } from "../inventory";
import { shortTime } from "../inWords";

/** The text with its times shortened; what is to be run or written stays as it is. */
export function withShortTimes(text: string): string {
  return text.replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, shortTime);
}

/** Findings grouped by their ways out, in the order of the first of each group. */
export function byWaysOut<Each extends Pick<Finding, "commands">>(findings: readonly Each[]): Each[][] {
  const groups = new Map<string, Each[]>();
  for (const finding of findings) {
    const ways = JSON.stringify(finding.commands);
    groups.set(ways, [...(groups.get(ways) ?? []), finding]);
  }
  return [...groups.values()];
}
