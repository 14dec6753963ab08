/** A secret, and the key that it is encrypted with; undefined for AWS's own. */
interface ReadableSecret {
  secretArn: string;
  kmsKeyArn?: string | undefined;
}

/** What the function's role needs access to. */
interface RoleNeeds extends ReadableSecret {
  logGroupArn: string;
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

/** Lets only Lambda assume the role. */
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

function readKey({ secretArn, kmsKeyArn }: ReadableSecret): Statement[] {
  const read = { Sid: "ReadBackendApiKey", Effect: "Allow", Action: "secretsmanager:GetSecretValue" } as const;
  const [, partition, , region] = secretArn.split(":");
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  const decrypt = (Resource: string): Statement => ({
    Sid: "DecryptBackendApiKey",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource,
    Condition: {
      StringEquals: {
        "kms:ViaService": `secretsmanager.${region}.${suffix}`,
        "kms:EncryptionContext:SecretARN": secretArn,
      },
    },
  });
  return [{ ...read, Resource: secretArn }, ...(kmsKeyArn === undefined ? [] : [decrypt(kmsKeyArn)])];
}

const document = (statements: Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Lets a role read the key, and nothing else; as JSON. */
export const readKeyPolicy = (secret: ReadableSecret): string => document(readKey(secret));

/** The policy that the component needs, as JSON: one secret, one log group, one key; nothing that the function's options do not ask for. */
export function rolePolicy({ secretArn, logGroupArn, kmsKeyArn, tracing, vpc }: RoleNeeds): string {
  const [read, ...decrypt] = readKey({ secretArn, kmsKeyArn });
  const statements: Statement[] = [
    ...(read ? [read] : []),
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${logGroupArn}:*`,
    },
    ...decrypt,
  ];
  if (tracing) {
    const action = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
    statements.push({ Sid: "SendTraces", Effect: "Allow", Action: action, Resource: "*" }); // X-Ray knows no resources
  }
  if (vpc) {
    // Lambda itself makes the interfaces with the function's role; the function's code needs no access to them.
    const condition = { Null: { "lambda:SourceFunctionArn": "false" } };
    statements.push(
      { Sid: "JoinNetwork", Effect: "Allow", Action: networkInterfaces, Resource: "*" },
      { Sid: "KeepCodeFromNetwork", Effect: "Deny", Action: networkInterfaces, Resource: "*", Condition: condition },
    );
  }
  return document(statements);
}
