import { runtimeDatesSource, runtimeEnds } from "./runtimeDates";

/** A line of Lambda runtimes: which of them AWS still takes. */
interface RuntimeFamily {
  pattern: RegExp;
  /** Lowest version of the line that is not deprecated. A deprecated one gets no security patches, and creating it is blocked. */
  oldest: number;
  /** What to use instead of a deprecated one. */
  use: string;
}

// AWS Lambda developer guide, "Runtime deprecation". A version newer than this table is accepted.
const families: readonly RuntimeFamily[] = [
  { pattern: /^nodejs(\d+)?(?:\.x|\.\d+|\.3-edge)?$/, oldest: 22, use: "nodejs24.x" },
  { pattern: /^python3\.(\d+)$/, oldest: 10, use: "python3.14" },
  { pattern: /^python(\d+)\.\d+$/, oldest: 3, use: "python3.14" },
  { pattern: /^ruby3\.(\d+)$/, oldest: 3, use: "ruby3.4" },
  { pattern: /^ruby(\d+)\.\d+$/, oldest: 3, use: "ruby3.4" },
  { pattern: /^java(8)$/, oldest: 9, use: "java25" },
  { pattern: /^java(\d+)(?:\.al2)?$/, oldest: 8, use: "java25" },
  { pattern: /^dotnet(?:core)?(\d+)(?:\.\d)?$/, oldest: 8, use: "dotnet10" },
  { pattern: /^go(\d)\.x$/, oldest: Number.POSITIVE_INFINITY, use: "provided.al2023" },
  { pattern: /^provided(?:\.al(\d+))?$/, oldest: 2023, use: "provided.al2023" },
];

/** What is wrong with a runtime, or undefined. */
export function runtimeProblem(runtime: string): string | undefined {
  for (const { pattern, oldest, use } of families) {
    const found = pattern.exec(runtime);
    if (found && Number(found[1] ?? 0) < oldest) {
      return `"${runtime}" is deprecated by AWS Lambda; use "${use}"`;
    }
    if (found) {
      return undefined;
    }
  }
  return `"${runtime}" is not a Lambda runtime, such as "nodejs24.x", "python3.13" or "provided.al2023"`;
}

/** How many months before the end of a runtime's support the warning begins. */
const monthsOfNotice = 6;

/** A warning about a runtime whose support ends within six months, or has ended; else undefined. */
export function runtimeWarning(runtime: string, now = new Date()): string | undefined {
  const known = runtimeEnds[runtime];
  if (known === undefined) {
    return undefined;
  }
  const { end, frozen } = known;
  const notice = new Date(end);
  notice.setUTCMonth(notice.getUTCMonth() - monthsOfNotice);
  if (now < notice) {
    return undefined;
  }
  const { url, asOf } = runtimeDatesSource;
  const verb = now < new Date(end) ? "ends" : "ended";
  const family = families.find(({ pattern }) => pattern.test(runtime));
  const instead = family && family.use !== runtime ? `"${family.use}"` : "a later one";
  return (
    `runtime: AWS's support of "${runtime}" ${verb} on ${end}, and from ${frozen} on AWS refuses to change the function, ` +
    `even to give it a new key. Use ${instead}. Dates of ${asOf}: ${url}`
  );
}

/** True where the package brings its own executable and Lambda runs `bootstrap`: Go, Rust. */
export const isOsOnly = (runtime: string): boolean => runtime.startsWith("provided");
