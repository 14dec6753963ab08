import { type Command, Option } from "commander";
import { CodedError } from "../../errors/coded";
import { terminalVerification } from "../../report/render/verification";
import {
  type KeyVerification,
  summed,
  type TokenCheck,
  type Verification,
  verificationVersion,
} from "../../report/verification";
import { exitCodes, UsageError } from "../exitCodes";
import { again, cwdOption, jsonOption, type StackOptions, stackOrPartsOption, wholeNumber } from "../options";
import { whereElse } from "../otherStacks";
import { Progress } from "../progress";
import { openProject, type PulumiProject } from "../pulumi/project";
import { askTesseral, mostAsked } from "./askTesseral";
import { callUrl, shownUrl } from "./backendUrl";
import { Caller } from "./caller";
import { type KeyToVerify, ofCustomers, sampled } from "./keysToVerify";
import { readStacks, type StacksToVerify } from "./readStacks";
import { type Calling, verifyKeys, verifyStrangers } from "./verifyKeys";

interface VerifyOptions extends StackOptions {
  url?: string;
  path: string;
  expect: number[];
  customer?: string[];
  sample?: number;
  concurrency: number;
  rate: number;
  timeout: number;
  allowHttp?: boolean;
  json?: boolean;
}

/** `pulumi-tesseral verify`. */
export function verifyCommand(command: Command): void {
  command
    .description(
      "Calls the deployed backend with the token of every API key of a stack, and says which calls do not end as they should: tokens of " +
        "customers with API access must be accepted; those of suspended customers must be refused, and so must an altered token, an invented one, and none. " +
        "Reads the tokens from the stack's state, prints none, and changes nothing.",
    )
    .addOption(stackOrPartsOption())
    .addOption(cwdOption())
    .option("--url <url>", "the backend's address (default: the stack's output backendUrl)")
    .option("--path <path>", "a path of the backend that requires a key and answers GET", "/")
    .addOption(
      new Option("--expect <status>", "the status that means accepted; separate several with commas")
        .default([200], "200")
        .argParser(statuses),
    )
    .addOption(new Option("--customer <name>", "only this customer's keys; repeatable").argParser(again))
    .option("--sample <n>", "only this many keys, chosen at random", wholeNumber("--sample", 1))
    .option("--concurrency <n>", "how many calls at a time", wholeNumber("--concurrency", 1, 100), 4)
    .option("--rate <n>", "how many calls a second, at most", wholeNumber("--rate", 1, 1000), 10)
    .option("--timeout <seconds>", "how long a call may take", wholeNumber("--timeout", 1, 900), 30)
    .option("--allow-http", "send tokens over plain http, even to another host")
    .addOption(jsonOption("the result"))
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral verify --stack prod --path /whoami\n" +
        "          npx pulumi-tesseral verify --stack prod --url https://api.example.com --customer acme",
    )
    .action(verify);
}

function statuses(text: string): number[] {
  return text.split(",").map((one) => {
    const status = Number(one);
    if (!/^[1-5]\d\d$/.test(one.trim()) || status === 401) {
      throw new UsageError(
        `--expect is ${JSON.stringify(text)}, but must be a status such as 200, several with commas, and not 401`,
      );
    }
    return status;
  });
}

async function verify(options: VerifyOptions): Promise<void> {
  const project = openProject(options.cwd);
  const read = await readStacks(project, options.stack, options.customer, options.url === undefined);
  const stack = read.called;
  const url = callUrl(options.url ?? urlOfStack(read), options.path, options.allowHttp === true);
  const elsewhere = async (customer: string) =>
    read.areParts
      ? ""
      : await whereElse(project, options.stack, customer, `npx pulumi-tesseral verify --customer ${customer}`);
  const keys = await chosenKeys(read.keys, options, elsewhere);
  if (keys.length === 0) {
    throw new CodedError("TSL-VERIFY", `stack ${stack} has no API keys of customers: there is nothing to verify`);
  }
  const verification = await run(keys, url, options, { stack, project });
  process.stdout.write(
    options.json ? `${JSON.stringify(verification, null, 2)}\n` : terminalVerification(verification),
  );
  const { refused, letIn, unknown } = verification.totals;
  const isUnknown = unknown > 0 || verification.strangers.some(({ result }) => result === "unknown");
  process.exitCode = refused + letIn > 0 ? exitCodes.findings : isUnknown ? exitCodes.failed : exitCodes.done;
  // By the exit code alone, they would seem verified.
  if (verification.totals.keys === 0 && refused + letIn === 0) {
    throw new CodedError("TSL-VERIFY", nothingTried(keys.length));
  }
}

