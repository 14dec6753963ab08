#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { coded, codedOr } from "../errors/coded";
import { fileProblem } from "../errors/fileProblem";
import { exitCodes, exitCodesHelp, UsageError } from "./exitCodes";

/** Adds a command's arguments, options, example and action. */
type Describe = (command: Command) => void;

/** The commands; each is loaded when it is called. */
export const commands: Record<string, { summary: string; load: () => Promise<Describe> }> = {
  review: {
    summary: "what an update would mean for each customer; for a terminal or a pull request",
    load: async () => (await import("./review/index.js")).reviewCommand,
  },
  verify: {
    summary: "call the deployed backend with every customer's key, and with keys that it must refuse",
    load: async () => (await import("./verify/index.js")).verifyCommand,
  },
  import: {
    summary: "write entries for the organizations and API keys that Tesseral has already",
    load: async () => (await import("./import/index.js")).importCommand,
  },
  inventory: {
    summary: "compare stacks with Tesseral; recover what an interrupted update left",
    load: async () => (await import("./inventory/index.js")).inventoryCommand,
  },
  token: {
    summary: "print the token of one API key, or encrypt it to be mailed",
    load: async () => (await import("./token/index.js")).tokenCommand,
  },
  parts: {
    summary: "divide thousands of customers over stacks, and work with all of them",
    load: async () => (await import("./parts/index.js")).partsCommand,
  },
  remove: {
    summary: "delete organizations, API keys or roles that no stack knows, by id",
    load: async () => (await import("./remove.js")).removeCommand,
  },
  explain: {
    summary: "what an error's code means, and what to do",
    load: async () => (await import("./explain.js")).explainCommand,
  },
  emulator: {
    summary: "run Tesseral's Backend API on this machine, for tests",
    load: async () => (await import("./emulator.js")).emulatorCommand,
  },
  demo: {
    summary: "the whole story on the real Pulumi engine, against the emulator",
    load: async () => (await import("./demo/index.js")).demoCommand,
  },
  completion: {
    summary: "print a script with which bash, zsh or fish completes commands and options",
    load: async () => (await import("./completion/index.js")).completionCommand,
  },
};

async function main(args: string[]): Promise<void> {
  const program = new Command("pulumi-tesseral")
    .description("Commands for a Pulumi stack of Tesseral customers.")
    .version(version(), "--version", "print the version")
    .option("--no-color", "print without colors, as does the environment variable NO_COLOR")
    .on("option:no-color", () => {
      process.env.NO_COLOR = "1";
    })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", `\nExample: npx pulumi-tesseral inventory --stack prod\n${exitCodesHelp}`)
    .exitOverride();
  refuseIn(program, "pulumi-tesseral");
  const called = args.find((arg) => Object.hasOwn(commands, arg));
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary).allowExcessArguments(false);
    refuseIn(command, `pulumi-tesseral ${name}`);
    // Completions need the description of every command.
    if (name === called || called === "completion") {
      (await load())(command);
      // Before anything is done, since that may take minutes.
      command.hook("preAction", async (_, action) => {
        const options = action.opts();
        if (options.out !== undefined) {
          (await import("./options.js")).checkOut(options);
        }
      });
    }
  }
  if (args.length === 0) {
    return program.outputHelp();
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof UsageError) {
      program.commands.find((one) => one.name() === called)?.error(error.message);
    }
    throw error;
  }
}

/** Says in one line what is wrong with a command line, and what may have been meant. */
function refuseIn(command: Command, name: string): void {
  command.configureOutput({
    outputError: (text, write) => {
      const said = text
        .trim()
        .replace(/^error: /, "")
        .replace(/\n?\(Did you mean (.*)\?\)/, ", did you mean $1?")
        .replace(
          /^command-argument value ('.*') is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/,
          "$2 cannot be $1: one of $3",
        )
        .replace(
          /^option '(\S+).*' argument ('.*') is invalid\. Allowed choices are (.*)\.$/,
          "$1 cannot be $2: one of $3",
        );
      write(`${name}: ${codedOr("TSL-USAGE", said.replaceAll(/\s*\n\s*/g, " "))}\n`);
    },
  });
}

function version(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  return version;
}

// The reference in docs/ reads the commands from here.
if (require.main === module) {
  // The reader of the output may have seen enough, as `head` does; what has begun is finished all the same.
  let isTold = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || isTold) {
        return;
      }
      isTold = true;
      // Whatever the command finds now, part of its output is lost.
      process.once("exit", () => {
        process.exitCode = exitCodes.failed;
      });
      if (stream === process.stdout) {
        const text = `standard output cannot be written: ${fileProblem(error)}`;
        process.stderr.write(`pulumi-tesseral: ${coded("TSL-OUT", text)}\n`);
      }
    });
  }
  main(process.argv.slice(2)).catch(async (error: unknown) => {
    if (error instanceof CommanderError) {
      // It has been said already; help and version end here too.
      const wrong = process.argv.includes("--exit-code") ? exitCodes.failed : exitCodes.usage;
      process.exitCode = error.exitCode === 0 ? exitCodes.done : wrong;
      return;
    }
    const { withAdvice } = await import("../providers/advice.js");
    const { visibleLines } = await import("../report/readable.js");
    process.stderr.write(`pulumi-tesseral: ${visibleLines(codedOr("TSL-UNEXPECTED", withAdvice(error)))}\n`);
    process.exitCode = exitCodes.failed;
  });
}
