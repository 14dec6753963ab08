import { hosted } from "./dynamicHost";
import type { Lifecycle } from "./lifecycle";
import { managedApiKeyLifecycle } from "./managedApiKey";
import { organizationLifecycle } from "./organization";
import { ProviderProcess } from "./providerProcess";
import type { HandlerName } from "./resourceTypes";
import { roleLifecycle } from "./role";

/** The handlers of one provider process, which share its connection and what it knows. */
export function handlersOf(provider: ProviderProcess): Record<HandlerName, Lifecycle> {
  const scrub = (text: string) => provider.scrub(text);
  return {
    organization: hosted(organizationLifecycle(provider), scrub),
    managedApiKey: hosted(managedApiKeyLifecycle(provider), scrub),
    role: hosted(roleLifecycle(provider), scrub),
  };
}

/** What the text in every resource's `__provider` loads, by these names. */
export const { organization, managedApiKey, role } = handlersOf(new ProviderProcess());
