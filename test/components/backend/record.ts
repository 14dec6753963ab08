import * as pulumi from "@pulumi/pulumi";

/** What a program registered: secrets are `{ secret: value }`, values unknown in a preview are `"<unknown>"`. */
export interface Recorded {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

const signature = "4dabf18193072939515e22adb298388d";

/** Makes what a mock gets readable; an archive's path, assets and texts are promises. */
async function shown(given: unknown): Promise<unknown> {
  const value = await given;
  if (Array.isArray(value)) {
    return Promise.all(value.map(shown));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const fields = value as Record<string, unknown>;
  if (fields[signature] !== undefined) {
    return { secret: await shown(fields.value) };
  }
  if (fields.__pulumiUnknown === true) {
    return "<unknown>";
  }
  const entries = Object.entries(fields).filter(([name]) => !name.startsWith("__"));
  return Object.fromEntries(await Promise.all(entries.map(async ([name, item]) => [name, await shown(item)] as const)));
}

const arnTails: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": "logs:us-east-1:123456789012:log-group:NAME",
  "aws:iam/role:Role": "iam::123456789012:role/NAME",
  "aws:lambda/alias:Alias": "lambda:us-east-1:123456789012:function:NAME:live",
  "aws:lambda/function:Function": "lambda:us-east-1:123456789012:function:NAME",
  "aws:lambda/layerVersion:LayerVersion": "lambda:us-east-1:123456789012:layer:NAME:1",
  "aws:secretsmanager/secret:Secret": "secretsmanager:us-east-1:123456789012:secret:NAME-AbCdEf",
};

/** The ARN that a mock gives a resource: one for each, so that a policy on another resource's shows. */
export const arnOf = (type: string, name: string): string =>
  `arn:aws:${arnTails[type]?.replace("NAME", name) ?? `other:us-east-1:123456789012:${type.split(":")[2]}/${name}`}`;

/** What AWS adds to an argument. */
const filledIn = (name: string, { domainNameConfiguration }: Record<string, unknown>) =>
  domainNameConfiguration === undefined
    ? {}
    : {
        domainNameConfiguration: {
          ...(domainNameConfiguration as object),
          targetDomainName: `target-of-${name}`,
          hostedZoneId: "ZTARGET",
        },
      };

export interface RecordOptions {
  /** A first preview: no resource has an id or any output yet. @default false */
  preview?: boolean;
  /** By the name of an explicit provider. @default "us-east-1" */
  regions?: Record<string, string>;
  /** What every managed API key of Tesseral answers beside its inputs. @default {} */
  tesseral?: object;
}

/** Runs a program against mocks and gives what it registered, in order. @throws what the program throws, at once or later */
export async function record(
  program: () => unknown,
  { preview = false, regions = {}, tesseral = {} }: RecordOptions = {},
): Promise<Recorded[]> {
  const found: Recorded[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs }) => {
        found.push({ type, name, inputs: (await shown(inputs)) as Record<string, unknown> });
        if (!type.startsWith("aws:")) {
          const known = !preview && type.endsWith(":ManagedApiKey") ? { ...inputs, ...tesseral } : {};
          return { id: preview ? undefined : `${name}-id`, state: known };
        }
        if (preview) {
          return { id: undefined, state: {} };
        }
        const made = { name: `${name}-1a2b3c4`, arn: arnOf(type, name), version: "7", versionId: `version-of-${name}` };
        const addresses = {
          functionUrl: `https://${name}.lambda-url.us-east-1.on.aws/`,
          apiEndpoint: `https://${name}.execute-api.us-east-1.amazonaws.com`,
          executionArn: `arn:aws:execute-api:us-east-1:123456789012:${name}`,
          invokeArn: `arn:aws:apigateway:us-east-1:lambda:path/functions/${name}`,
          fqdn: `fqdn-of-${name}`,
          domainValidationOptions: [
            {
              resourceRecordName: `_proof.${inputs.domainName}.`,
              resourceRecordType: "CNAME",
              resourceRecordValue: "_proof.acm-validations.aws.",
            },
          ],
        };
        // A secret's id is its ARN, as AWS has it.
        const id = type === "aws:secretsmanager/secret:Secret" ? arnOf(type, name) : `${name}-id`;
        return { id, state: { ...made, ...addresses, ...inputs, ...filledIn(name, inputs) } };
      },
      call: ({ inputs, provider = "" }) => ({
        ...inputs,
        region: regions[provider.split("::")[3] ?? ""] ?? "us-east-1",
      }),
    },
    "project",
    "stack",
    preview,
  );
  try {
    await program();
  } finally {
    await pulumi.runtime.disconnect(); // waits for every registration
  }
  return found;
}

/** `type name`, without the stack's own. */
export const children = (recorded: readonly Recorded[]): string[] =>
  recorded.filter(({ type }) => type.startsWith("aws:")).map(({ type, name }) => `${type} ${name}`);

/** The inputs of one resource. @throws Error when it was not registered */
export function inputsOf(recorded: readonly Recorded[], type: string, name: string): Record<string, unknown> {
  const found = recorded.filter((resource) => resource.type === type && resource.name === name);
  if (found.length !== 1 || !found[0]) {
    throw new Error(`${found.length} resources ${type} ${name}: ${children(recorded).join(", ")}`);
  }
  return found[0].inputs;
}

/** Waits for the value of an output. */
export const settled = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => {
    output.apply(resolve);
  });

/** What differs from a base: new resources with their inputs, missing ones as "gone", else the inputs that changed (`undefined`: left out). */
export function changes(base: readonly Recorded[], other: readonly Recorded[]): Record<string, unknown> {
  const byName = (list: readonly Recorded[]) =>
    new Map(
      list.filter(({ type }) => type.startsWith("aws:")).map(({ type, name, inputs }) => [`${type} ${name}`, inputs]),
    );
  const [before, after] = [byName(base), byName(other)];
  const result: Record<string, unknown> = {};
  for (const [key, inputs] of after) {
    const old = before.get(key);
    if (!old) {
      result[key] = inputs;
      continue;
    }
    const names = [...new Set([...Object.keys(old), ...Object.keys(inputs)])];
    const changed = names.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(inputs[name]));
    if (changed.length > 0) {
      result[key] = Object.fromEntries(changed.map((name) => [name, inputs[name]]));
    }
  }
  for (const key of before.keys()) {
    if (!after.has(key)) {
      result[key] = "gone";
    }
  }
  return result;
}
