/** How many requests an update will send, counted from its steps, and how long they take within the limits in force. */
import { settings } from "../providers/settings";
import { domainLists, organizationSwitches } from "../tesseral/objects";
import { apiKeyCreatesAtOnce, pageLength } from "../tesseral/serverLimits";
import { isTakenOver } from "./changes/apiKey";
import { kindOf } from "./changes/customer";
import { differing, numberOf, textOf } from "./changes/values";
import type { CustomerSteps, PartStep } from "./customerSteps";
import type { NetStep } from "./preview/netSteps";
import type { ResourceState } from "./preview/preview";
import type { Work } from "./review";

/** Assumed seconds of a request, used where no limit decides. */
const secondsOfRequest = 0.1;

/** The requests of an update. `config` is the stack's, whose limits are those in force. */
export function workOf(customers: readonly CustomerSteps[], config: Readonly<Record<string, string>>): Work {
  const each = customers.map(requestsOf);
  const own = each.reduce((sum, one) => sum + one, 0);
  const isNew = customers.some(
    ({ organization }) => organization !== undefined && kindOf(organization) === "new" && organization.op !== "same",
  );
  // The project is read once; existing organizations, page by page, before the first is created.
  const existing = customers.filter(({ organization }) => organization !== undefined && kindOf(organization) !== "new");
  const pages = isNew ? Math.max(1, Math.ceil(existing.length / pageLength)) : 0;
  const requests = own === 0 ? 0 : own + 1 + pages;
  const perSecond = Number(config["tesseral:requestsPerSecond"]);
  if (perSecond > 0) {
    const limit = `tesseral:requestsPerSecond is ${perSecond}`;
    return { requests, seconds: rounded(requests / perSecond), limit };
  }
  const atOnce = Number(config["tesseral:maxConcurrentRequests"]) || settings.maxConcurrentRequests.default;
  const creations = customers.flatMap(({ keys }) => keys.filter(makesKey)).length;
  const [longest = 0] = [...each].sort((one, other) => other - one);
  // What belongs to one customer is done one after another.
  const seconds = Math.max(requests / atOnce, creations / apiKeyCreatesAtOnce, longest) * secondsOfRequest;
  return {
    requests,
    seconds: rounded(seconds),
    limit: `${atOnce} at once, if each takes ${secondsOfRequest * 1000} milliseconds`,
  };
}

function rounded(seconds: number): number {
  return seconds < 10 ? Math.ceil(seconds * 10) / 10 : Math.ceil(seconds);
}

function requestsOf(customer: CustomerSteps): number {
  const { organization, roles, keys } = customer;
  const kind = kindOf(organization);
  // What is in an organization is deleted with it, without a request, unless it is protected or kept.
  if (kind === "released") {
    return 0;
  }
  if (kind === "deleted") {
    return 1;
  }
  const isNew = organization?.op === "create" && kind === "new";
  const ofRoles = roles.map((role) => requestsOfRole(role, isNew) + leftBy(role));
  // Where it is taken over, its roles are looked at before one is made beside them.
  const makesRole = roles.some((role) => role.op === "create" && !isTakenOver(role));
  const looksAtRoles = kind === "adopted" && makesRole ? [1] : [];
  const ofKeys = keys.map((key) => requestsOfKey(key, isNew) + discarding * leftBy(key));
  return [requestsOfOrganization(organization), ...looksAtRoles, ...ofRoles, ...ofKeys].reduce(
    (sum, one) => sum + one,
    0,
  );
}

/** How many objects an earlier replacement left, that this update deletes. */
function leftBy({ left = [] }: NetStep): number {
  return left.length;
}

const sentTogether: readonly string[] = ["displayName", ...organizationSwitches];
const sentAlone: readonly string[] = Object.keys(domainLists);

function requestsOfOrganization(step: NetStep | undefined): number {
  const { op, old, new: news } = step ?? {};
  if (op === "create" || op === "recreate") {
    return 2 + sentAlone.filter((name) => news?.inputs[name] !== undefined).length;
  }
  if (op !== "update" || news === undefined) {
    return 0;
  }
  const sent = differing(old, news).filter((name) => news.inputs[name] !== undefined);
  const together = sent.some((name) => sentTogether.includes(name)) ? 1 : 0;
  return together + sent.filter((name) => sentAlone.includes(name)).length;
}

