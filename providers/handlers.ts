import type { HandlerName } from "./bootstrap";
import { type Lifecycle, presentable } from "./lifecycle";
import { managedApiKeyLifecycle } from "./managedApiKey";
import { organizationLifecycle } from "./organization";
import { ProviderProcess } from "./providerProcess";
import { roleLifecycle } from "./role";

/** The handlers of one provider process, which share its connection and what it knows. */
export function handlersOf(shared: ProviderProcess): Record<HandlerName, Lifecycle> {
  const scrub = (text: string) => shared.scrub(text);
  return {
    organization: presentable(organizationLifecycle(shared), scrub),
    managedApiKey: presentable(managedApiKeyLifecycle(shared), scrub),
    role: presentable(roleLifecycle(shared), scrub),
  };
}

const handlers = handlersOf(new ProviderProcess());

/** What the text in every resource's `__provider` loads, by these names. */
export const { organization, managedApiKey, role } = handlers;
