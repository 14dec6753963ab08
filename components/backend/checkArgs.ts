import * as pulumi from "@pulumi/pulumi";
import { isPlainObject, later } from "../later";
import { refuse } from "../refuse";
import {
  both,
  fields,
  flag,
  isWhole,
  list,
  matching,
  oneOf,
  plain,
  type Rule,
  record,
  text,
  value,
  whole,
} from "../rules";
import type { BackendArgs, BackendCors, BackendThrottle, BackendVpc, RouteThrottle } from "./backendArgs";
import { type CodeBuild, isCodeBuild, starts } from "./build/codeBuild";
import { checked } from "./checked";
import { domainRule } from "./domain";
import { environmentSizeProblem, variableProblem } from "./environment";
import { arn, keySourceProblems, keySourceRules } from "./keySource";
import { notTaken } from "./notTaken";
import { managedPolicyArnsRule, policyStatementsRule } from "./permissions";
import { rolloutProblems, rolloutRule } from "./rollout";
import { runtimeProblem } from "./runtimes";
import { transformRule } from "./transforms";
import { provisionedConcurrencyRule, warmProblems } from "./warm";

/** Names of functions and roles have 64 characters; Pulumi adds 8. */
const longestName = 56;
/** An HTTP API gives an integration 30 seconds. */
const longestHttpApiCall = 30;
const mostLayers = 5;
/** Instances reserved with a function URL, unless told otherwise. */
const defaultReserved = 20;

const layerArn = arn(
  /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/,
  "the ARN of a layer's version, arn:aws:lambda:<region>:<account>:layer:<name>:<version>",
);

const runtime: Rule = both(text, (given, place) => {
  const problem = given === later ? undefined : runtimeProblem(String(given));
  return problem === undefined ? [] : [`${place}: ${problem}`];
});

