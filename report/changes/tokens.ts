/** Which tokens of a key work, by what a preview tells. */
import type { ResourceState } from "../preview/preview";
import { textOf } from "./values";

/** How many tokens of a key work: the current one and, during an overlap, the previous one. @param news its planned state */
export function livingTokens(old: ResourceState | undefined, news?: ResourceState): number {
  return (isDead(old) || hasEnded(old, news) ? 0 : 1) + (hasLivingPrevious(old) ? 1 : 0);
}

/** What a key's end means for its tokens, of which at least one works. */
export function tokensEnd(old: ResourceState | undefined, news?: ResourceState): string {
  if (livingTokens(old, news) === 2) {
    return "both its tokens stop working at once";
  }
  return hasLivingPrevious(old)
    ? `its token has ended already (${endOf(old)}), and the previous one stops working at once`
    : "its token stops working at once";
}

/** The previous token has a recorded end until a refresh finds that it does not work. */
function hasLivingPrevious(state: ResourceState | undefined): boolean {
  return state?.outputs.previousApiKeyId !== undefined && state.outputs.previousRetireAt !== undefined;
}

/** How a token that no longer works ended. */
export function endOf(state: ResourceState | undefined): string {
  const status = textOf(state, "status") ?? "active";
  return status === "active" ? (state?.outputs.revoked === true ? "revoked" : "expired") : status;
}

/** Whether the token of a key no longer worked when it was last seen. */
function isDead(state: ResourceState | undefined): boolean {
  return (textOf(state, "status") ?? "active") !== "active" || state?.outputs.revoked === true;
}

/** Whether the token had ended by itself when the new one was planned. */
export function hasEnded(old: ResourceState | undefined, news: ResourceState | undefined): boolean {
  const [end, planned] = [textOf(old, "currentExpireTime"), textOf(news, "rotatedAt")];
  return end !== undefined && planned !== undefined && !isLater(end, planned);
}

export function isLater(time: string | undefined, than: string | undefined): boolean {
  return time !== undefined && than !== undefined && Date.parse(time) > Date.parse(than);
}
