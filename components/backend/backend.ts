import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Alias } from "@pulumi/aws/lambda/alias.js";
import { type FunctionArgs, Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import type { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { coded } from "../../errors/coded";
import { requireArgs } from "../../providers/given";
import { isLater, whenKnown } from "../later";
import { refuse, refuseWhatThrows } from "../refuse";
import { alarmEmail } from "./alarmEmail";
import { alarms } from "./alarms";
import type { BackendArgs } from "./backendArgs";
import type { BackendKeyArgs } from "./backendKey";
import type { CodeBuild } from "./build/codeBuild";
import { checkedArgs } from "./checkArgs";
import { codeObject } from "./codeObject";
import { dashboard } from "./dashboard";
import { functionUrl, type HttpApi, httpApi } from "./entry";
import { type FunctionOptions, type FunctionWithKey, fromFunction } from "./fromFunction";
import { functionArgs } from "./functionArgs";
import { functionPackage } from "./functionPackage";
import { keySecret } from "./keySecret";
import { keyLayer, publicAdapterLayer } from "./layers";
import type { LiveAlias } from "./liveAlias";
import type { Architecture } from "./package/elf";
import { type Program, packageRules } from "./package/packageRules";
import { ownPermissions } from "./permissions";
import { assumeRolePolicy, rolePolicy } from "./rolePolicy";
import { rolledOut } from "./rollout";
import { runtimeWarning } from "./runtimes";
import { changed } from "./transforms";
import { unauthorizedAlarm } from "./unauthorized";
import { warmInstances } from "./warm";

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
  /** Where the name in `domain` must point to, for those who keep their zone elsewhere; undefined without `domain`. */
  readonly domainTarget: pulumi.Output<string | undefined>;
  /** Name of the function, for metrics, and for permissions on it. */
  readonly functionName: pulumi.Output<string>;
  /** ARN of the function itself; calls go to `aliasArn`. */
  readonly functionArn: pulumi.Output<string>;
  /** ARN of the alias `live`, which other AWS services should call. */
  readonly aliasArn: pulumi.Output<string>;
  /** Name of the function's role, to attach further policies to. */
  readonly roleName: pulumi.Output<string>;
  /** ARN of the role, for policies of what the program may use. */
  readonly roleArn: pulumi.Output<string>;
  /** ARN of the secret that holds the key: the component's own, or the one that was given. */
  readonly secretArn: pulumi.Output<string>;
  /** Name of the function's log group, for subscriptions and metric filters. */
  readonly logGroupName: pulumi.Output<string>;
  /** ARN of the log group. */
  readonly logGroupArn: pulumi.Output<string>;
  /** The function, as the other resources below, for what takes the resource itself or reads more of it. */
  readonly function: LambdaFunction;
  /** The function's role. */
  readonly role: Role;
  /** The function's log group. */
  readonly logGroup: LogGroup;
  /** The alias `live`; undefined with `rollout`. */
  readonly alias: Alias | undefined;
  /** The secret that holds the key; undefined with `backendApiKeySecretArn`. */
  readonly secret: Secret | undefined;

  /** @throws pulumi.RunError naming every argument that is wrong, before anything is created. */
  constructor(name: string, args: BackendArgs, opts: pulumi.ComponentResourceOptions = {}) {
    requireArgs("Backend", name, args);
    const given = checkedArgs(name, args);
    const { code: program, codeBucket, runtime, handler, adapter = "web", architecture = "arm64", layers = [] } = given;
    // A list that is known only later may add a layer, too.
    const hasLayers = !Array.isArray(layers) || layers.length > 0;
    const excludes = whenKnown({ patterns: given.codeExcludes }, ({ patterns }) => patterns ?? []);
    const throughS3 = codeBucket !== undefined;
    const start = { runtime, handler, adapter, architecture, hasLayers, throughS3, excludes };
    const code = packageOf(name, program, start);
    super("tesseral:aws:Backend", name, {}, opts);

    this.#warnOfRuntime(runtime);

    const child: pulumi.CustomResourceOptions = { parent: this };
    const { timeout = 29, url = "functionUrl", kmsKeyArn, tracing = false, vpc } = given;
    const { tags = {}, transform = {}, permissionsBoundaryArn: boundary } = given;
    const kmsKey = kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn };

    const logArgs = { retentionInDays: given.logRetentionInDays ?? 30, ...kmsKey, tags };
    const logGroup = new LogGroup(name, changed(transform.logGroup, logArgs), child);
    const ofSecret = { name, source: given, kmsKeyArn, tags, transform: transform.secret, opts: child };
    const { secret, secretArn, versionId } = keySecret(ofSecret);

    const roleArgs = { assumeRolePolicy, ...(boundary === undefined ? {} : { permissionsBoundary: boundary }), tags };
    const role = new Role(name, changed(transform.role, roleArgs), child);
    const needs = { secretArn, logGroupArn: logGroup.arn, kmsKeyArn, tracing, vpc: vpc !== undefined };
    const policyArgs = { role: role.name, policy: pulumi.output(needs).apply(rolePolicy) };
    const policy = new RolePolicy(name, changed(transform.rolePolicy, policyArgs), child);
    const { policyStatements = [], managedPolicyArns = [] } = given;
    const permissions = ownPermissions({ name, role, policyStatements, managedPolicyArns, opts: child });

    const layer = keyLayer(name, child);
    const adapterLayers = whenKnown({ adapter }, (known) =>
      known.adapter === "none" ? [] : [given.adapterLayerArn ?? this.#publicAdapter(name, architecture)],
    );
    const object =
      codeBucket === undefined
        ? { code }
        : codeObject({ name, bucket: codeBucket, archive: code, transform: transform.codeObject, opts: child });
    const lambdaArgs = functionArgs({
      name,
      args: given,
      object,
      adapterLayers,
      keyLayerArn: layer.arn,
      roleArn: role.arn,
      secretArn,
      secretVersionId: versionId,
      logGroup: logGroup.name,
      timeout,
    });
    // The policies first: a cold start before them could not read the secret.
    const lambda = new LambdaFunction(name, guarded(name, changed(transform.function, lambdaArgs)), {
      ...child,
      dependsOn: [policy, ...permissions],
    });
    const { rollout } = given;
    let brake: (alarms: MetricAlarm[]) => void = () => undefined;
    const brakes = new Promise<MetricAlarm[]>((resolve) => {
      brake = resolve;
    });
    const aliasArgs = { name: "live", functionName: lambda.name, functionVersion: lambda.version };
    const alias: LiveAlias = rollout
      ? rolledOut({ name, rollout, lambda, alarms: brakes, boundary, tags, opts: child })
      : new Alias(name, changed(transform.alias, aliasArgs), child);

    const entry = { name, lambda, alias, cors: given.cors, tags, transform, opts: child };
    let address: pulumi.Output<string> | undefined;
    let http: HttpApi | undefined;
    let accessLog: LogGroup | undefined;
    if (url === "functionUrl") {
      address = functionUrl({ ...entry, invokeMode: given.invokeMode });
    }
    if (url === "httpApi") {
      accessLog = new LogGroup(`${name}-access`, changed(transform.logGroup, logArgs), child);
      http = httpApi({ ...entry, throttle: given.throttle ?? {}, accessLog, domain: given.domain });
      address = http.address;
    }
    const { provisionedConcurrency: warm } = given;
    if (warm !== undefined) {
      warmInstances({ name, warm, functionName: lambda.name, alias, tags, opts: child });
    }
    if (given.alarms !== false) {
      const topicArn =
        given.alarmEmail === undefined
          ? given.alarmTopicArn
          : alarmEmail({ name, address: given.alarmEmail, tags, opts: child });
      const watched = { name, functionName: lambda.name, topicArn, tags, transform: transform.alarm, opts: child };
      const brakePeriod = rollout ? 60 : 300; // a share may last for a minute
      brake(alarms({ ...watched, apiId: http?.api.id, hasEntry: url !== "none", timeout, brakePeriod }));
      if (given.unauthorizedAlarm !== undefined) {
        unauthorizedAlarm({ ...watched, threshold: given.unauthorizedAlarm, accessLog: accessLog?.name });
      }
    }
    if (given.dashboard) {
      dashboard({
        name,
        functionName: lambda.name,
        functionArn: lambda.arn,
        logGroup: logGroup.name,
        api: http && accessLog && { id: http.api.id, accessLog: accessLog.name },
        hasFunctionUrl: url === "functionUrl",
        memorySize: given.memorySize ?? 512,
        architecture,
        opts: child,
      });
    }

    this.url = address ?? pulumi.output(undefined);
    this.domainTarget = http?.domainTarget ?? pulumi.output(undefined);
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.aliasArn = alias.arn;
    this.roleName = role.name;
    this.roleArn = role.arn;
    this.secretArn = secretArn;
    this.logGroupName = logGroup.name;
    this.logGroupArn = logGroup.arn;
    this.function = lambda;
    this.alias = alias instanceof Alias ? alias : undefined;
    this.role = role;
    this.logGroup = logGroup;
    this.secret = secret;
    const { functionName, functionArn, aliasArn, roleName, roleArn, logGroupName, logGroupArn } = this;
    const outputs = { functionName, functionArn, aliasArn, roleName, roleArn, secretArn, logGroupName, logGroupArn };
    this.registerOutputs({ url: this.url, domainTarget: this.domainTarget, ...outputs });
  }

  /**
   * Gives the key to functions of your own: `create` makes them with the options that it gets, directly or in a component. Each then has
   * the layer, last of its layers, what tells it where the key is, and a policy of its role that lets it read the key. A changed key
   * changes each function. Functions made elsewhere, by a remote component or another tool, are not reached.
   *
   * ```ts
   * const { made: orders } = Backend.fromFunction("orders", { backendApiKey }, (options) =>
   *   new aws.lambda.Function("orders", { runtime: "nodejs24.x", handler: "index.handler", code, role: role.arn }, options),
   * );
   * ```
   *
   * @throws pulumi.RunError naming what is wrong with the key or with a function.
   */
  static fromFunction<Made>(
    name: string,
    args: BackendKeyArgs,
    create: (options: FunctionOptions) => Made,
    opts: pulumi.ComponentResourceOptions = {},
  ): FunctionWithKey<Made> {
    return fromFunction(name, args, create, opts);
  }

  #warnOfRuntime(runtime: pulumi.Input<string>): void {
    pulumi.output(runtime).apply(async (known) => {
      const warning = runtimeWarning(known);
      if (warning !== undefined) {
        await pulumi.log.warn(coded("TSL-RUNTIME-END", warning), this);
      }
    });
  }

  /** The ARN of the web adapter's public layer where the stack is. */
  #publicAdapter(name: string, architecture: pulumi.Input<Architecture>): pulumi.Output<string> {
    return pulumi
      .all([getRegionOutput({}, { parent: this }), architecture])
      .apply(([{ region }, processor]) => refuseWhatThrows(name, () => publicAdapterLayer(region, processor)));
  }
}

/** The package, checked; at once if all that it depends on is plain. */
function packageOf(
  name: string,
  code: BackendArgs["code"],
  start: { [Name in keyof Program]: pulumi.Input<NonNullable<Program[Name]>> },
): pulumi.Input<pulumi.asset.Archive> {
  const pack = (program: string | pulumi.asset.Archive | CodeBuild) => (known: { start: Program }) =>
    functionPackage(name, program, packageRules(known.start));
  // An archive holds a promise itself, and must not be mistaken for a later value.
  return isLater(code)
    ? pulumi.output(code).apply((program) => whenKnown({ start }, pack(program)))
    : whenKnown({ start }, pack(code));
}

/** What a transform must not do, since it would expose the key or freeze it. */
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
