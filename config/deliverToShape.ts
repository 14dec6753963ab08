import type { ObjectShape } from "./shape";

const awsSecretsManager = {
  kind: "object",
  description: "A secret in AWS Secrets Manager, one for each key.",
  required: [],
  fields: {
    name: {
      kind: "text",
      format: "filled",
      description:
        "The secret's name; {project}, {stack}, {customer} and {key} stand for what they say. A secret keeps the name that it was made with. Left out: {project}/{stack}/{customer}/{key}.",
    },
    kmsKeyId: {
      kind: "text",
      format: "kmsKey",
      description:
        "The KMS key that encrypts the secret: its ARN or id, or an alias. Left out: the key that AWS manages, with which nothing can be shared.",
    },
    sharedWith: {
      kind: "list",
      description:
        "Who outside the account may read the secret, and nothing else. Needs kmsKeyId, whose policy has to let them decrypt.",
      of: {
        kind: "text",
        format: "awsPrincipal",
        description: "The 12 digits of an AWS account, or the ARN of a role or a user.",
      },
    },
    recoveryWindowInDays: {
      kind: "whole",
      from: 7,
      to: 30,
      or: 0,
      description: "Days for which AWS keeps the secret once it is deleted; 0: none. Left out: 30.",
    },
    replicaRegions: {
      kind: "list",
      description: "Regions that get a copy of the secret.",
      of: { kind: "text", format: "awsRegion", description: "A region of AWS, such as eu-west-1." },
    },
    region: {
      kind: "text",
      format: "awsRegion",
      description:
        "The region of the secret. Changing it replaces the secret. Left out: that of the stack, aws:region.",
    },
    tags: {
      kind: "texts",
      description: "Tags of the secret. Who may read the secret sees them.",
      of: { kind: "text", format: "text", description: "The value of a tag." },
    },
  },
} as const satisfies ObjectShape;

/** Where tokens are handed over. */
export const deliverToShape = {
  kind: "object",
  orWord: "none",
  description:
    "Where tokens are handed over; none: nowhere. Fields that are left out are those of the customer, then of the stack.",
  required: ["awsSecretsManager"],
  fields: { awsSecretsManager },
} as const satisfies ObjectShape;
