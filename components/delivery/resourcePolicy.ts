/**
 * The policy of a secret that lets others only read it. AWS writes an account's id as the ARN of its root, so the policy does
 * too: otherwise every later update would see a difference.
 */
export function resourcePolicy(secretArn: string, sharedWith: readonly string[]): string {
  const [, partition] = secretArn.split(":");
  const principals = sharedWith.map((who) => (/^\d{12}$/u.test(who) ? `arn:${partition}:iam::${who}:root` : who));
  const statement = {
    Sid: "ReadThisSecret",
    Effect: "Allow",
    Principal: { AWS: [...new Set(principals)].sort() },
    Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    Resource: secretArn,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
