import * as pulumi from "@pulumi/pulumi";
import { misspelled } from "./nearest";
import type { Problem } from "./problem";
import { removalLimit, removalLimitProblem } from "./removals/removalLimit";
import { isEncrypted, type StackFile } from "./stackFile";

/** The settings of the namespace `tesseral`. */
const settingNames: readonly string[] = [
  "apiUrl",
  "backend",
  "backendApiKey",
  "customers",
  "customersFile",
  "maxConcurrentRequests",
  "maxRemovals",
  "operationDeadline",
  "requestTimeout",
  "requestsPerSecond",
  "retries",
  "retryDelay",
];

/** What is wrong with the settings themselves: names that are nearly right, a key that anyone can read, a limit that is none. */
export function settingProblems(stackFile: StackFile | undefined): Problem[] {
  return [...misspelledSettings(), ...readableKey(stackFile), ...unclearLimit()];
}

/** Only what is nearly one of ours is a mistake: a project named tesseral keeps its own settings in the same namespace. */
function misspelledSettings(): Problem[] {
  const namespace = "tesseral:";
  return Object.keys(pulumi.runtime.allConfig()).flatMap((setting): Problem[] => {
    const name = setting.slice(namespace.length);
    if (!setting.startsWith(namespace) || settingNames.includes(name)) {
      return [];
    }
    const meant = misspelled(name, settingNames);
    const message = `unknown setting, did you mean "${namespace}${meant}"?`;
    return meant === undefined ? [] : [{ path: [setting], at: "name", message }];
  });
}

function readableKey(stackFile: StackFile | undefined): Problem[] {
  const setting = "tesseral:backendApiKey";
  const written = stackFile?.config[setting];
  const key = new pulumi.Config("tesseral").get("backendApiKey");
  if (!key || isEncrypted(written) || written !== key) {
    return [];
  }
  const message =
    "is not encrypted: make a new key in the Tesseral console, revoke this one, and run " +
    "`pulumi config set --secret tesseral:backendApiKey <key>`";
  return [{ path: [setting], message }];
}

function unclearLimit(): Problem[] {
  const limit = new pulumi.Config("tesseral").get("maxRemovals");
  return !limit || removalLimit(limit) ? [] : [{ path: ["tesseral:maxRemovals"], message: removalLimitProblem }];
}
