/** Customers whose API keys are off in Tesseral and are turned on by being taken over: only the provider knows, and says so in the preview. */
import type { PreviewDiagnostic } from "../preview/preview";
import type { Change, CustomerChange } from "../review";

/** How the provider's warning begins; `providers/adoption.ts` has all of it. */
const turnsOn = /organization "([^"]+)": API keys are off in org_\w+, and this update turns them on: /;

/** Whether a message says what the changes say already. */
export function saysKeysTurnedOn(text: string): boolean {
  return turnsOn.test(text);
}

/** The names of these customers. */
export function keysTurnedOn(diagnostics: readonly PreviewDiagnostic[]): Set<string> {
  return new Set(diagnostics.flatMap(({ message }) => turnsOn.exec(message)?.[1] ?? []));
}

/** The change with that in it. It is a notice, since nothing in the entry says that keys which were refused will work. */
export function withKeysTurnedOn(change: CustomerChange): CustomerChange {
  const on: Change = {
    ...{ effect: "enable", level: "notice" },
    text: "its API keys are off now and are turned on: those that were refused work again. apiAccess: suspended in its entry keeps them off",
  };
  return { ...change, level: "notice", changes: [on, ...change.changes] };
}
