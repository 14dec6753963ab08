import type { BackendArgs } from "./backendArgs";
import { environmentProblems } from "./environment";
import { runtimeProblem } from "./runtimes";

// What AWS refuses at `pulumi up`, told before anything exists.
const retentionDays = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Names of functions and roles have 64 characters; Pulumi adds 8. */
const longestName = 56;
/** An HTTP API gives an integration 30 seconds. */
const longestHttpApiCall = 30;
const mostLayers = 5;

const choices: Readonly<Record<string, readonly string[]>> = {
  architecture: ["arm64", "x86_64"],
  adapter: ["web", "none"],
  url: ["functionUrl", "httpApi", "none"],
};

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  memorySize: [128, 10_240],
  timeout: [1, 900],
  port: [1024, 65_535],
};

/** ARNs by argument: the pattern, and what is expected in words. */
export const arnPatterns: Readonly<Record<string, readonly [RegExp, string]>> = {
  backendApiKeySecretArn: [
    /^arn:(?:aws|aws-cn|aws-us-gov):secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/,
    "the full ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<six characters>",
  ],
  kmsKeyArn: [
    /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
    "the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>",
  ],
  alarmTopicArn: [
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+$/,
    "the ARN of an SNS topic, arn:aws:sns:<region>:<account>:<name>",
  ],
  permissionsBoundaryArn: [
    /^arn:[a-z-]+:iam::(?:\d{12}|aws):policy\/\S+$/,
    "the ARN of a policy, arn:aws:iam::<account>:policy/<name>",
  ],
  adapterLayerArn: [
    /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/,
    "the ARN of a layer's version, arn:aws:lambda:<region>:<account>:layer:<name>:<version>",
  ],
};

/** What is wrong with an ARN, or undefined. */
export function arnProblem(argument: string, value: string): string | undefined {
  const [pattern, expected] = arnPatterns[argument] ?? [/^arn:/, "an ARN"];
  return pattern.test(value) ? undefined : `${argument}: "${value}" is not ${expected}`;
}

/** What is wrong with a backend API key, or undefined. The key is not in the message. */
export function keyProblem(key: string): string | undefined {
  if (/^tesseral_secret_key_[0-9a-z]+$/.test(key)) {
    return undefined;
  }
  const reason =
    key === "" ? "it is empty" : /^\s|\s$/.test(key) ? "it has blanks or line breaks around it" : "it is another text";
  return `backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ and letters and digits; ${reason}`;
}

/** Every argument there is; the type keeps the list whole. */
const argumentNames: Readonly<Record<keyof BackendArgs, true>> = {
  adapter: true,
  adapterLayerArn: true,
  alarmTopicArn: true,
  alarms: true,
  architecture: true,
  backendApiKey: true,
  backendApiKeySecretArn: true,
  backendApiKeySecretJsonKey: true,
  backendApiKeySecretVersionId: true,
  code: true,
  cors: true,
  environment: true,
  handler: true,
  healthCheckPath: true,
  kmsKeyArn: true,
  layers: true,
  logRetentionInDays: true,
  memorySize: true,
  permissionsBoundaryArn: true,
  port: true,
  reservedConcurrency: true,
  runtime: true,
  tags: true,
  throttle: true,
  timeout: true,
  tracing: true,
  transform: true,
  url: true,
  vpc: true,
};

/** Everything that is wrong with the arguments as they stand; values that are not known yet are left to later checks. */
export function argsProblems(name: string, args: BackendArgs): string[] {
  const shape = shapeProblems(args);
  if (shape.length > 0) {
    return shape; // the checks below count on it
  }
  return [
    ...nameProblems(name),
    ...choiceProblems(args),
    ...rangeProblems(args),
    ...keySourceProblems(args),
    ...environmentProblems(args.environment ?? {}),
    ...entryProblems(args),
    ...plainArnProblems(args),
  ];
}

/** Arguments may come from a stack's configuration, which TypeScript has not seen. */
function shapeProblems(args: BackendArgs): string[] {
  const unknown = Object.keys(args).filter((argument) => !(argument in argumentNames));
  const missing = (["code", "runtime", "handler"] as const).filter((argument) => args[argument] === undefined);
  return [
    ...unknown.map((argument) => {
      const meant = Object.keys(argumentNames).find((known) => known.toLowerCase() === argument.toLowerCase());
      return `${argument}: unknown argument${meant ? `, did you mean "${meant}"?` : ""}`;
    }),
    ...missing.map((argument) => `${argument}: is required`),
  ];
}

function nameProblems(name: string): string[] {
  if (name.length > longestName) {
    return [`the name has ${name.length} characters; ${longestName} are left of a function's 64, as Pulumi adds 8`];
  }
  return /^[A-Za-z0-9_-]+$/.test(name) ? [] : ["the name may have letters, digits, _ and - only, as a function's"];
}

