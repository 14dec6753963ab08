import type { BackendArgs } from "../../../components/backend";

/** Every option that adds to the defaults, as far as they go together. */
export const everything: Partial<BackendArgs> = {
  url: "httpApi",
  kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555",
  tracing: true,
  vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
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
};
