import type { asset, Input } from "@pulumi/pulumi";
import type { CodeBuild } from "./build/codeBuild";
import type { BackendDomain } from "./domain";
import type { KeySource } from "./keySource";
import type { Architecture } from "./package/elf";
import type { PolicyStatement } from "./permissions";
import type { Rollout } from "./rollout";
import type { BackendTransform } from "./transforms";
import type { WarmInstances } from "./warm";

/** What a browser of another origin may do. */
export interface BackendCors {
  /** Origins that may call: `["https://app.example.com"]`, or `["*"]`. */
  allowOrigins: Input<Input<string>[]>;
  /** `GET`, `POST`, …; `OPTIONS` with an HTTP API only. @default ["*"] */
  allowMethods?: Input<Input<string>[]>;
  /** Headers that a page may send. @default ["authorization", "content-type"], which a bearer key and JSON need */
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
  /** Requests per second, on average. @default 50 */
  requestsPerSecond?: Input<number>;
  /** Requests at once. @default 100 */
  burst?: Input<number>;
  /** Limits of individual routes, by method and path: `{ "POST /imports": { requestsPerSecond: 1, burst: 2 } }`. @default none */
  routes?: Record<string, RouteThrottle>;
}

/** Limits of one route, for all callers together. */
export interface RouteThrottle {
  /** Requests per second, on average. */
  requestsPerSecond: Input<number>;
  /** Requests at once. */
  burst: Input<number>;
}

/** A private network for the function. It then reaches Tesseral and Secrets Manager only through a NAT or endpoints there. */
export interface BackendVpc {
  /** Ids of the subnets that the function is in, `subnet-…`. */
  subnetIds: Input<Input<string>[]>;
  /** Ids of its security groups, `sg-…`. */
  securityGroupIds: Input<Input<string>[]>;
}

/**
 * Scalars and lists may be outputs, except for `url`, `alarms`, `dashboard`, `alarmEmail` and `rollout`, which decide what resources there are. Plain values are checked
 * before anything is created; an output as soon as its value is known, which may be after the first resources exist.
 */
export interface BackendArgs extends KeySource {
  /**
   * The program: a folder or a ready-made zip, relative to the Pulumi project; or a Pulumi archive.
   * A folder is zipped with its executable bits; an `AssetArchive` is passed on as it is and loses them.
   * Or source code, built here: `{ build: "express", path: "./api" }`. Not as an output.
   */
  code: Input<string | asset.Archive> | CodeBuild;
  /**
   * What of a folder is not packed, in the syntax of `.gitignore`: `["*.test.js", "/docs/", ".env*"]`.
   * @default none but `.git`, `.DS_Store` and `Thumbs.db`
   */
  codeExcludes?: Input<Input<string>[]>;
  /**
   * Name of an S3 bucket in the function's region, to hand the program over in; needed above 50 MB zipped, up to 250 MB unpacked.
   * The object in it is of this stack. With a folder or a zip. @default none: the program travels in the request
   */
  codeBucket?: Input<string>;
  /** Lambda's identifier: `nodejs24.x`, `python3.13`, `provided.al2023`. A deprecated one is refused. @default for built code: that of its framework */
  runtime?: Input<string>;
  /**
   * What is started. With the web adapter, and on `provided.al2023`: an executable of the package, `run.sh` or `server`.
   * Else what the runtime loads: `index.handler`, `src/index.Api.handler`, `/opt/nodejs/wrapper.handler`. What may be in a layer is
   * not checked. @default for built code: `run.sh`, and `server` for Go and Axum
   */
  handler?: Input<string>;
  /** The processor that the function runs on. @default "arm64", the same work for a fifth less money; native code in the package must be built for it */
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
  /**
   * With `url: "functionUrl"`: `RESPONSE_STREAM` sends the answer while the program writes it, without the limit of 6 MB.
   * @default "BUFFERED": the whole answer at once
   */
  invokeMode?: Input<"BUFFERED" | "RESPONSE_STREAM">;
  /** Which web pages may call the API. @default none: only programs call, no browsers */
  cors?: BackendCors;
  /** With `url: "httpApi"`. @default 50 requests per second, 100 at once */
  throttle?: BackendThrottle;
  /** With `url: "httpApi"`: a name of the API's own; the address that AWS gave it no longer answers. @default none */
  domain?: BackendDomain;
  /**
   * Instances that are ready before a call comes: a number, or an object to let it follow use and the clock. Each costs by the hour.
   * @default none: a new instance starts when it is needed
   */
  provisionedConcurrency?: Input<number> | WarmInstances;

  /** Days to keep logs, one of CloudWatch's numbers; 0 keeps them forever. @default 30 */
  logRetentionInDays?: Input<number>;
  /** ARN of a KMS key for the secret, the environment and the logs. Its policy must let CloudWatch Logs use it. @default the keys that AWS manages */
  kmsKeyArn?: Input<string>;
  /** The private network that the function is in. @default none: the function needs the internet, for Tesseral */
  vpc?: BackendVpc;
  /** Traces every request with X-Ray. @default false: it costs per request, and its permission cannot be limited to a resource */
  tracing?: Input<boolean>;
  /** Alarms for errors, throttling, slow answers and answers of 500 and above. @default true */
  alarms?: boolean;
  /** SNS topic that alarms notify. @default none: they show in the AWS console only */
  alarmTopicArn?: Input<string>;
  /** Instead of `alarmTopicArn`: an address that alarms are mailed to. AWS asks it once to confirm. @default none */
  alarmEmail?: Input<string>;
  /**
   * Moves calls to a new version share by share, and back when the function crashes or answers 500 or above; the update fails then.
   * To be chosen at the start: a stack that has the alias itself cannot hand it over. @default none: all calls at once
   */
  rollout?: Rollout;
  /**
   * Also alarms when this many keys are refused (401) within five minutes: somebody guesses, or uses a revoked key. With a function URL
   * all answers of 400 to 499 count, as AWS does not tell them apart. @default none: what is usual depends on your callers
   */
  unauthorizedAlarm?: Input<number>;
  /** A CloudWatch dashboard: calls, answers, latency, cold starts, concurrency, cost. @default false: after three, each costs 3 dollars a month */
  dashboard?: boolean;
  /**
   * What the program may do besides reading its key and writing its log: an API that reads DynamoDB needs
   * `{ actions: ["dynamodb:GetItem"], resources: [table.arn] }`. @default none
   */
  policyStatements?: PolicyStatement[];
  /** ARNs of managed policies for the function's role, up to 20. @default none */
  managedPolicyArns?: Input<string>[];
  /** ARN of a policy that bounds what the function's role can ever do. @default none */
  permissionsBoundaryArn?: Input<string>;
  /** For every child that takes tags. @default {} */
  tags?: Record<string, Input<string>>;
  /** Changes of what the component creates, for what no argument says. @default {} */
  transform?: BackendTransform;
}
