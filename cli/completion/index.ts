import { Argument, type Command } from "commander";
import { type Shell, shells } from "./scripts";
import { commandTree } from "./tree";

/** `pulumi-tesseral completion`. */
export function completionCommand(command: Command): void {
  command
    .description(
      "Prints a script with which a shell completes commands and options. It needs pulumi-tesseral on PATH: shells do not complete what " +
        "comes after npx.",
    )
    .addArgument(new Argument("<shell>", "which shell").choices(Object.keys(shells)))
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral completion bash >> ~/.bashrc\n" +
        "          npx pulumi-tesseral completion fish > ~/.config/fish/completions/pulumi-tesseral.fish",
    )
    .action((shell: Shell) => {
      process.stdout.write(shells[shell](command.parent === null ? [] : commandTree(command.parent)));
    });
}
