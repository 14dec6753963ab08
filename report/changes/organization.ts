/** What a change of an organization means for the customer. */
import type { Effect } from "../effects";
import { effects } from "../effects";
import { count, withNoun } from "../inWords";
import type { NetStep } from "../preview/netSteps";
import type { ResourceState } from "../preview/preview";
import type { Change } from "../review";
import { differing, fromTo, shown, textsOf } from "./values";

/** What an organization contains that stays after the update. */
export interface Contents {
  /** Keys that exist before and after the update. */
  keys: number;
}

/** What each switch of an organization lets its members do. */
const waysIn: Record<string, string> = {
  logInWithGoogle: "log in with Google",
  logInWithMicrosoft: "log in with Microsoft",
  logInWithGithub: "log in with GitHub",
  logInWithEmail: "log in by a link sent by email",
  logInWithPassword: "log in with a password",
  logInWithSaml: "log in by SAML",
  logInWithOidc: "log in by OpenID Connect",
  logInWithAuthenticatorApp: "use an authenticator app as the second factor",
  logInWithPasskey: "use a passkey as the second factor",
  scimEnabled: "be provisioned by SCIM",
};

const domainLists: Record<string, string> = {
  domains: "email domain",
  googleHostedDomains: "Google Workspace domain",
  microsoftTenantIds: "Microsoft tenant",
};

/** Inputs that are not shown: read at creation only, or the provider's own. */
const silent = new Set(["__provider", "managedBy", "adopt", "allowDuplicateName"]);

/** What an update of an organization changes. */
export function organizationChanges({ old, new: news }: NetStep, contents: Contents): Change[] {
  if (old === undefined || news === undefined) {
    return [];
  }
  const changes = differing(old, news)
    .filter((name) => !silent.has(name))
    .flatMap((name) => inputChange(name, old, news, contents));
  return [...changes, ...protectionChange(old, news)];
}

function inputChange(name: string, old: ResourceState, news: ResourceState, contents: Contents): Change[] {
  const [before, after] = [old.inputs[name], news.inputs[name]];
  const wayIn = waysIn[name];
  const domain = domainLists[name];
  if (name === "apiKeysEnabled") {
    return [accessChange(after === true, contents.keys)];
  }
  if (name === "displayName") {
    return [change("display-name", "the name that its members see", fromTo(before, after))];
  }
  if (name === "requireMfa") {
    return after === true
      ? [change("mfa-required", "its members need a second factor to log in")]
      : [change("log-in-on", after === false ? "its members no longer need a second factor" : leftAlone("requireMfa"))];
  }
  if (wayIn !== undefined) {
    return [
      after === undefined
        ? change("other", leftAlone(name))
        : after === true
          ? change("log-in-on", `its members can ${wayIn}`)
          : change("log-in-off", `its members can no longer ${wayIn}`),
    ];
  }
  if (name === "customRolesEnabled") {
    return [
      change(
        "other",
        after === true
          ? "it may define roles of its own"
          : after === false
            ? "it may no longer define roles of its own"
            : leftAlone(name),
      ),
    ];
  }
  if (domain !== undefined) {
    return domainChanges(domain, name, old, news);
  }
  if (name === "onRemoval") {
    return [
      change(
        "protection",
        after === "release"
          ? "when its entry is removed, the stack forgets it and all of it stays in Tesseral"
          : "when its entry is removed, it is deleted",
      ),
    ];
  }
  if (name === "keepUntil") {
    return [change("protection", "the day until which it cannot be deleted", fromTo(before, after))];
  }
  return [change("other", `${name} of the organization`, fromTo(before, after))];
}

/** Whether its keys work. */
function accessChange(isEnabled: boolean, keys: number): Change {
  const many = count(keys, "key");
  return isEnabled
    ? {
        ...change(
          "enable",
          `API access suspended → enabled${keys === 0 ? "" : `: ${keys === 1 ? "1 key works" : `${many} work`} again`}`,
        ),
        keys,
      }
    : {
        ...change(
          "suspend",
          `API access enabled → suspended${keys === 0 ? "" : `: ${keys === 1 ? "1 key is" : `${many} are`} refused`}`,
        ),
        keys,
      };
}

function domainChanges(noun: string, name: string, old: ResourceState, news: ResourceState): Change[] {
  const [before = [], after] = [textsOf(old, name), textsOf(news, name)];
  if (after === undefined) {
    return [
      change("other", news.inputs[name] === undefined ? leftAlone(name) : `${name}: ${shown(news.inputs[name])}`),
    ];
  }
  const gone = before.filter((one) => !after.includes(one));
  const added = after.filter((one) => !before.includes(one));
  return [
    ...withNoun(noun, gone).map((domains) => change("log-in-off", `accounts of ${domains} no longer belong to it`)),
    ...withNoun(noun, added).map((domains) => change("log-in-on", `accounts of ${domains} belong to it`)),
  ];
}

/** Pulumi's protection is no input, and its change is no update. */
function protectionChange(old: ResourceState, news: ResourceState): Change[] {
  if (old.protect === news.protect) {
    return [];
  }
  // The component passes on only what `apiAccess: offboarding` sets, and `suspended` with `protect: false` sets the same.
  const likeOffboarding = news.inputs.apiKeysEnabled === false ? ", as with apiAccess: offboarding" : "";
  const what =
    news.inputs.onRemoval === "release"
      ? "it is no longer protected"
      : `it is no longer protected${likeOffboarding}: removing its entry will delete it`;
  return [change("protection", news.protect ? "it is protected from deletion" : what)];
}

function leftAlone(name: string): string {
  return `${name} is no longer managed, and stays as it is`;
}

function change(effect: Effect, text: string, detail?: string): Change {
  return { effect, level: effects[effect], text, ...(detail !== undefined && { detail }) };
}
