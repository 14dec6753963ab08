/** How many customers an update may delete: a number, or a share of all that are deployed. */
export interface RemovalLimit {
  value: number;
  unit: "customers" | "percent";
}

/** The default of the setting `tesseral:maxRemovals`. */
export const defaultRemovalLimit: RemovalLimit = { value: 1, unit: "customers" };

/** What is wrong with a text that {@link removalLimit} does not understand. */
export const removalLimitProblem = "must be a whole number, such as 3, or a percentage up to 100%, such as 10%";

/** The limit that a text such as `3` or `10%` sets; undefined if it is no such text. */
export function removalLimit(text: string): RemovalLimit | undefined {
  const [, digits, sign] = /^(\d{1,9})(%?)$/u.exec(text) ?? [];
  const value = Number(digits);
  if (digits === undefined || (sign === "%" && value > 100)) {
    return undefined;
  }
  return { value, unit: sign === "%" ? "percent" : "customers" };
}

/**
 * How many of the deployed customers the limit lets go. A percentage is rounded down, but even of few customers it allows one, which
 * is what a removal by hand is; only `0%` allows none.
 */
export function allowedRemovals({ value, unit }: RemovalLimit, customers: number): number {
  return unit === "customers" || value === 0 ? value : Math.max(1, Math.floor((customers * value) / 100));
}