function requestsOfRole(step: PartStep, isOfNew: boolean): number {
  const { op, old, new: news } = step;
  // Made under a marked name, then renamed; in an organization that is not new, it is looked for first.
  const creation = isOfNew ? 2 : 3;
  switch (op) {
    case "create":
    case "recreate":
      return isTakenOver(step) ? looking : creation;
    case "replace":
      return creation + 1;
    case "update":
      return differing(old, news).some((name) => ["displayName", "description", "actions"].includes(name)) ? 1 : 0;
    case "delete":
      return old?.inputs.onRemoval === "release" ? 0 : 1;
    case "finish":
      return 1;
    default:
      return 0;
  }
}

/** What is taken over is read when it is checked, and when it is recorded. */
const looking = 2;

/** Differences from what is declared are not known beforehand. */
function requestsOfAdoption(step: PartStep): number {
  const { new: news } = step;
  return looking + (news?.inputs.roles === undefined ? 0 : 1) + (makesKey(step) ? creationOf(news, false) : 0);
}

/** A key is revoked, then deleted. */
const discarding = 2;

function requestsOfKey(step: PartStep, isOfNew: boolean): number {
  const { op, old, new: news } = step;
  switch (op) {
    case "create":
    case "recreate":
      return isTakenOver(step) ? requestsOfAdoption(step) : creationOf(news, isOfNew);
    case "replace":
      return creationOf(news, false) + discarding * slotsOf(old);
    case "delete":
      return textOf(old, "onRemoval") === "release" ? 0 : discarding * slotsOf(old);
    case "finish":
      return discarding;
    case "update":
      return requestsOfUpdate(step);
    default:
      return 0;
  }
}

function creationOf(state: ResourceState | undefined, isOfNew: boolean): number {
  // In an organization that is not new, it is looked for first and made under a marked name.
  return (isOfNew ? 1 : 3) + rolesIn(state).length;
}

function requestsOfUpdate(step: PartStep): number {
  const { old, new: news } = step;
  const raised = makesKey(step);
  const isDead = raised && (textOf(old, "status") ?? "active") !== "active";
  const slots = slotsOf(old);
  const retired = Math.max(0, (numberOf(news, "retiredGeneration") ?? 0) - (numberOf(old, "retiredGeneration") ?? 0));
  // A dead key goes with the rotation; without an overlap, so do the current key and the previous one.
  const ended = Math.min(retired, isDead && retired >= slots ? slots - 1 : slots) + (isDead ? 1 : 0);
  let requests = discarding * ended;
  if (raised) {
    // What is not declared is copied from the previous key.
    requests += creationOf(news, false) + (news?.inputs.roles === undefined ? 1 + rolesIn(old).length : 0);
  }
  // What is edited is compared in every key that stays and in the new one.
  const [kept, made] = [Math.max(0, slots - ended), raised ? 1 : 0];
  const changed = differing(old, news);
  requests += changed.includes("displayName") ? kept + made : 0;
  if (changed.includes("roles") && news?.inputs.roles !== undefined) {
    const [before, after] = [rolesIn(old), rolesIn(news)];
    const moved = [...before.filter((one) => !after.includes(one)), ...after.filter((one) => !before.includes(one))];
    requests += kept * (1 + moved.length) + made;
  }
  return requests;
}

/** Whether a step makes an API key in Tesseral. */
function makesKey(step: PartStep): boolean {
  const { op, old, new: news } = step;
  const raised = (numberOf(news, "generation") ?? 1) > (numberOf(old, "generation") ?? 1);
  const goesOn = op === "update" || isTakenOver(step);
  return goesOn ? raised : op === "create" || op === "recreate" || op === "replace";
}

/** How many keys a resource has in Tesseral: the previous one exists while it works. */
function slotsOf(state: ResourceState | undefined): number {
  return state?.outputs.previousApiKeyId === undefined ? 1 : 2;
}

function rolesIn(state: ResourceState | undefined): unknown[] {
  const roles = state?.inputs.roles;
  return Array.isArray(roles) ? roles : roles === undefined ? [] : (state?.propertyDependencies.roles ?? []);
}
