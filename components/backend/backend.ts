import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Alias } from "@pulumi/aws/lambda/alias.js";
import { type FunctionArgs, Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import { LayerVersion } from "@pulumi/aws/lambda/layerVersion.js";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { alarms } from "./alarms";
import type { BackendArgs, Transform } from "./backendArgs";
import { argsProblems, keyProblem } from "./checkArgs";
import { functionEnvironment } from "./environment";
import { backendKeyLayer, publicAdapterLayer } from "./layers";
import { functionUrl, httpApi } from "./package/entry";
import { functionPackage } from "./package/functionPackage";
import { packageRules } from "./package/packageRules";
import { checkedArn, refuse, refuseWhatThrows } from "./refusal";
import { assumeRolePolicy, rolePolicy } from "./rolePolicy";

/**
 * The team's API on AWS Lambda, with its Tesseral backend API key.
 *
 * Creates the function with a version and the alias `live`, a role that can read one secret and write one log group, the log
 * group, the secret, a public entry and alarms. The program finds the key in `TESSERAL_BACKEND_API_KEY` before its first line
 * runs; the function's configuration holds the secret's ARN. Without a readable key the program does not start.
 *
 * A changed key, program or setting makes a new version of the function and moves the alias to it. Deleting removes all of it;
 * AWS keeps the secret for 30 days.
 *
 * ```ts
 * const api = new Backend("api", {
 *   code: "./app",
 *   runtime: "nodejs24.x",
 *   handler: "run.sh",
 *   backendApiKey: new pulumi.Config().requireSecret("apiBackendKey"),
 * });
 * export const url = api.url;
 * ```
 */
export class Backend extends pulumi.ComponentResource {
  /** Where the API answers, without a slash at the end; undefined with `url: "none"`. */
  readonly url: pulumi.Output<string | undefined>;
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  /** ARN of the alias `live`, which other AWS services should call. */
  readonly aliasArn: pulumi.Output<string>;
  /** ARN of the function's role, to give it further permissions. */
  readonly roleArn: pulumi.Output<string>;
  /** ARN of the secret that holds the key. */
  readonly secretArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  /** @throws pulumi.RunError naming every argument that is wrong, before anything is created. */
  constructor(name: string, args: BackendArgs, opts: pulumi.ComponentResourceOptions = {}) {
    refuse(name, argsProblems(name, args));
    const code = functionPackage(name, args.code, packageRules(args));
    super("tesseral:aws:Backend", name, {}, opts);

    const child: pulumi.CustomResourceOptions = { parent: this };
    const { runtime, handler, architecture = "arm64", adapter = "web", timeout = 29, url = "functionUrl" } = args;
    const { tags = {}, transform = {}, vpc, tracing = false, alarms: wantsAlarms = true } = args;
    const kmsKeyArn = checkedArn(name, "kmsKeyArn", args.kmsKeyArn);
    const kmsKey = kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn };

    const logArgs = { retentionInDays: args.logRetentionInDays ?? 30, ...kmsKey, tags };
    const logGroup = new LogGroup(name, changed(transform.logGroup, logArgs), child);
    const { secretArn, versionId } = this.#secret(name, args, kmsKey, child);

    const boundary = checkedArn(name, "permissionsBoundaryArn", args.permissionsBoundaryArn);
    const roleArgs = { assumeRolePolicy, ...(boundary === undefined ? {} : { permissionsBoundary: boundary }), tags };
    const role = new Role(name, changed(transform.role, roleArgs), child);
    const needs = { secretArn, logGroupArn: logGroup.arn, kmsKeyArn, tracing, vpc: vpc !== undefined };
    const policyArgs = { role: role.name, policy: pulumi.output(needs).apply(rolePolicy) };
    const policy = new RolePolicy(name, changed(transform.rolePolicy, policyArgs), child);

    const layer = new LayerVersion(
      name,
      {
        layerName: `${name}-tesseral`,
        code: backendKeyLayer(),
        compatibleArchitectures: ["arm64", "x86_64"],
        description: "Puts the Tesseral backend API key into TESSERAL_BACKEND_API_KEY",
        licenseInfo: "Apache-2.0",
      },
      child,
    );
    const adapterLayer =
      adapter === "none"
        ? []
        : [
            checkedArn(name, "adapterLayerArn", args.adapterLayerArn) ??
              getRegionOutput({}, { parent: this }).apply(({ region }) =>
                refuseWhatThrows(name, () => publicAdapterLayer(region, architecture)),
              ),
          ];
    const reserved = args.reservedConcurrency ?? (url === "functionUrl" ? 20 : "unreserved");
    const functionArgs: FunctionArgs = {
      code,
      runtime,
      handler,
      architectures: [architecture],
      memorySize: args.memorySize ?? 512,
      timeout,
      role: role.arn,
      // Ours last: on provided.* it and the adapter carry a bootstrap, and the later one wins.
      layers: [...(args.layers ?? []), ...adapterLayer, layer.arn],
      environment: {
        variables: functionEnvironment({
          environment: args.environment ?? {},
          runtime,
          adapter,
          port: args.port ?? 8080,
          healthCheckPath: args.healthCheckPath ?? "/healthz",
          secretArn,
          secretVersionId: versionId,
          secretJsonKey: args.backendApiKeySecretJsonKey,
        }),
      },
      // Both levels: without them AWS answers INFO and every later update would see a change.
      loggingConfig: {
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        systemLogLevel: "INFO",
        logGroup: logGroup.name,
      },
      publish: true,
      ...(reserved === "unreserved" ? {} : { reservedConcurrentExecutions: reserved }),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      ...(vpc ? { vpcConfig: { subnetIds: vpc.subnetIds, securityGroupIds: vpc.securityGroupIds } } : {}),
      ...(tracing ? { tracingConfig: { mode: "Active" } } : {}),
      tags,
    };
    // The policy first: a cold start before it could not read the secret.
    const lambda = new LambdaFunction(name, guarded(name, changed(transform.function, functionArgs)), {
      ...child,
      dependsOn: [policy],
    });
    const aliasArgs = { name: "live", functionName: lambda.name, functionVersion: lambda.version };
    const alias = new Alias(name, changed(transform.alias, aliasArgs), child);

    const entry = { name, lambda, alias, cors: args.cors, tags, transform, opts: child };
    let address: pulumi.Output<string> | undefined;
    let apiId: pulumi.Output<string> | undefined;
    if (url === "functionUrl") {
      address = functionUrl(entry);
    }
    if (url === "httpApi") {
      const accessLog = new LogGroup(`${name}-access`, changed(transform.logGroup, logArgs), child);
      const made = httpApi({ ...entry, throttle: args.throttle ?? {}, accessLog });
      address = made.address;
      apiId = made.api.id;
    }
    if (wantsAlarms) {
      const topicArn = checkedArn(name, "alarmTopicArn", args.alarmTopicArn);
      const hasEntry = url !== "none";
      alarms({
        name,
        functionName: lambda.name,
        apiId,
        hasEntry,
        timeout,
        topicArn,
        tags,
        transform: transform.alarm,
        opts: child,
      });
    }

    this.url = address ?? pulumi.output(undefined);
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.aliasArn = alias.arn;
    this.roleArn = role.arn;
    this.secretArn = secretArn;
    this.logGroupName = logGroup.name;
    const { functionName, functionArn, aliasArn, roleArn, logGroupName } = this;
    this.registerOutputs({ url: this.url, functionName, functionArn, aliasArn, roleArn, secretArn, logGroupName });
  }

  /** The secret with the key: the user's own, or one made here. */
  #secret(
    name: string,
    args: BackendArgs,
    kmsKey: { kmsKeyId?: pulumi.Input<string> },
    child: pulumi.CustomResourceOptions,
  ): { secretArn: pulumi.Output<string>; versionId: pulumi.Input<string> | undefined } {
    const given = checkedArn(name, "backendApiKeySecretArn", args.backendApiKeySecretArn);
    if (given !== undefined) {
      return { secretArn: pulumi.output(given), versionId: args.backendApiKeySecretVersionId };
    }
    const secretArgs = { description: `Tesseral backend API key of ${name}`, ...kmsKey, tags: args.tags ?? {} };
    const secret = new Secret(name, changed(args.transform?.secret, secretArgs), child);
    const secretString = pulumi.secret(args.backendApiKey ?? "").apply((key) => {
      refuse(
        name,
        [keyProblem(key)].filter((problem) => problem !== undefined),
      );
      return key;
    });
    const version = new SecretVersion(name, { secretId: secret.id, secretString }, child);
    return { secretArn: secret.arn, versionId: version.versionId };
  }
}

const changed = <Args>(transform: Transform<Args> | undefined, args: Args): Args => transform?.(args) ?? args;

/** What a transform may not do, as it would expose the key or freeze it. */
function guarded(name: string, args: FunctionArgs): FunctionArgs {
  const variables = (args.environment as { variables?: unknown } | undefined)?.variables;
  const exposed = typeof variables === "object" && variables !== null && "TESSERAL_BACKEND_API_KEY" in variables;
  const isImage = args.imageUri !== undefined || args.packageType === "Image";
  refuse(name, [
    args.snapStart !== undefined &&
      "transform.function: snapStart would keep the key that the snapshot was taken with, after every rotation",
    isImage && "transform.function: layers, and so the key, do not reach a container image",
    exposed && "transform.function: TESSERAL_BACKEND_API_KEY would be readable in the function's configuration",
  ]);
  return args;
}
