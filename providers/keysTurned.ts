/** Says in the preview what taking an organization over does to its API keys. A review knows these texts: report/changes/keysTurned.ts. */
import { organizationToTakeOver } from "./adoption";
import type { Bag } from "./lifecycle";
import { statusOf } from "./managedApiKeyReads";
import { resourceName } from "./managedBy";
import type { Connection, ProviderProcess } from "./providerProcess";
import { serverTime } from "./serverTime";

/** Warns if it turns keys on or off that are neither revoked nor expired. Throws if it cannot be taken over. */
export async function warnOfKeysTurned(provider: ProviderProcess, { adopt, apiKeysEnabled, managedBy }: Bag) {
  if (typeof adopt !== "string") {
    return;
  }
  const connection = await provider.connection();
  const organization = await organizationToTakeOver(connection, adopt);
  const name = `organization ${JSON.stringify(resourceName(String(managedBy)))}`;
  const isOn = organization.apiKeysEnabled === true;
  if (apiKeysEnabled === isOn) {
    return;
  }
  const working = await workingKeys(connection, adopt);
  if (working === 0) {
    return;
  }
  provider.warn(
    apiKeysEnabled === true
      ? `${name}: API keys are off in ${adopt}, and this update turns them on: Tesseral accepts the ${working === 1 ? "key" : `${working} keys`} ` +
          "in it again. To keep them off, write apiAccess: suspended into its entry (apiKeysEnabled: false)"
      : `${name}: API keys are on in ${adopt}, and this update turns them off: Tesseral refuses the ${working === 1 ? "key that works" : `${working} keys that work`} ` +
          "in it. To keep them on, write apiAccess: enabled into its entry (apiKeysEnabled: true)",
  );
}

/** How many API keys of an organization are neither revoked nor expired. */
async function workingKeys({ tesseral }: Connection, organizationId: string): Promise<number> {
  const keys = await tesseral.begin().allApiKeys(organizationId);
  const now = serverTime(tesseral);
  return keys.filter((key) => statusOf(key, now) === "active").length;
}
