/** What the function's role must reach. */
export interface RoleNeeds {
  secretArn: string;
  logGroupArn: string;
  kmsKeyArn?: string | undefined;
  tracing: boolean;
  vpc: boolean;
}

interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

/** Lets Lambda, and nobody else, take the role. */
export const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const networkInterfaces = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/** The role's only policy, as JSON: one secret, one log group, one key; nothing that the function's options do not ask for. */
export function rolePolicy({ secretArn, logGroupArn, kmsKeyArn, tracing, vpc }: RoleNeeds): string {
  const statements: Statement[] = [
    { Sid: "ReadBackendApiKey", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn },
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${logGroupArn}:*`,
    },
  ];
  if (kmsKeyArn !== undefined) {
    const [, partition, , region] = secretArn.split(":");
    const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    statements.push({
      Sid: "DecryptBackendApiKey",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: kmsKeyArn,
      Condition: {
        StringEquals: {
          "kms:ViaService": `secretsmanager.${region}.${suffix}`,
          "kms:EncryptionContext:SecretARN": secretArn,
        },
      },
    });
  }
  if (tracing) {
    const action = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
    statements.push({ Sid: "SendTraces", Effect: "Allow", Action: action, Resource: "*" }); // X-Ray knows no resources
  }
  if (vpc) {
    // Lambda itself makes the interfaces with the function's role; the code of the function has no business with them.
    const condition = { Null: { "lambda:SourceFunctionArn": "false" } };
    statements.push(
      { Sid: "JoinNetwork", Effect: "Allow", Action: networkInterfaces, Resource: "*" },
      { Sid: "KeepCodeFromNetwork", Effect: "Deny", Action: networkInterfaces, Resource: "*", Condition: condition },
    );
  }
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
