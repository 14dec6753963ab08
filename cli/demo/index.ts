import type { Command } from "commander";
import { type Emulator, startEmulator } from "../../emulator";
import { CodedError } from "../../errors/coded";
import { findPulumi, putOnPath } from "../pulumi/findPulumi";
import { type GuardedApi, startGuardedApi } from "./guardedApi";
import { Narrator } from "./narrator";
import { projectFolder } from "./project";
import { ProjectStack } from "./projectStack";
import { tellStory } from "./story";
import { type TemporaryBackend, temporaryBackend } from "./temporaryBackend";

/** What the demo opens, in order. */
interface Opened {
  backend?: TemporaryBackend;
  emulator?: Emulator;
  api?: GuardedApi;
}

/** Milliseconds that the engine gets to stop by itself: Ctrl-C in a terminal reaches it too, and a second signal would end it at once. */
const patienceMs = 3000;

/** `pulumi-tesseral demo`. */
export function demoCommand(command: Command): void {
  command
    .description(
      "Shows the life of a stack of customers on the real Pulumi engine, with this project's own program and configuration, " +
        "against an emulator of Tesseral. Everything happens on this machine and is removed in the end.",
    )
    .addHelpText("after", "\nExample: npx pulumi-tesseral demo")
    .action(runDemo);
}

/**
 * Rejects with the reason when a step does not end as it should. Everything the demo opened is closed and removed, also when a
 * signal such as that of Ctrl-C stops it.
 */
async function runDemo(): Promise<void> {
  const stop = new AbortController();
  const halt = new AbortController();
  let patience: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) {
      halt.abort();
    }
    stop.abort(new CodedError("TSL-DEMO", `the demo was stopped by ${signal}`));
    patience ??= setTimeout(() => halt.abort(), patienceMs);
  };
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) {
    process.on(signal, onSignal);
  }
  const folder = process.cwd();
  const opened: Opened = {};
  try {
    await run(opened, stop.signal, halt.signal);
  } finally {
    process.chdir(folder);
    opened.api?.close();
    await opened.emulator?.close();
    opened.backend?.remove();
    clearTimeout(patience);
    for (const signal of signals) {
      process.off(signal, onSignal);
    }
  }
}

async function run(opened: Opened, stop: AbortSignal, halt: AbortSignal): Promise<void> {
  const narrator = new Narrator(process.stdout);
  narrator.say("Customers as code: this project's index.ts and Pulumi.dev.yaml on the real Pulumi engine.\n");
  const cli = await findPulumi({ progress: (line) => narrator.say(line), signal: stop });
  putOnPath(cli);
  opened.backend = temporaryBackend("pulumi-tesseral-demo-");
  opened.emulator = await startEmulator();
  const { url, backendApiKey } = opened.emulator;
  opened.api = await startGuardedApi({ tesseralUrl: url, backendApiKey });
  narrator.say(`Engine:    ${cli.how}`);
  narrator.say(`Program:   ${projectFolder}`);
  narrator.say(`Tesseral:  an emulator of its Backend API at ${url}`);
  narrator.say(`Your API:  ${opened.api.url}, which asks Tesseral about every \`Authorization: Bearer\``);
  narrator.say("State:     a temporary folder, removed at the end");
  // The program looks for its configuration in the working directory, which is the copy that the demo may change.
  process.chdir(opened.backend.workDir);
  const stack = await ProjectStack.open(cli, opened.backend, { stop, halt });
  await stack.configure("tesseral:apiUrl", url);
  await stack.configure("tesseral:backendApiKey", backendApiKey, true);
  await tellStory({ narrator, stack, emulator: opened.emulator, apiUrl: opened.api.url, signal: stop });
  narrator.say(`
With a Tesseral project of your own, in a clone of this one:
   pulumi stack init dev
   pulumi config set --secret tesseral:backendApiKey <a backend API key from the Tesseral Console>
   pulumi up`);
}
