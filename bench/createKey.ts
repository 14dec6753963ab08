import { TesseralClient } from "../tesseral";
import type { EmulatorProcess } from "./emulatorProcess";

/** Makes an organization with one managed API key, and gives the key's secret token. */
export async function createKey({ url, backendApiKey }: EmulatorProcess): Promise<string> {
  const tesseral = new TesseralClient({ apiUrl: url, backendApiKey });
  const { organization } = await tesseral.organizations.createOrganization({ displayName: "Bench" });
  await tesseral.organizations.updateOrganization(organization.id, { apiKeysEnabled: true });
  const { apiKey } = await tesseral.apiKeys.createApiKey({
    apiKey: { organizationId: organization.id, displayName: "bench" },
  });
  return apiKey.secretToken;
}
