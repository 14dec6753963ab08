import type { ApiArgs } from "@pulumi/aws/apigatewayv2/api.js";
import type { StageArgs } from "@pulumi/aws/apigatewayv2/stage.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { AliasArgs } from "@pulumi/aws/lambda/alias.js";
import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import type { FunctionUrlArgs } from "@pulumi/aws/lambda/functionUrl.js";
import type { BucketObjectv2Args } from "@pulumi/aws/s3/bucketObjectv2.js";
import type { SecretArgs } from "@pulumi/aws/secretsmanager/secret.js";
import type { asset, Input } from "@pulumi/pulumi";
import type { Architecture } from "./package/elf";

/** What a browser of another origin may do. */
export interface BackendCors {
  /** Origins that may call: `["https://app.example.com"]`, or `["*"]`. */
  allowOrigins: Input<Input<string>[]>;
  /** `GET`, `POST`, …; `OPTIONS` with an HTTP API only. @default ["*"] */
  allowMethods?: Input<Input<string>[]>;
  /** @default ["authorization", "content-type"], which a bearer key and JSON need */
  allowHeaders?: Input<Input<string>[]>;
  /** Headers of the answer that a script may read. @default none */
  exposeHeaders?: Input<Input<string>[]>;
  /** Lets the browser send cookies; not with the origin `*`. @default false */
  allowCredentials?: Input<boolean>;
  /** Seconds for which a browser may keep the answer to its preflight request, up to 86400. @default 3600 */
  maxAge?: Input<number>;
}

/** Limits of the HTTP API, for all callers together. */
export interface BackendThrottle {
  /** @default 50 */
  requestsPerSecond?: Input<number>;
  /** Requests at once. @default 100 */
  burst?: Input<number>;
}

/** A private network for the function. It then reaches Tesseral and Secrets Manager only through a NAT or endpoints there. */
export interface BackendVpc {
  subnetIds: Input<Input<string>[]>;
  securityGroupIds: Input<Input<string>[]>;
}

/** Changes the arguments of one child before it is created: it gets them and returns those to use. */
export type Transform<Args> = (args: Args) => Args;

/** The escape hatch: everything that `@pulumi/aws` can do and `BackendArgs` does not cover. */
export interface BackendTransform {
  function?: Transform<FunctionArgs>;
  alias?: Transform<AliasArgs>;
  role?: Transform<RoleArgs>;
  rolePolicy?: Transform<RolePolicyArgs>;
  secret?: Transform<SecretArgs>;
  /** The function's log group, and the access log's of an HTTP API. */
  logGroup?: Transform<LogGroupArgs>;
  /** The object in `codeBucket`. */
  codeObject?: Transform<BucketObjectv2Args>;
  functionUrl?: Transform<FunctionUrlArgs>;
  httpApi?: Transform<ApiArgs>;
  stage?: Transform<StageArgs>;
  /** Called for each alarm. */
  alarm?: Transform<MetricAlarmArgs>;
}

/**
 * Scalars and lists may be outputs, except for `url` and `alarms`, which decide what resources there are. Plain values are checked
 * before anything is created; an output as soon as its value is known, which may be after the first resources exist.
 */
