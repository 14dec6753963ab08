import type { BackendArgs } from "../../../components/backend";

const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555";
const vpc = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };

/** Every option that adds to the defaults, as far as they go together with an HTTP API and instances that are kept ready. */
export const everything = {
  url: "httpApi",
  kmsKeyArn,
  tracing: true,
  vpc,
  logRetentionInDays: 365,
  reservedConcurrency: 20,
  provisionedConcurrency: {
    instances: 2,
    max: 10,
    schedule: { night: { at: "cron(0 22 * * ? *)", timezone: "Europe/Berlin", instances: 1 } },
  },
  domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABC" },
  throttle: { requestsPerSecond: 20, burst: 40, routes: { "POST /imports": { requestsPerSecond: 1, burst: 2 } } },
  cors: { allowOrigins: ["https://app.example.com"] },
  alarmEmail: "on-call@example.com",
  unauthorizedAlarm: 100,
  dashboard: true,
  policyStatements: [
    {
      actions: ["dynamodb:GetItem", "dynamodb:Query"],
      resources: ["arn:aws:dynamodb:us-east-1:123456789012:table/orders"],
    },
  ],
  managedPolicyArns: ["arn:aws:iam::123456789012:policy/orders"],
} satisfies Partial<BackendArgs>;

/** The others, behind a function URL and released share by share. */
export const released = {
  architecture: "x86_64",
  adapter: "web",
  adapterLayerArn: "arn:aws:lambda:us-east-1:123456789012:layer:LambdaAdapterLayerX86:30",
  port: 3000,
  healthCheckPath: "/health",
  codeBucket: "code-of-acme",
  codeExcludes: ["*.map"],
  environment: { LOG_LEVEL: "info" },
  layers: ["arn:aws:lambda:us-east-1:123456789012:layer:fonts:3"],
  memorySize: 1024,
  timeout: 60,
  invokeMode: "RESPONSE_STREAM",
  rollout: { strategy: "linear", percentage: 25, minutes: 2 },
  alarms: true,
  alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:on-call",
  permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
  tags: { team: "orders" },
  transform: { alarm: (args) => ({ ...args, datapointsToAlarm: 1 }) },
  // What the posture depends on, as above.
  kmsKeyArn,
  tracing: true,
  vpc,
  logRetentionInDays: 365,
} satisfies Partial<BackendArgs>;

/** The two together have every option but what each backend has and where its key is. An option that is added is missed here by the compiler. */
export const withEachOption = { ...everything, ...released } satisfies Record<
  Exclude<keyof BackendArgs, "code" | "runtime" | "handler" | `backendApiKey${string}`>,
  unknown
>;