function choiceProblems(args: BackendArgs): string[] {
  const given = args as unknown as Readonly<Record<string, unknown>>;
  const problems = Object.entries(choices).flatMap(([argument, allowed]) => {
    const value = given[argument];
    if (value === undefined || allowed.includes(value as string)) {
      return [];
    }
    return [`${argument}: "${String(value)}" is none of ${allowed.map((one) => `"${one}"`).join(", ")}`];
  });
  const runtime = runtimeProblem(args.runtime);
  return runtime ? [...problems, `runtime: ${runtime}`] : problems;
}

function rangeProblems(args: BackendArgs): string[] {
  const given = args as unknown as Readonly<Record<string, unknown>>;
  const problems = Object.entries(ranges).flatMap(([argument, [lowest, highest]]) => {
    const value = given[argument];
    if (value === undefined || isWhole(value, lowest, highest)) {
      return [];
    }
    return [`${argument}: ${String(value)} is not a whole number from ${lowest} to ${highest}`];
  });
  const { reservedConcurrency, logRetentionInDays } = args;
  if (
    reservedConcurrency !== undefined &&
    reservedConcurrency !== "unreserved" &&
    !isWhole(reservedConcurrency, 0, 1e6)
  ) {
    problems.push(`reservedConcurrency: ${reservedConcurrency} is neither a whole number nor "unreserved"`);
  }
  if (logRetentionInDays !== undefined && !retentionDays.includes(logRetentionInDays)) {
    problems.push(`logRetentionInDays: ${logRetentionInDays} is none of ${retentionDays.join(", ")}`);
  }
  if (args.healthCheckPath !== undefined && !args.healthCheckPath.startsWith("/")) {
    problems.push(`healthCheckPath: "${args.healthCheckPath}" does not begin with /`);
  }
  const own = args.adapter === "none" ? 1 : 2;
  if ((args.layers?.length ?? 0) + own > mostLayers) {
    problems.push(`layers: Lambda takes ${mostLayers}, and ${own} of them are the component's own`);
  }
  return problems;
}

const isWhole = (value: unknown, lowest: number, highest: number): boolean =>
  Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest;

function keySourceProblems(args: BackendArgs): string[] {
  const { backendApiKey, backendApiKeySecretArn, backendApiKeySecretVersionId, backendApiKeySecretJsonKey } = args;
  if (backendApiKey === undefined && backendApiKeySecretArn === undefined) {
    return ["set backendApiKey, or backendApiKeySecretArn for a secret that exists already"];
  }
  if (backendApiKey !== undefined && backendApiKeySecretArn !== undefined) {
    return ["backendApiKey and backendApiKeySecretArn are both set; one of them says where the key is"];
  }
  const problems: string[] = [];
  if (backendApiKey !== undefined) {
    if (backendApiKeySecretVersionId !== undefined) {
      problems.push(
        "backendApiKeySecretVersionId: only with backendApiKeySecretArn; the component pins its own secret's version",
      );
    }
    if (backendApiKeySecretJsonKey !== undefined) {
      problems.push(
        "backendApiKeySecretJsonKey: only with backendApiKeySecretArn; the component's own secret is the key",
      );
    }
    const problem = typeof backendApiKey === "string" ? keyProblem(backendApiKey) : undefined;
    if (problem) {
      problems.push(problem);
    }
  }
  if (backendApiKeySecretJsonKey !== undefined && !/^[A-Za-z0-9_-]+$/.test(backendApiKeySecretJsonKey)) {
    problems.push(`backendApiKeySecretJsonKey: "${backendApiKeySecretJsonKey}" may have letters, digits, _ and - only`);
  }
  return problems;
}

function entryProblems({ url = "functionUrl", timeout = 0, throttle, cors }: BackendArgs): string[] {
  const problems: string[] = [];
  if (url === "httpApi" && timeout > longestHttpApiCall) {
    problems.push(
      `timeout: ${timeout} s, but an HTTP API waits ${longestHttpApiCall} s; use url: "functionUrl" for longer calls`,
    );
  }
  if (throttle && url !== "httpApi") {
    problems.push('throttle: only with url: "httpApi"; use reservedConcurrency');
  }
  if (!cors) {
    return problems;
  }
  if (url === "none") {
    problems.push('cors: only with a url, and url is "none"');
  }
  if (cors.allowOrigins.length === 0) {
    problems.push("cors.allowOrigins: name at least one origin");
  }
  if (cors.allowCredentials && cors.allowOrigins.includes("*")) {
    problems.push('cors.allowCredentials: browsers refuse it with the origin "*"; name the origins');
  }
  if (cors.maxAge !== undefined && !isWhole(cors.maxAge, 0, 86_400)) {
    problems.push(`cors.maxAge: ${cors.maxAge} is not a whole number from 0 to 86400`);
  }
  return problems;
}

function plainArnProblems(args: BackendArgs): string[] {
  const given = args as unknown as Readonly<Record<string, unknown>>;
  return Object.keys(arnPatterns).flatMap((argument) => {
    const value = given[argument];
    const problem = typeof value === "string" ? arnProblem(argument, value) : undefined;
    return problem ? [problem] : [];
  });
}
