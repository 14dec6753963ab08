import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import * as pulumi from "@pulumi/pulumi";
import { isLater, whenKnown } from "../later";
import { refuse } from "../refuse";
import { BackendKey, type BackendKeyArgs } from "./backendKey";
import { keyEnvironment, keyVariableProblem, sizeProblem } from "./environment";
import { functionPackage } from "./functionPackage";
import { keyLayer } from "./layers";
import { packageRules } from "./package/packageRules";
import { isOsOnly } from "./runtimes";

/** Options for whatever makes the function: they reach it through any number of parents in the program. */
export type FunctionOptions = Pick<pulumi.ComponentResourceOptions, "transformations">;

/** What `Backend.fromFunction` gives. */
export interface FunctionWithKey<Made> {
  /** What `create` returned. */
  made: Made;
  /** The key that the function gets. */
  key: BackendKey;
}

const mostLayers = 5;

/** See `Backend.fromFunction`. */
export function fromFunction<Made>(
  name: string,
  args: BackendKeyArgs,
  create: (options: FunctionOptions) => Made,
  opts: pulumi.ComponentResourceOptions = {},
): FunctionWithKey<Made> {
  const key = new BackendKey(name, args, opts);
  const child: pulumi.CustomResourceOptions = { parent: key };
  const layer = keyLayer(name, child);
  const made = create({
    transformations: [
      ({ type, name: functionName, props, opts: options }) => {
        if (type !== "aws:lambda/function:Function") {
          return undefined;
        }
        const given = props as FunctionArgs;
        refuse(name, functionProblems(functionName, given));
        const role = pulumi.output(given.role).apply((arn) => arn.split("/").pop() ?? arn);
        const policy = new RolePolicy(`${name}-${functionName}`, { role, policy: key.policy }, child);
        const keyed = withKey({ name, functionName, given, key, layerArn: layer.arn, args });
        // The policy first: a cold start before it could not read the secret.
        return { props: keyed, opts: pulumi.mergeOptions(options, { dependsOn: [policy] }) };
      },
    ],
  });
  return { made, key };
}

function functionProblems(functionName: string, given: FunctionArgs): (string | false)[] {
  const isImage = given.imageUri !== undefined || given.packageType === "Image";
  return [
    isImage && `${functionName}: layers, and so the key, do not reach a container image; use BackendKey`,
    given.snapStart !== undefined &&
      `${functionName}: snapStart would keep the key that the snapshot was taken with, after every rotation`,
  ];
}

interface Keyed {
  name: string;
  functionName: string;
  given: FunctionArgs;
  key: BackendKey;
  layerArn: pulumi.Output<string>;
  args: BackendKeyArgs;
}

/** The function's arguments, with the layer and what it needs. */
function withKey({ name, functionName, given, key, layerArn, args }: Keyed): FunctionArgs {
  const { layers, environment, runtime, handler, architectures, code } = given;
  const isPinned = args.backendApiKey !== undefined || args.backendApiKeySecretVersionId !== undefined;
  const secret = {
    secretArn: key.secretArn,
    secretVersionId: isPinned ? key.secretVersionId.apply((id) => id ?? "") : undefined,
    secretJsonKey: args.backendApiKeySecretJsonKey,
  };
  return {
    ...given,
    // Last: on provided.* another layer may carry a bootstrap, and the later one wins.
    layers: whenKnown({ layers }, (known) => {
      const all: pulumi.Input<string>[] = [...(known.layers ?? []), layerArn];
      const tooMany = `${functionName}: layers: Lambda takes ${mostLayers}, and one of them brings the key`;
      refuse(name, [all.length > mostLayers && tooMany]);
      return all;
    }),
    environment: whenKnown({ environment, runtime, handler, architectures }, (known) => {
      const { variables = {} } = known.environment ?? {};
      const { runtime: starts = "", handler: started = "" } = known;
      const wrong = Object.keys(variables).flatMap((variable) => {
        const problem = keyVariableProblem(variable);
        return problem === undefined ? [] : [`${functionName}: environment.${variable}: ${problem}`];
      });
      refuse(name, [...wrong, ...sizeProblem(variables).map((problem) => `${functionName}: ${problem}`)]);
      const keyed = { variables: keyEnvironment({ environment: variables, runtime: starts, ...secret }) };
      if (!isOsOnly(starts) || code === undefined || isLater(code)) {
        return keyed;
      }
      // Lambda would run a bootstrap of the package in place of the layer's.
      const architecture = known.architectures?.[0] === "arm64" ? "arm64" : "x86_64";
      const rules = packageRules({ runtime: starts, handler: started, architecture, adapter: "none" });
      return pulumi.output(functionPackage(name, code, rules)).apply(() => keyed);
    }),
  };
}
