import type { Input } from "@pulumi/pulumi";
import { whenKnown } from "../later";
import { execWrapper } from "./layers";
import { isOsOnly } from "./runtimes";

/** Arguments by name; a symbol stands for those that are known only later. */
interface Known {
  environment?: Readonly<Record<string, unknown>>;
  runtime?: unknown;
  adapter?: unknown;
  healthCheckPath?: unknown;
  invokeMode?: unknown;
  backendApiKey?: unknown;
  backendApiKeySecretArn?: unknown;
  backendApiKeySecretVersionId?: unknown;
  backendApiKeySecretJsonKey?: unknown;
}

/** Variables that the layer reads or that would send the key elsewhere, and what to use instead of them. */
const ofTheKey: Readonly<Record<string, string>> = {
  TESSERAL_BACKEND_API_KEY:
    "would be readable in the function's configuration; set backendApiKey or backendApiKeySecretArn",
  TESSERAL_BACKEND_API_KEY_SECRET_ARN: "is set by the component; set backendApiKeySecretArn",
  TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "is set by the component; set backendApiKeySecretVersionId",
  TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "is set by the component; set backendApiKeySecretJsonKey",
  TESSERAL_NEXT_EXEC_WRAPPER: "is set by the component; set AWS_LAMBDA_EXEC_WRAPPER",
  AWS_LWA_AUTHORIZATION_SOURCE: "would replace the Authorization header, which carries the caller's key",
  AWS_ENDPOINT_URL_SECRETS_MANAGER: "would send the function's credentials and its key elsewhere",
};

/** The same for a whole backend. */
const owned: Readonly<Record<string, string>> = {
  ...ofTheKey,
  TESSERAL_EXEC_MODE: "is set by the component; set adapter",
  PORT: "is set by the component; set port",
  AWS_LWA_PORT: "is set by the component; set port",
  AWS_LWA_READINESS_CHECK_PATH: "is set by the component; set healthCheckPath",
  AWS_LWA_INVOKE_MODE: "is set by the component; set invokeMode",
};

// AWS Lambda developer guide, "Reserved environment variables": Lambda refuses them.
const reserved = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

/** What is wrong with the name of a user's variable, or undefined. */
export function variableProblem(name: string): string | undefined {
  if (reserved.has(name)) {
    return "is reserved by Lambda";
  }
  const isName = /^[A-Za-z][A-Za-z0-9_]+$/.test(name);
  return (
    owned[name] ?? (isName ? undefined : "Lambda takes names of two or more letters, digits and _, a letter first")
  );
}

/** What is wrong with the name of a variable of a function that only gets the key, or undefined. */
export const keyVariableProblem = (name: string): string | undefined => ofTheKey[name];

/** Bytes of all variables as JSON, which is how Lambda counts. */
const mostBytes = 4096;

/** What is wrong with the size of a function's variables. */
export function sizeProblem(variables: Readonly<Record<string, string>>): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  return bytes > mostBytes
    ? [
        `environment: is ${bytes} bytes with the component's own variables; Lambda takes ${mostBytes}. Keep large values elsewhere`,
      ]
    : [];
}

/**
 * The same before anything exists: what is known, with the longest values that the component's own variables can have. Outputs count nothing
 * here; `later` stands for them.
 */
export function environmentSizeProblem(name: string, known: Known): string[] {
  const orElse = (value: unknown, otherwise: string) => (typeof value === "string" ? value : otherwise);
  const environment = Object.entries(known.environment ?? {}).map(([variable, value]) => [variable, orElse(value, "")]);
  const longestArn = `arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:${name}-1234567-123456`;
  const variables = functionEnvironment({
    environment: Object.fromEntries(environment),
    runtime: orElse(known.runtime, ""),
    adapter: known.adapter === "none" ? "none" : "web",
    port: 65_535,
    healthCheckPath: orElse(known.healthCheckPath, "/healthz"),
    invokeMode: known.invokeMode === undefined ? undefined : "RESPONSE_STREAM",
    secretArn: orElse(known.backendApiKeySecretArn, longestArn),
    // The AWS plugin makes ids of 36 characters; of a secret of the user's own none is named without a version.
    secretVersionId:
      known.backendApiKey === undefined ? orElse(known.backendApiKeySecretVersionId, "") || undefined : "v".repeat(36),
    secretJsonKey: orElse(known.backendApiKeySecretJsonKey, "") || undefined,
  });
  return sizeProblem(variables as Record<string, string>);
}

interface KeyEnvironmentOptions {
  environment: Readonly<Record<string, Input<string>>>;
  runtime: string;
  secretArn: Input<string>;
  /** Undefined for the current version. */
  secretVersionId: Input<string> | undefined;
  secretJsonKey: Input<string> | undefined;
}

/** A function's variables: its own, and what tells the layer where the key is. No value of the component's is secret. */
export function keyEnvironment(options: KeyEnvironmentOptions): Record<string, Input<string>> {
  // Lambda starts only one wrapper; the layer's starts the user's.
  const { AWS_LAMBDA_EXEC_WRAPPER: next, ...environment } = options.environment;
  const { secretVersionId, secretJsonKey } = options;
  return {
    ...environment,
    ...(isOsOnly(options.runtime) ? {} : { AWS_LAMBDA_EXEC_WRAPPER: execWrapper }),
    ...(next === undefined ? {} : { TESSERAL_NEXT_EXEC_WRAPPER: next }),
    TESSERAL_BACKEND_API_KEY_SECRET_ARN: options.secretArn,
    ...(secretVersionId === undefined ? {} : { TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: secretVersionId }),
    ...(secretJsonKey === undefined ? {} : { TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: secretJsonKey }),
  };
}

interface EnvironmentOptions extends KeyEnvironmentOptions {
  adapter: "web" | "none";
  port: Input<number>;
  healthCheckPath: Input<string>;
  invokeMode?: Input<string> | undefined;
}

/** The same for a whole backend, with the variables of the web adapter. */
export function functionEnvironment(options: EnvironmentOptions): Record<string, Input<string>> {
  return {
    ...keyEnvironment(options),
    ...(options.adapter === "none"
      ? {}
      : {
          TESSERAL_EXEC_MODE: "web",
          PORT: whenKnown({ port: options.port }, ({ port }) => String(port)),
          AWS_LWA_READINESS_CHECK_PATH: options.healthCheckPath,
          ...(options.invokeMode === undefined
            ? {}
            : { AWS_LWA_INVOKE_MODE: whenKnown({ mode: options.invokeMode }, ({ mode }) => mode.toLowerCase()) }),
        }),
  };
}
