import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import type * as pulumi from "@pulumi/pulumi";
import { whenKnown } from "../later";
import { refuse } from "../refuse";
import type { CheckedArgs } from "./checkArgs";
import { functionEnvironment, sizeProblem } from "./environment";

interface FunctionArgsOptions {
  name: string;
  /** Checked. */
  args: CheckedArgs;
  /** Where the program is: the archive itself, or its object in S3. */
  object: Pick<FunctionArgs, "code" | "s3Bucket" | "s3Key">;
  adapterLayers: pulumi.Input<pulumi.Input<string>[]>;
  /** The layer that brings the key. */
  keyLayerArn: pulumi.Input<string>;
  roleArn: pulumi.Input<string>;
  secretArn: pulumi.Input<string>;
  secretVersionId: pulumi.Input<string> | undefined;
  /** Name of the log group. */
  logGroup: pulumi.Input<string>;
  /** Seconds. */
  timeout: pulumi.Input<number>;
}

/** The arguments of the function that a backend consists of. */
export function functionArgs(options: FunctionArgsOptions): FunctionArgs {
  const { name, args, object, adapterLayers, keyLayerArn, secretArn, secretVersionId, timeout } = options;
  const { adapter = "web", architecture = "arm64", environment = {}, layers = [], runtime, handler } = args;
  const { kmsKeyArn, tags = {}, tracing = false, url = "functionUrl", vpc } = args;
  const reserved = args.reservedConcurrency ?? (url === "functionUrl" ? 20 : "unreserved");
  // Outputs among the user's variables count in the limit, too; plain ones were counted before anything was created.
  const readableArn = whenKnown({ environment }, (known) => {
    refuse(name, sizeProblem(known.environment));
    return secretArn;
  });
  return {
    ...object,
    runtime,
    handler,
    architectures: [architecture],
    memorySize: args.memorySize ?? 512,
    timeout,
    role: options.roleArn,
    // Ours last: on provided.* it and the adapter carry a bootstrap, and the later one wins.
    layers: whenKnown({ layers, adapterLayers }, (known) => [...known.layers, ...known.adapterLayers, keyLayerArn]),
    environment: {
      variables: whenKnown({ runtime, adapter }, (known) =>
        functionEnvironment({
          ...known,
          environment,
          port: args.port ?? 8080,
          healthCheckPath: args.healthCheckPath ?? "/healthz",
          invokeMode: args.invokeMode,
          secretArn: readableArn,
          secretVersionId,
          secretJsonKey: args.backendApiKeySecretJsonKey,
        }),
      ),
    },
    // Both levels: without them AWS answers INFO and every later update would see a change.
    loggingConfig: {
      logFormat: "JSON",
      applicationLogLevel: "INFO",
      systemLogLevel: "INFO",
      logGroup: options.logGroup,
    },
    publish: true,
    // -1 is how the AWS plugin says that nothing is reserved.
    ...(reserved === "unreserved"
      ? {}
      : {
          reservedConcurrentExecutions: whenKnown({ reserved }, (known) =>
            known.reserved === "unreserved" ? -1 : known.reserved,
          ),
        }),
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    ...(vpc ? { vpcConfig: { subnetIds: vpc.subnetIds, securityGroupIds: vpc.securityGroupIds } } : {}),
    ...(tracing === false
      ? {}
      : { tracingConfig: { mode: whenKnown({ tracing }, (known) => (known.tracing ? "Active" : "PassThrough")) } }),
    tags,
  };
}
