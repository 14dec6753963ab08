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
import { checkedArgs } from "./checkArgs";
import { codeObject } from "./codeObject";
import { functionUrl, httpApi } from "./entry";
import { functionEnvironment, sizeProblem } from "./environment";
import { isLater, whenKnown } from "./later";
import { backendKeyLayer, publicAdapterLayer } from "./layers";
import type { Architecture } from "./package/elf";
import { functionPackage } from "./package/functionPackage";
import { type Program, packageRules } from "./package/packageRules";
import { refuse, refuseWhatThrows } from "./refusal";
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
  /** Name of the function's role, to attach policies to. */
  readonly roleName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  /** ARN of the secret that holds the key: the component's own, or the one that was given. */
  readonly secretArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  readonly logGroupArn: pulumi.Output<string>;
  /** The resources themselves, for what takes one or reads more of it. */
  readonly function: LambdaFunction;
  readonly alias: Alias;
  readonly role: Role;
  readonly logGroup: LogGroup;
  /** Undefined with `backendApiKeySecretArn`. */
  readonly secret: Secret | undefined;

  /** @throws pulumi.RunError naming every argument that is wrong, before anything is created. */
  constructor(name: string, args: BackendArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const given = checkedArgs(name, args);
    const { code: program, codeBucket, runtime, handler, adapter = "web", architecture = "arm64", layers = [] } = given;
    // A list that is known only later may bring a layer, too.
    const hasLayers = !Array.isArray(layers) || layers.length > 0;
    const start = { runtime, handler, adapter, architecture, hasLayers, throughS3: codeBucket !== undefined };
    const code = packageOf(name, program, start);
    super("tesseral:aws:Backend", name, {}, opts);

    const child: pulumi.CustomResourceOptions = { parent: this };
    const { timeout = 29, url = "functionUrl", environment = {}, kmsKeyArn, tracing = false, vpc } = given;
    const { tags = {}, transform = {}, alarms: wantsAlarms = true, permissionsBoundaryArn: boundary } = given;
    const kmsKey = kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn };

    const logArgs = { retentionInDays: given.logRetentionInDays ?? 30, ...kmsKey, tags };
    const logGroup = new LogGroup(name, changed(transform.logGroup, logArgs), child);
    const { secret, secretArn, versionId } = this.#secret(name, given, kmsKey, child);

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
    const adapterLayer = whenKnown({ adapter }, (known) =>
      known.adapter === "none" ? [] : [given.adapterLayerArn ?? this.#publicAdapter(name, architecture)],
    );
    const object =
      codeBucket === undefined
        ? { code }
        : codeObject({ name, bucket: codeBucket, archive: code, transform: transform.codeObject, opts: child });
    const reserved = given.reservedConcurrency ?? (url === "functionUrl" ? 20 : "unreserved");
    // Outputs among the user's variables count in the limit, too; plain ones were counted before anything was created.
    const readableArn = whenKnown({ environment }, (known) => {
      refuse(name, sizeProblem(known.environment));
      return secretArn;
    });
    const functionArgs: FunctionArgs = {
      ...object,
      runtime,
      handler,
      architectures: [architecture],
      memorySize: given.memorySize ?? 512,
      timeout,
      role: role.arn,
      // Ours last: on provided.* it and the adapter carry a bootstrap, and the later one wins.
      layers: whenKnown({ layers, adapterLayer }, (known) => [...known.layers, ...known.adapterLayer, layer.arn]),
      environment: {
        variables: whenKnown({ runtime, adapter }, (known) =>
          functionEnvironment({
            ...known,
            environment,
            port: given.port ?? 8080,
            healthCheckPath: given.healthCheckPath ?? "/healthz",
            secretArn: readableArn,
            secretVersionId: versionId,
            secretJsonKey: given.backendApiKeySecretJsonKey,
          }),
        ),
      },
      // Both levels: without them AWS answers INFO and every later update would see a change.
      loggingConfig: {
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        systemLogLevel: "INFO",
        logGroup: logGroup.name,
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
    // The policy first: a cold start before it could not read the secret.
    const lambda = new LambdaFunction(name, guarded(name, changed(transform.function, functionArgs)), {
      ...child,
      dependsOn: [policy],
    });
    const aliasArgs = { name: "live", functionName: lambda.name, functionVersion: lambda.version };
    const alias = new Alias(name, changed(transform.alias, aliasArgs), child);

    const entry = { name, lambda, alias, cors: given.cors, tags, transform, opts: child };
    let address: pulumi.Output<string> | undefined;
    let apiId: pulumi.Output<string> | undefined;
    if (url === "functionUrl") {
      address = functionUrl(entry);
    }
    if (url === "httpApi") {
      const accessLog = new LogGroup(`${name}-access`, changed(transform.logGroup, logArgs), child);
      const made = httpApi({ ...entry, throttle: given.throttle ?? {}, accessLog });
      address = made.address;
      apiId = made.api.id;
    }
    if (wantsAlarms) {
      const hasEntry = url !== "none";
      alarms({
        name,
        functionName: lambda.name,
        apiId,
        hasEntry,
        timeout,
        topicArn: given.alarmTopicArn,
        tags,
        transform: transform.alarm,
        opts: child,
      });
    }

    this.url = address ?? pulumi.output(undefined);
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.aliasArn = alias.arn;
    this.roleName = role.name;
    this.roleArn = role.arn;
    this.secretArn = secretArn;
    this.logGroupName = logGroup.name;
    this.logGroupArn = logGroup.arn;
    this.function = lambda;
    this.alias = alias;
    this.role = role;
    this.logGroup = logGroup;
    this.secret = secret;
    const { functionName, functionArn, aliasArn, roleName, roleArn, logGroupName, logGroupArn } = this;
    const outputs = { functionName, functionArn, aliasArn, roleName, roleArn, secretArn, logGroupName, logGroupArn };
    this.registerOutputs({ url: this.url, ...outputs });
  }

  /** The secret with the key: the user's own, or one made here. */
  #secret(
    name: string,
    args: BackendArgs,
    kmsKey: { kmsKeyId?: pulumi.Input<string> },
    child: pulumi.CustomResourceOptions,
  ): { secret: Secret | undefined; secretArn: pulumi.Output<string>; versionId: pulumi.Input<string> | undefined } {
    if (args.backendApiKeySecretArn !== undefined) {
      const secretArn = pulumi.output(args.backendApiKeySecretArn);
      return { secret: undefined, secretArn, versionId: args.backendApiKeySecretVersionId };
    }
    const secretArgs = { description: `Tesseral backend API key of ${name}`, ...kmsKey, tags: args.tags ?? {} };
    const secret = new Secret(name, changed(args.transform?.secret, secretArgs), child);
    const secretString = pulumi.secret(args.backendApiKey ?? "");
    const version = new SecretVersion(name, { secretId: secret.id, secretString }, child);
    return { secret, secretArn: secret.arn, versionId: version.versionId };
  }

  /** The ARN of the web adapter's public layer where the stack is. */
  #publicAdapter(name: string, architecture: pulumi.Input<Architecture>): pulumi.Output<string> {
    return pulumi
      .all([getRegionOutput({}, { parent: this }), architecture])
      .apply(([{ region }, processor]) => refuseWhatThrows(name, () => publicAdapterLayer(region, processor)));
  }
}

/** The package, checked; at once when all that it depends on is plain. */
function packageOf(
  name: string,
  code: BackendArgs["code"],
  start: { [Name in keyof Program]: pulumi.Input<NonNullable<Program[Name]>> },
): pulumi.Input<pulumi.asset.Archive> {
  const pack = (program: string | pulumi.asset.Archive) => (known: { start: Program }) =>
    functionPackage(name, program, packageRules(known.start));
  // An archive holds a promise of its own, so it must not be taken for a later value.
  return isLater(code)
    ? pulumi.output(code).apply((program) => whenKnown({ start }, pack(program)))
    : whenKnown({ start }, pack(code));
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
