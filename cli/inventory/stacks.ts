import type { StackAndTenant } from "../openStack";
import type { OtherStack } from "../otherStacks";

/** A stack of an inventory. */
export type Stack = Omit<StackAndTenant, "project" | "exported">;

/** Stacks whose backend API keys belong to the same Tesseral project. */
export type Stacks = readonly [Stack, ...Stack[]];

/** What is known of the stacks of the Pulumi project that were not opened. */
export interface Elsewhere {
  others: readonly OtherStack[];
  /** Whether nothing is known of some of them: what looks unknown may be theirs, so nothing is proposed for it. */
  isPartial: boolean;
}

export const nowhere: Elsewhere = { others: [], isPartial: false };
