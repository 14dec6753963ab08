import { Argument, type Command } from "commander";
import { type Shell, shells } from "./scripts";
import { commandTree } from "./tree";

/** `pulumi-tesseral completion`. */
export function completionCommand(command: Command): void {
  command
    .description(
      "Prints a script that teaches a shell the commands and options, for whoever has pulumi-tesseral on PATH: a shell completes what it " +
        "runs itself, not what stands behind npx.",
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