function nothingTried(skipped: number): string {
  return skipped === 1
    ? "nothing was verified: the only key was skipped, since there is no token of it to try"
    : `nothing was verified: all ${skipped} keys were skipped, since there is no token of theirs to try`;
}

async function run(
  keys: readonly KeyToVerify[],
  url: URL,
  { concurrency, rate, timeout, expect }: VerifyOptions,
  { stack, project }: { stack: string; project: PulumiProject },
): Promise<Verification> {
  const caller = new Caller({ url, concurrency, rate, timeout: timeout * 1000 });
  const calling: Calling = { call: (token) => caller.call(token), expected: expect, concurrency };
  const time = new Date().toISOString();
  const strangers = await verifyStrangers(calling);
  refuseToGoOn(strangers, url);
  const progress = new Progress("keys", keys.length);
  let checked: KeyVerification[];
  try {
    checked = await verifyKeys(keys, { ...calling, onKey: () => progress.add() });
  } finally {
    progress.end();
  }
  const explained = await withReasons(checked, keys, project);
  return {
    version: verificationVersion,
    stack,
    url: shownUrl(url),
    time,
    ...summed(explained, strangers),
    strangers,
    keys: explained,
  };
}

/** Throws Error where no answer came or nothing is at the path, so that no token is sent. */
function refuseToGoOn(strangers: readonly TokenCheck[], url: URL): void {
  const [first] = strangers;
  const nothing = first?.status === undefined || first.status === 404 || first.status === 405;
  if (first !== undefined && nothing && strangers.every(({ result }) => result === "unknown")) {
    throw new CodedError("TSL-VERIFY", `no key was sent to ${shownUrl(url)}: ${first.meaning}`);
  }
}

/** What Tesseral says of the tokens that the backend refuses although they should work. */
async function withReasons(
  checked: readonly KeyVerification[],
  keys: readonly KeyToVerify[],
  project: PulumiProject,
): Promise<KeyVerification[]> {
  const refused = checked.flatMap(({ checks }, index) => {
    const { current: token, stack = "" } = keys[index] ?? {};
    const isRefused = checks.some((one) => one.token === "current" && one.result === "refused" && one.status === 401);
    return isRefused && token !== undefined ? [{ index, token, stack }] : [];
  });
  const asked = refused.slice(0, mostAsked);
  if (asked.length === 0) {
    return [...checked];
  }
  const notes = await askTesseral(asked, project);
  return checked.map((one, index) => {
    const note = notes[asked.findIndex((each) => each.index === index)];
    return note === undefined ? one : { ...one, note };
  });
}

async function chosenKeys(
  keys: readonly KeyToVerify[],
  { customer, sample }: VerifyOptions,
  elsewhere: (customer: string) => Promise<string>,
): Promise<KeyToVerify[]> {
  const ofThese = customer === undefined ? keys : await ofCustomers(keys, customer, elsewhere);
  return sample === undefined ? [...ofThese] : sampled(ofThese, sample, Math.random);
}

function urlOfStack({ called, backendUrl }: StacksToVerify): string {
  if (backendUrl === undefined) {
    throw new CodedError(
      "TSL-VERIFY",
      `stack ${called} has no output backendUrl: say where the backend answers with --url https://…`,
    );
  }
  return backendUrl;
}
