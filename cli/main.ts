#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The commands; each is loaded when it is called. */
const commands: Record<string, { summary: string; run: (args: string[]) => Promise<void> }> = {
  inventory: {
    summary: "what Tesseral has and the stack does not know, and the other way round",
    run: async (args) => (await import("./inventory.js")).inventoryCommand(args),
  },
  remove: {
    summary: "delete organizations, API keys or roles that no stack knows, by id",
    run: async (args) => (await import("./remove.js")).removeCommand(args),
  },
  emulator: {
    summary: "run Tesseral's Backend API on this machine, for tests",
    run: async (args) => (await import("./emulator.js")).emulatorCommand(args),
  },
  demo: {
    summary: "the whole story on the real Pulumi engine, against the emulator",
    run: async (args) => (await import("./demo/index.js")).demoCommand(args),
  },
};

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`);
  return `pulumi-tesseral <command> [options]\n\n${lines.join("\n")}\n\npulumi-tesseral <command> --help tells the options.\n`;
}

async function main([name, ...args]: string[]): Promise<void> {
  if (name === undefined || name === "--help" || name === "help") {
    return void process.stdout.write(usage());
  }
  if (name === "--version") {
    const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string };
    return void process.stdout.write(`${version}\n`);
  }
  const command = commands[name];
  if (command !== undefined) {
    return command.run(args);
  }
  process.stderr.write(`pulumi-tesseral: there is no command ${JSON.stringify(name)}\n\n${usage()}`);
  process.exitCode = 2;
}

main(process.argv.slice(2)).catch(async (error: unknown) => {
  const { withAdvice } = await import("../providers/advice.js");
  process.stderr.write(`pulumi-tesseral: ${withAdvice(error)}\n`);
  process.exitCode = 1;
});
