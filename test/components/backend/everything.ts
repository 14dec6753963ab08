import type { BackendArgs } from "../../../components/backend";

/** Every option that adds to the defaults, as far as they go together. */
export const everything: Partial<BackendArgs> = {
  url: "httpApi",
  kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555",
  tracing: true,
  vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
  logRetentionInDays: 365,
  reservedConcurrency: 20,
  policyStatements: [
    {
      actions: ["dynamodb:GetItem", "dynamodb:Query"],
      resources: ["arn:aws:dynamodb:us-east-1:123456789012:table/orders"],
    },
  ],
  managedPolicyArns: ["arn:aws:iam::123456789012:policy/orders"],
};
