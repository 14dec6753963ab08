/** The command line as completions need it, read from commander's own description. */
import type { Command } from "commander";
import { candidatesOf } from "./candidates";

export interface CommandTree {
  name: string;
  summary: string;
  options: CompletedOption[];
  /** The values that its arguments can have, where they are known. */
  choices: string[];
}

export interface CompletedOption {
  /** `--stack` and, where there is one, `-s`. */
  flags: string[];
  summary: string;
  /** What follows it. */
  value: "none" | "text" | "file" | "folder" | { choices: readonly string[] };
  /** Whether it can be given again. */
  repeats: boolean;
}

/** The options of every command. */
const common: CompletedOption[] = [
  { flags: ["--no-color"], summary: "print without colors", value: "none", repeats: false },
  { flags: ["--help"], summary: "display help for command", value: "none", repeats: false },
];

/** The commands of a program, each described. */
export function commandTree(program: Command): CommandTree[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionOf), ...common],
    choices: command.registeredArguments.flatMap((argument) => candidatesOf(argument) ?? []),
  }));
}

function optionOf(option: Command["options"][number]): CompletedOption {
  const { long, short, description, required, optional, flags } = option;
  const choices = candidatesOf(option);
  const placeholder = /<([^>]+)>/.exec(flags)?.[1] ?? "";
  const takesValue = required || optional;
  return {
    flags: [long, short].filter((flag) => typeof flag === "string"),
    summary: description,
    value: takesValue
      ? choices === undefined
        ? /file/.test(placeholder)
          ? "file"
          : /folder/.test(placeholder)
            ? "folder"
            : "text"
        : { choices }
      : "none",
    repeats: /again/.test(description),
  };
}