const method = oneOf("*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
const header = matching(/^[\w*-]+$/, "is not the name of a header");
const cors: Record<keyof BackendCors, Rule> = {
  allowOrigins: list(
    matching(
      /^(?:\*|[a-z][a-z0-9+.-]*:\/\/[^/\s]+)$/i,
      'is neither "*" nor an origin, such as "https://app.example.com"',
    ),
    1,
    "name at least one origin",
  ),
  allowMethods: list(method, 0),
  allowHeaders: list(header, 0),
  exposeHeaders: list(header, 0),
  allowCredentials: flag,
  maxAge: whole(0, 86_400),
};

const limits: Record<keyof RouteThrottle, Rule> = {
  requestsPerSecond: value((given) => typeof given === "number" && given >= 0, "is not a number of 0 or more"),
  burst: whole(0, 1e6),
};
const routeProblem = (key: string): string | undefined =>
  /^(?:ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*$/.test(key)
    ? undefined
    : 'is not a method and a path, such as "POST /orders"';
const throttle: Record<keyof BackendThrottle, Rule> = {
  ...limits,
  routes: record(fields(limits, ["requestsPerSecond", "burst"]), routeProblem),
};

const vpc: Record<keyof BackendVpc, Rule> = {
  subnetIds: list(matching(/^subnet-\w+$/, "is not the id of a subnet, subnet-…"), 1, "name at least one subnet"),
  securityGroupIds: list(
    matching(/^sg-\w+$/, "is not the id of a security group, sg-…"),
    1,
    "name at least one security group",
  ),
};

const ready = value(
  (given) => (typeof given === "string" && given !== "") || pulumi.asset.Archive.isInstance(given),
  "is neither the path of a folder or a zip, nor source code with `build` and `path`, nor a Pulumi archive",
);
const sourceCode: Record<keyof CodeBuild, Rule> = {
  build: plain(oneOf(...Object.keys(starts))),
  path: plain(matching(/\S/, "is not the path of a folder")),
};
const codeBuild = fields(sourceCode, ["build", "path"]);

/** Reports what AWS would refuse during `pulumi up`, before anything exists. The type keeps the table complete. */
const args: Record<keyof BackendArgs, Rule> = {
  code: (given, place) => (isCodeBuild(given) ? codeBuild(given, place) : ready(given, place)),
  codeExcludes: list(matching(/\S/, "is not a pattern, such as *.test.js"), 0),
  codeBucket: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is not the name of an S3 bucket"),
  runtime,
  handler: matching(/^\S{1,128}$/, "is not a handler: at most 128 characters, without spaces"),
  architecture: oneOf("arm64", "x86_64"),
  adapter: oneOf("web", "none"),
  adapterLayerArn: layerArn,
  port: whole(1024, 65_535),
  healthCheckPath: matching(/^\//, "does not begin with /"),
  environment: record(text, variableProblem),
  layers: list(layerArn, 0),
  memorySize: whole(128, 10_240),
  timeout: whole(1, 900),
  reservedConcurrency: value(
    (given) => given === "unreserved" || isWhole(given, 0, 1e6),
    'is neither a whole number nor "unreserved"',
  ),
  url: plain(oneOf("functionUrl", "httpApi", "none")),
  invokeMode: oneOf("BUFFERED", "RESPONSE_STREAM"),
  cors: fields(cors, ["allowOrigins"]),
  throttle: fields(throttle),
  domain: domainRule,
  rollout: rolloutRule,
  provisionedConcurrency: provisionedConcurrencyRule,
  logRetentionInDays: oneOf(
    ...[0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
  ),
  ...keySourceRules,
  vpc: fields(vpc, ["subnetIds", "securityGroupIds"]),
  tracing: flag,
  alarms: plain(flag),
  alarmTopicArn: arn(
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+$/,
    "the ARN of an SNS topic, arn:aws:sns:<region>:<account>:<name>",
  ),
  alarmEmail: plain(matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "is not an e-mail address")),
  unauthorizedAlarm: whole(1, 1e9),
  dashboard: plain(flag),
  permissionsBoundaryArn: arn(
    /^arn:[a-z-]+:iam::(?:\d{12}|aws):policy\/\S+$/,
    "the ARN of a policy, arn:aws:iam::<account>:policy/<name>",
  ),
  tags: record(text, (name) => (name.startsWith("aws:") ? "names that begin with aws: are Amazon's own" : undefined)),
  policyStatements: policyStatementsRule,
  managedPolicyArns: managedPolicyArnsRule,
  transform: transformRule,
};

const shape = fields(args, ["code", "runtime", "handler"]);

/** The arguments, with how built code is started. */
export type CheckedArgs = BackendArgs & Required<Pick<BackendArgs, "runtime" | "handler">>;

/** The arguments, checked. @throws pulumi.RunError naming everything that is wrong */
export const checkedArgs = (name: string, given: BackendArgs): CheckedArgs =>
  checked(
    withStart(given),
    (known) => argsProblems(name, known),
    (problems) => refuse(name, problems),
  );

/** Without a framework or arguments, nothing is filled in: the check says what is missing. */
function withStart(given: BackendArgs): CheckedArgs {
  if (!isPlainObject(given)) {
    return given as CheckedArgs;
  }
  const start = isCodeBuild(given.code) ? starts[given.code.build] : undefined;
  const { runtime = start?.runtime, handler = start?.handler } = given;
  return { ...given, runtime, handler } as CheckedArgs;
}

/** Everything that is wrong with arguments in which `later` stands for outputs. */
function argsProblems(name: string, given: object): string[] {
  const withReason = isPlainObject(given) ? notTaken(given) : [];
  const problems = withReason.length > 0 ? withReason : shape(given, "");
  if (problems.length > 0) {
    return problems; // the checks below count on it
  }
  const known = given as Known;
  return [
    ...nameProblems(name),
    ...layerProblems(known),
    ...keySourceProblems(known),
    ...entryProblems(known),
    ...codeProblems(known),
    ...alarmProblems(known),
    ...rolloutProblems(known),
    ...warmProblems(known.provisionedConcurrency, mostInstances(known)),
    ...environmentSizeProblem(name, known),
  ];
}

/** Arguments of the right types, or `later` in their place. */
type Known = { [Name in keyof BackendArgs]?: unknown } & {
  environment?: Readonly<Record<string, unknown>>;
  cors?: { [Name in keyof BackendCors]?: unknown };
};

function nameProblems(name: string): string[] {
  if (name.length > longestName) {
    return [`the name has ${name.length} characters; ${longestName} are left of a function's 64, as Pulumi adds 8`];
  }
  return /^[A-Za-z0-9_-]+$/.test(name) ? [] : ["the name may only have letters, digits, _ and -, as a function's"];
}

function layerProblems({ layers, adapter }: Known): string[] {
  const own = adapter === "none" ? 1 : 2;
  return Array.isArray(layers) && layers.length + own > mostLayers
    ? [`layers: Lambda takes ${mostLayers}, and ${own} of them are the component's own`]
    : [];
}

const noDomain: Readonly<Record<string, string>> = {
  functionUrl: "a function URL takes none, but CloudFront in front of it does",
  none: "there is no entry to name",
};

function entryProblems({
  url = "functionUrl",
  timeout,
  throttle: limits,
  cors: given,
  domain,
  invokeMode,
}: Known): string[] {
  const problems: string[] = [];
  if (url === "httpApi" && typeof timeout === "number" && timeout > longestHttpApiCall) {
    problems.push(
      `timeout: ${timeout} s, but an HTTP API waits ${longestHttpApiCall} s; use url: "functionUrl" for longer calls`,
    );
  }
  if (limits && url !== "httpApi") {
    problems.push('throttle: only with url: "httpApi"; use reservedConcurrency');
  }
  if (invokeMode === "RESPONSE_STREAM" && url !== "functionUrl") {
    problems.push('invokeMode: only with url: "functionUrl"; an HTTP API waits for the whole answer');
  }
  if (domain && url !== "httpApi") {
    problems.push(`domain: only with url: "httpApi"; ${noDomain[String(url)]}`);
  }
  if (!given) {
    return problems;
  }
  if (url === "none") {
    problems.push('cors: only with a url, and url is "none"');
  }
  if (given.allowCredentials === true && includes(given.allowOrigins, "*")) {
    problems.push('cors.allowCredentials: browsers refuse it with the origin "*"; name the origins');
  }
  // AWS Lambda API reference, "Cors": a method of a function URL has at most six letters.
  if (url === "functionUrl" && includes(given.allowMethods, "OPTIONS")) {
    problems.push("cors.allowMethods: a function URL answers OPTIONS itself and takes no such method; leave it out");
  }
  return problems;
}

const includes = (given: unknown, item: string): boolean => Array.isArray(given) && given.includes(item);

function codeProblems({ code, codeBucket, codeExcludes }: Known): string[] {
  if (code === later || typeof code === "string" || "path" in (code as object)) {
    return [];
  }
  return [
    ...(codeBucket === undefined ? [] : ["codeBucket: only with a folder or a zip as code"]),
    ...(codeExcludes === undefined ? [] : ["codeExcludes: only with a folder as code"]),
  ];
}

function alarmProblems({ alarms, alarmTopicArn, alarmEmail, unauthorizedAlarm, url }: Known): string[] {
  const isOff = alarms === false;
  return [
    ...(alarmTopicArn !== undefined && alarmEmail !== undefined
      ? ["alarmTopicArn and alarmEmail are both set; subscribe the address to the topic instead"]
      : []),
    ...(isOff && alarmEmail !== undefined ? ["alarmEmail: only with alarms, and alarms is false"] : []),
    ...(isOff && unauthorizedAlarm !== undefined ? ["unauthorizedAlarm: only with alarms, and alarms is false"] : []),
    ...(url === "none" && unauthorizedAlarm !== undefined
      ? ['unauthorizedAlarm: only with a url, and url is "none"']
      : []),
  ];
}

/** The most instances that the function can have at once, or `later`. */
const mostInstances = ({ reservedConcurrency, url = "functionUrl" }: Known): unknown =>
  reservedConcurrency ?? (url === "functionUrl" ? defaultReserved : undefined);
