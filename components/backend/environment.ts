import type { Input } from "@pulumi/pulumi";
import { execWrapper } from "./layers";
import { isOsOnly } from "./runtimes";

/** Variables of the component's own, and how a user gets what they would set them for. */
const owned: Readonly<Record<string, string>> = {
  TESSERAL_BACKEND_API_KEY:
    "would be readable in the function's configuration; set backendApiKey or backendApiKeySecretArn",
  TESSERAL_BACKEND_API_KEY_SECRET_ARN: "is set by the component; set backendApiKeySecretArn",
  TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "is set by the component; set backendApiKeySecretVersionId",
  TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "is set by the component; set backendApiKeySecretJsonKey",
  TESSERAL_EXEC_MODE: "is set by the component; set adapter",
  TESSERAL_NEXT_EXEC_WRAPPER: "is set by the component; set AWS_LAMBDA_EXEC_WRAPPER",
  PORT: "is set by the component; set port",
  AWS_LWA_PORT: "is set by the component; set port",
  AWS_LWA_READINESS_CHECK_PATH: "is set by the component; set healthCheckPath",
  AWS_LWA_AUTHORIZATION_SOURCE: "would replace the Authorization header, which carries the caller's key",
  AWS_ENDPOINT_URL_SECRETS_MANAGER: "would send the function's credentials and its key elsewhere",
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

/** What is wrong with the names of the user's variables. */
export function environmentProblems(environment: Readonly<Record<string, Input<string>>>): string[] {
  return Object.keys(environment).flatMap((name) => {
    const own = owned[name];
    if (own) {
      return [`environment.${name}: ${own}`];
    }
    if (reserved.has(name)) {
      return [`environment.${name}: is reserved by Lambda`];
    }
    if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
      return [`environment.${name}: Lambda takes names of two or more letters, digits and _, a letter first`];
    }
    return [];
  });
}

export interface EnvironmentOptions {
  environment: Readonly<Record<string, Input<string>>>;
  runtime: string;
  adapter: "web" | "none";
  port: number;
  healthCheckPath: string;
  secretArn: Input<string>;
  /** Undefined for the current version. */
  secretVersionId: Input<string> | undefined;
  secretJsonKey: string | undefined;
}

/** The function's variables: the user's, and what tells the layer and the web adapter what to do. No value is secret. */
export function functionEnvironment(options: EnvironmentOptions): Record<string, Input<string>> {
  // Lambda starts one wrapper; the layer's hands over to the user's.
  const { AWS_LAMBDA_EXEC_WRAPPER: next, ...environment } = options.environment;
  const { secretVersionId, secretJsonKey } = options;
  return {
    ...environment,
    ...(isOsOnly(options.runtime) ? {} : { AWS_LAMBDA_EXEC_WRAPPER: execWrapper }),
    ...(next === undefined ? {} : { TESSERAL_NEXT_EXEC_WRAPPER: next }),
    TESSERAL_BACKEND_API_KEY_SECRET_ARN: options.secretArn,
    ...(secretVersionId === undefined ? {} : { TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: secretVersionId }),
    ...(secretJsonKey === undefined ? {} : { TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: secretJsonKey }),
    ...(options.adapter === "none"
      ? {}
      : {
          TESSERAL_EXEC_MODE: "web",
          PORT: String(options.port),
          AWS_LWA_READINESS_CHECK_PATH: options.healthCheckPath,
        }),
  };
}
