/** The options that several commands have, defined once. */
import { Option } from "commander";

/** Of commands that work with one stack. */
export interface StackOptions {
  stack?: string;
  cwd?: string;
}

/** `--stack`, for one stack. */
export const stackOption = () => new Option("--stack <name>", "the stack (default: the selected one)");

/** `--stack`, as often as there are stacks. */
export const stacksOption = () =>
  new Option("--stack <name>", "a stack; give it again for another (default: the selected one)").argParser(
    (name: string, before: string[] = []) => [...before, name],
  );

export const cwdOption = () => new Option("--cwd <folder>", "the folder of the Pulumi project (default: this one)");

export const jsonOption = (what: string) => new Option("--json", `print ${what} as JSON`);

export const yesOption = () => new Option("--yes", "do not ask");
