/** The exit codes of every command of `pulumi-tesseral`. */
export const exitCodes = {
  /** Done. */
  done: 0,
  /** It could not be done; one line on standard error says why, or the review of a preview that failed. */
  failed: 1,
  /** The command line is wrong: an unknown command or option, a value that cannot be. Nothing was done. */
  usage: 2,
  /** `review --exit-code`: something changes, and no customer will notice. With this option a wrong command line is a failure. */
  changes: 2,
  /** `verify` found a key that is not treated as it should be, `inventory --expect-none` found something, a customer will notice what `review --exit-code` found, or `--fail-on` is met. */
  findings: 3,
} as const;

/** The same for `--help`. */
export const exitCodesHelp = `
Exit codes: ${exitCodes.done} done, ${exitCodes.failed} failed, ${exitCodes.usage} wrong command line, ${exitCodes.findings} findings (verify, inventory --expect-none, review --fail-on);
review --exit-code: ${exitCodes.done} nothing changes, ${exitCodes.changes} something does, ${exitCodes.findings} a customer will notice, ${exitCodes.failed} an error`;

/** What is wrong with the command line, in one line. */
export class UsageError extends Error {}
