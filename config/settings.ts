import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../components/nearest";
import { settingNames } from "../providers/settings";
import { type Part, partIn, partProblem } from "./parts/part";
import type { Problem } from "./problem";
import { removalLimit, removalLimitProblem } from "./removals/removalLimit";
import { isEncrypted, type StackFile } from "./stackFile";

/** What is wrong with the settings themselves: unknown names, an unencrypted key, an impossible limit. */
export function settingProblems(stackFile: StackFile | undefined): Problem[] {
  return [...unknownSettings(), ...readableKey(stackFile), ...unclearLimit(), ...unclearPart()];
}

/** An unknown setting is a mistake that would show much later, such as a brake that does not hold. */
function unknownSettings(): Problem[] {
  const names: string[] = settingNames();
  return Object.keys(pulumi.runtime.allConfig()).flatMap((setting): Problem[] => {
    const [namespace, name = ""] = setting.split(":");
    if (namespace !== "tesseral" || names.includes(name)) {
      return [];
    }
    const near = nearest(name, names);
    const advice =
      near === undefined
        ? `the settings here are ${names.join(", ")}; one of your own belongs in another namespace`
        : `did you mean "tesseral:${near}"?`;
    return [{ code: "TSL-SETTING", path: [setting], at: "name", message: `unknown setting, ${advice}` }];
  });
}

function readableKey(stackFile: StackFile | undefined): Problem[] {
  const setting = "tesseral:backendApiKey";
  if (!new pulumi.Config("tesseral").get("backendApiKey") || isSecret(setting, stackFile)) {
    return [];
  }
  const message =
    "is not encrypted: make a new key in the Tesseral Console, revoke this one, and run " +
    "`pulumi config set --secret tesseral:backendApiKey <key>`";
  return [{ code: "TSL-KEY-READABLE", path: [setting], message }];
}

/**
 * Whether Pulumi keeps a setting secret, wherever it comes from. Its SDK tells, though not officially; if it ever does not,
 * the stack's file does.
 */
function isSecret(setting: string, stackFile: StackFile | undefined): boolean {
  const { runtime } = pulumi;
  return "isConfigSecret" in runtime && typeof runtime.isConfigSecret === "function"
    ? runtime.isConfigSecret(setting) === true
    : isEncrypted(stackFile?.config[setting]);
}

function unclearLimit(): Problem[] {
  const limit = new pulumi.Config("tesseral").get("maxRemovals");
  return !limit || removalLimit(limit)
    ? []
    : [{ code: "TSL-SETTING-VALUE", path: ["tesseral:maxRemovals"], message: removalLimitProblem }];
}

/** The setting `tesseral:part`; undefined if it is not set, or cannot be understood. */
export function configuredPart(): Part | undefined {
  return partIn(new pulumi.Config("tesseral").get("part") ?? "");
}

function unclearPart(): Problem[] {
  const path = ["tesseral:part"];
  const text = new pulumi.Config("tesseral").get("part");
  if (!text) {
    return [];
  }
  const part = partIn(text);
  if (part === undefined) {
    return [{ code: "TSL-SETTING-VALUE", path, message: partProblem }];
  }
  const { growingTo, isNew } = part;
  const message = isNew
    ? "the stack is being made: run the npx pulumi-tesseral parts init, or parts grow, that began it again"
    : `the parts are being changed to ${growingTo}: finish it with npx pulumi-tesseral parts grow --to ${growingTo}`;
  return growingTo === undefined ? [] : [{ code: "TSL-SETTING-VALUE", path, message }];
}
