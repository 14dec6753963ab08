import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { EngineStack } from "../../engine/stack";
import { unpack, webAdapterLayer } from "../../lambda";

/** A function as the engine's state has it, unpacked, ready to be started. */
export interface Deployed {
  taskRoot: string;
  /** Folders, in the order of the function's configuration. */
  layers: string[];
  handler: string;
  runtime: string;
  environment: Record<string, string>;
  memorySize: number;
  timeout: number;
  /** All of the function's inputs as text, to look for what must not be there. */
  configuration: string;
  /** What Secrets Manager holds: values by ARN and version. */
  secrets: Record<string, Record<string, string>>;
}

interface StateResource {
  type: string;
  urn: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

/** A secret of an exported state: its value is the JSON text of it. */
const plain = (value: unknown): string => {
  const { plaintext } = (value ?? {}) as { plaintext?: string };
  return plaintext === undefined ? String(value) : String(JSON.parse(plaintext));
};

export interface DeployedOptions {
  /** @default the function's */
  secretName?: string;
  /** What relative paths in the state are relative to. @default the current folder */
  programFolder?: string;
}

/** Takes a function, its layers and its secret out of a stack's state, and unpacks them below a folder. */
export async function deployed(
  { automation }: EngineStack,
  name: string,
  folder: string,
  { secretName = name, programFolder = "" }: DeployedOptions = {},
): Promise<Deployed> {
  const exported = await automation.exportStack();
  const resources = (exported.deployment as { resources: StateResource[] }).resources;
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const named = (type: string, wanted = name) => {
    const found = ofType(type).find(({ urn }) => urn.endsWith(`::${wanted}`));
    if (!found) {
      throw new Error(`no ${type} ${wanted} in the state`);
    }
    return found;
  };

  const { inputs } = named("aws:lambda/function:Function");
  const { variables } = inputs.environment as { variables: Record<string, unknown> };
  const layers = (inputs.layers as string[]).map((arn, index) => {
    if (arn.includes(":layer:LambdaAdapterLayer")) {
      return webAdapterLayer();
    }
    const layer = ofType("aws:lambda/layerVersion:LayerVersion").find(({ outputs }) => outputs.arn === arn);
    if (!layer) {
      throw new Error(`no layer ${arn} in the state`);
    }
    return unpack((layer.inputs.code as { path: string }).path, join(folder, `layer-${index}`));
  });
  const code = resolve(programFolder, (inputs.code as { path: string }).path);
  const version = named("aws:secretsmanager/secretVersion:SecretVersion", secretName);
  const secretArn = String(named("aws:secretsmanager/secret:Secret", secretName).outputs.arn);
  return {
    taskRoot: statSync(code).isDirectory() ? code : unpack(code, join(folder, "task")),
    layers,
    handler: String(inputs.handler),
    runtime: String(inputs.runtime),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, plain(value)])),
    // Lambda's own defaults, where a function says nothing.
    memorySize: Number(inputs.memorySize ?? 128),
    timeout: Number(inputs.timeout ?? 3),
    configuration: JSON.stringify(inputs),
    secrets: { [secretArn]: { [String(version.outputs.versionId)]: plain(version.inputs.secretString) } },
  };
}
