import * as pulumi from "@pulumi/pulumi";
import { requireArgs } from "./given";

export interface ProviderArgs {
  /** The backend API key of the Tesseral project, `tesseral_secret_key_…`. Kept as a secret. */
  backendApiKey: pulumi.Input<string>;
  /** Beginning of the API's address, before `/v1`. @default "https://api.tesseral.com" */
  apiUrl?: pulumi.Input<string>;
  /** Requests in flight at once. @default 8 */
  maxConcurrentRequests?: pulumi.Input<number>;
  /** Requests started per second. @default unlimited; a server that answers 429 sets the pace */
  requestsPerSecond?: pulumi.Input<number>;
  /** How many stacks work with the same Tesseral project at once and share `requestsPerSecond`. @default 1 */
  partsAtOnce?: pulumi.Input<number>;
  /** Seconds after which a request without an answer is abandoned. @default 10 */
  requestTimeout?: pulumi.Input<number>;
  /** Retries that one operation may spend on failures other than 429. @default 8 */
  retries?: pulumi.Input<number>;
  /** Milliseconds before the first retry; doubled for each further one, up to sixteenfold. @default 500 */
  retryDelay?: pulumi.Input<number>;
  /** Seconds after which an operation is no longer retried. @default 120 */
  operationDeadline?: pulumi.Input<number>;
}

/**
 * An explicit provider: for a second Tesseral project in one stack. Everything else uses the default one, which reads
 * `tesseral:backendApiKey` and its neighbors from the stack's config.
 *
 * The environment variable `TESSERAL_BACKEND_API_KEY` does not apply to it. After its key was rotated, `pulumi refresh`
 * and `pulumi destroy` need `--run-program` to see the new one.
 *
 * ```ts
 * const staging = new Provider("staging", { backendApiKey: config.requireSecret("stagingKey") });
 * const acme = new Organization("acme", { displayName: "Acme Corp" }, { provider: staging });
 * ```
 */
export class Provider extends pulumi.ProviderResource {
  /** What the look-ups of this package need of the provider. @internal */
  readonly connectionArgs: ProviderArgs;

  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    requireArgs("Provider", name, args);
    const { backendApiKey, ...plain } = args;
    const settings = Object.fromEntries(
      Object.entries(plain).map(([key, value]) => [
        `tesseral:${key}`,
        pulumi.output(value).apply((one) => one?.toString()),
      ]),
    );
    super(
      "pulumi-nodejs",
      name,
      { ...settings, "tesseral:explicit": "true", "tesseral:backendApiKey": pulumi.secret(backendApiKey) },
      opts,
    );
    Object.defineProperty(this, "connectionArgs", { value: args, enumerable: false });
    this.connectionArgs = args;
  }
}
