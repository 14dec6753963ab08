// Proves least privilege: the documents of the role, whole, as the component registers them for each option that touches them.
// That AWS understands them is the business of the posture test; IAM itself is not asked.
import { expect, it } from "vitest";
import { Backend, type BackendArgs } from "../../../components/backend";
import { rolePolicy } from "../../../components/backend/rolePolicy";
import { appFolders, webApp } from "./apps";
import { arnOf, inputsOf, record } from "./record";

const code = appFolders()(webApp);
const required: BackendArgs = { code, runtime: "nodejs24.x", handler: "run.sh" };
const backendApiKey = "tesseral_secret_key_0123456789abcdefghijklmno";
const ownSecret = arnOf("aws:secretsmanager/secret:Secret", "api");
const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555";

async function documents(args: Partial<BackendArgs>) {
  const found = await record(() => new Backend("api", { ...required, ...args }));
  const { assumeRolePolicy, ...role } = inputsOf(found, "aws:iam/role:Role", "api");
  return {
    role,
    trust: JSON.parse(String(assumeRolePolicy)),
    policy: JSON.parse(String(inputsOf(found, "aws:iam/rolePolicy:RolePolicy", "api").policy)),
    policies: found.filter(({ type }) => /^aws:iam\/.*[pP]olicy/.test(type)).length,
  };
}

const readKey = (arn: string) => ({
  Sid: "ReadBackendApiKey",
  Effect: "Allow",
  Action: "secretsmanager:GetSecretValue",
  Resource: arn,
});
const writeLogs = {
  Sid: "WriteLogs",
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: `${arnOf("aws:cloudwatch/logGroup:LogGroup", "api")}:*`,
};

it("lets Lambda take the role, and the role read one secret and write one log group", async () => {
  expect(await documents({ backendApiKey })).toEqual({
    role: { tags: {} },
    trust: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    policy: { Version: "2012-10-17", Statement: [readKey(ownSecret), writeLogs] },
    policies: 1,
  });
});

it("names the user's secret", async () => {
  const arn = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:shared/key-AbCdEf";
  const { policy } = await documents({ backendApiKeySecretArn: arn });
  expect(policy.Statement).toEqual([readKey(arn), writeLogs]);
});

it("lets it decrypt with one key, for that secret, through Secrets Manager", async () => {
  const { policy } = await documents({ backendApiKey, kmsKeyArn });
  expect(policy.Statement).toEqual([
    readKey(ownSecret),
    writeLogs,
    {
      Sid: "DecryptBackendApiKey",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: kmsKeyArn,
      Condition: {
        StringEquals: {
          "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
          "kms:EncryptionContext:SecretARN": ownSecret,
        },
      },
    },
  ]);
});

it("uses the region and the partition of the secret for the key's condition", () => {
  const secretArn = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:key-AbCdEf";
  const needs = { secretArn, logGroupArn: "arn:x", kmsKeyArn, tracing: false, vpc: false };
  expect(rolePolicy(needs)).toContain('"kms:ViaService":"secretsmanager.cn-north-1.amazonaws.com.cn"');
});

it("lets it send traces when tracing is on", async () => {
  const { policy } = await documents({ backendApiKey, tracing: true });
  expect(policy.Statement.slice(2)).toEqual([
    {
      Sid: "SendTraces",
      Effect: "Allow",
      Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
      Resource: "*",
    },
  ]);
});

it("lets Lambda, and not the function's code, make network interfaces in a VPC", async () => {
  const { policy } = await documents({ backendApiKey, vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] } });
  const action = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ];
  expect(policy.Statement.slice(2)).toEqual([
    { Sid: "JoinNetwork", Effect: "Allow", Action: action, Resource: "*" },
    {
      Sid: "KeepCodeFromNetwork",
      Effect: "Deny",
      Action: action,
      Resource: "*",
      Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
    },
  ]);
});

it("adds nothing for entries, alarms, concurrency, tags or a boundary", async () => {
  const plain = await documents({ backendApiKey });
  const { policy, policies } = await documents({
    backendApiKey,
    url: "httpApi",
    cors: { allowOrigins: ["*"] },
    alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:on-call",
    reservedConcurrency: 3,
    permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
    tags: { a: "b" },
  });
  expect({ policy, policies }).toEqual({ policy: plain.policy, policies: 1 });
});