export interface BackendArgs {
  /**
   * The program: a folder or a ready-made zip, relative to the Pulumi project; or a Pulumi archive.
   * A folder is zipped with its executable bits; an `AssetArchive` is passed on as it is and loses them.
   */
  code: Input<string | asset.Archive>;
  /**
   * Name of an S3 bucket in the function's region, to hand the program over in; needed above 50 MB zipped, up to 250 MB unpacked.
   * The object in it is of this stack. With a folder or a zip. @default none: the program travels in the request
   */
  codeBucket?: Input<string>;
  /** Lambda's identifier: `nodejs24.x`, `python3.13`, `provided.al2023`. A deprecated one is refused. */
  runtime: Input<string>;
  /**
   * What is started. With the web adapter, and on `provided.al2023`: an executable of the package, `run.sh` or `server`.
   * Else what the runtime loads: `index.handler`, `src/index.Api.handler`, `/opt/nodejs/wrapper.handler`. What may be in a layer is
   * not checked.
   */
  handler: Input<string>;
  /** @default "arm64", the same work for a fifth less money; native code in the package must be built for it */
  architecture?: Input<Architecture>;
  /**
   * `web` runs an ordinary HTTP server behind the AWS Lambda Web Adapter; `none` is for code written for Lambda.
   * @default "web"
   */
  adapter?: Input<"web" | "none">;
  /** The adapter's layer. @default the public layer of the adapter's makers in the stack's region, pinned to one version */
  adapterLayerArn?: Input<string>;
  /** Where the HTTP server listens; the program reads it from `PORT`. @default 8080 */
  port?: Input<number>;
  /** Path that answers below 500 once the server is ready, without a key. @default "/healthz" */
  healthCheckPath?: Input<string>;

  /** The backend API key of this function. Kept in Secrets Manager, and encrypted in the stack's state. */
  backendApiKey?: Input<string>;
  /** Instead of `backendApiKey`: full ARN of a secret that already holds it. Nothing secret is in the stack then. */
  backendApiKeySecretArn?: Input<string>;
  /** With `backendApiKeySecretArn`: id of the version to read. @default the current one, read at each cold start */
  backendApiKeySecretVersionId?: Input<string>;
  /** With `backendApiKeySecretArn`: the field that holds the key, when the secret is a JSON object. @default the secret is the key */
  backendApiKeySecretJsonKey?: Input<string>;

  /** Further variables of the function, 4 KB with the component's own. `TESSERAL_BACKEND_API_KEY` is refused: it would be readable in the configuration. */
  environment?: Record<string, Input<string>>;
  /** ARNs of further layers, up to three with the web adapter. They come before the component's own. */
  layers?: Input<Input<string>[]>;
  /** MB, 128 to 10240; CPU grows with it. @default 512 */
  memorySize?: Input<number>;
  /** Seconds, 1 to 900; at most 30 behind an HTTP API. @default 29, under the HTTP API's limit, so that the entry can be changed */
  timeout?: Input<number>;
  /**
   * Concurrent instances kept for this function, which is also the most it can use; 0 stops it. `unreserved` shares the account's.
   * @default 20 with a function URL, which has no throttle of its own; else "unreserved"
   */
  reservedConcurrency?: Input<number | "unreserved">;

  /**
   * The public entry. It is open to the internet by design: the program checks the bearer key, which no authorizer of AWS can.
   * @default "functionUrl"
   */
  url?: "functionUrl" | "httpApi" | "none";
  /** @default none: only programs call, no browsers */
  cors?: BackendCors;
  /** With `url: "httpApi"`. @default 50 requests per second, 100 at once */
  throttle?: BackendThrottle;

  /** Days to keep logs, one of CloudWatch's numbers; 0 keeps them forever. @default 30 */
  logRetentionInDays?: Input<number>;
  /**
   * ARN of a KMS key for the secret, the environment and the logs. Its policy must let CloudWatch Logs use it.
   * With `backendApiKeySecretArn` it is the key of that secret, too. @default the keys that AWS manages
   */
  kmsKeyArn?: Input<string>;
  /** @default none: the function needs the internet, for Tesseral */
  vpc?: BackendVpc;
  /** Traces every request with X-Ray. @default false: it costs per request, and its permission cannot be limited to a resource */
  tracing?: Input<boolean>;
  /** Alarms for errors, throttling, slow answers and answers of 500 and above. @default true */
  alarms?: boolean;
  /** SNS topic that alarms notify. @default none: they show in the console only */
  alarmTopicArn?: Input<string>;
  /** ARN of a policy that bounds what the function's role can ever do. @default none */
  permissionsBoundaryArn?: Input<string>;
  /** For every child that takes tags. @default {} */
  tags?: Record<string, Input<string>>;
  /** @default {} */
  transform?: BackendTransform;
}
