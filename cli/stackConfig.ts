import type { PulumiProject } from "./pulumi/project";

/** Settings by full name, each as `pulumi config --json` prints it. */
export type StackConfig = Record<string, { value?: string; objectValue?: unknown }>;

/** A stack's configuration; undefined is the selected one. Decrypted only if the backend API key is to be had from it. */
export async function stackConfig(project: PulumiProject, stack: string | undefined): Promise<StackConfig> {
  const chosen = stack === undefined ? [] : ["--stack", stack];
  // What needs no decryption must not fail because the passphrase is missing.
  const secrets = process.env.TESSERAL_BACKEND_API_KEY ? [] : ["--show-secrets"];
  return JSON.parse(await project.pulumi(["config", "--json", ...secrets, ...chosen]));
}

/** The backend API key of the environment, or else of the stack. */
export function backendApiKeyOf(config: StackConfig): string | undefined {
  return process.env.TESSERAL_BACKEND_API_KEY || config["tesseral:backendApiKey"]?.value;
}
