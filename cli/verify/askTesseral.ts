/** What Tesseral itself says of tokens that a backend refuses, which tells whether the key or the backend is at fault. */
import { TesseralApiError, TesseralClient } from "../../tesseral";
import type { PulumiProject } from "../pulumi/project";
import { backendApiKeyOf, stackConfig } from "../stackConfig";

/** How many tokens are asked about: the first few are enough to tell. */
export const mostAsked = 10;

/** Returns one sentence for each token; undefined where Tesseral cannot be asked, without a key or an answer. */
export async function askTesseral(
  tokens: readonly { token: string; stack: string }[],
  project: PulumiProject,
): Promise<(string | undefined)[]> {
  const clients = new Map<string, ReturnType<typeof connect>>();
  return Promise.all(
    tokens.slice(0, mostAsked).map(async ({ token: secretToken, stack }) => {
      const connecting = clients.get(stack) ?? connect(project, stack);
      clients.set(stack, connecting);
      const tesseral = await connecting;
      if (tesseral === undefined) {
        return undefined;
      }
      try {
        await tesseral.begin().apiKeys.authenticateApiKey({ secretToken });
        return "Tesseral itself accepts this token, so the backend's own key is at fault: it may be one of another Tesseral project";
      } catch (error) {
        return error instanceof TesseralApiError ? said(error, stack) : undefined;
      }
    }),
  );
}

function said({ status, reason }: TesseralApiError, stack: string): string | undefined {
  if (status === 403) {
    return "Tesseral says that API keys are off for this customer or for the whole project";
  }
  return status === 400 && reason.includes("unauthenticated_api_key")
    ? `Tesseral refuses this token, too; see what became of the key: pulumi refresh --stack ${stack}`
    : undefined;
}

async function connect(project: PulumiProject, stack: string): Promise<TesseralClient | undefined> {
  try {
    const config = await stackConfig(project, stack);
    const backendApiKey = backendApiKeyOf(config);
    const apiUrl = config["tesseral:apiUrl"]?.value;
    return backendApiKey ? new TesseralClient({ backendApiKey, ...(apiUrl ? { apiUrl } : {}), retries: 1 }) : undefined;
  } catch {
    // The answer only adds to what is known.
    return undefined;
  }
}
