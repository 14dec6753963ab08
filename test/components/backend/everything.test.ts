// Proves that a stack with every option previews what it does, changes nothing on a second run, hands each new version to the rollout, and is
// gone after destroy, under the real engine. The AWS plugin is a stand-in that echoes: whether AWS takes the values is not shown.
import { afterAll, describe, expect, it, vi } from "vitest";
import { Backend } from "../../../components/backend";
import type { EngineStack, Outcome } from "../../engine/stack";
import { appFolders, webApp } from "./apps";
import { awsStack } from "./echo/awsStack";
import { everything, released } from "./everything";

vi.setConfig({ testTimeout: 120_000 });

const folder = appFolders();
const first = "tesseral_secret_key_1111111111111111111111111";
const second = "tesseral_secret_key_2222222222222222222222222";

const program = (code: string, backendApiKey: string) => async () => {
  const required = { code, runtime: "nodejs24.x", handler: "run.sh", backendApiKey };
  const { url } = new Backend("api", { ...required, ...everything });
  const careful = new Backend("careful", { ...required, ...released });
  return { url, carefulUrl: careful.url, aliasArn: careful.aliasArn };
};
const steps = ({ steps }: Outcome, name: RegExp) =>
  steps.filter((step) => name.test(step.name)).map(({ op, type, name }) => `${op} ${type} ${name}`);

// The tests below go on with one stack, in order.
describe("a stack with every option", () => {
  const code = folder(webApp);
  let stack: EngineStack;
  let made: number | undefined;
  afterAll(() => stack?.close());

  it("previews all of it, and nothing on a second run", async () => {
    stack = await awsStack(program(code, first));
    const preview = await stack.preview();
    const up = await stack.up();
    expect(up.changes).toEqual(preview.changes);
    made = up.changes.create;
    expect((await stack.preview()).changes).toEqual({ same: made });
    expect((await stack.up()).changes).toEqual({ same: made });
    expect(up.outputs.aliasArn?.value).toMatch(/:live$/);
  });

  it("makes a function after its permissions, and hands its alias over only when the alarms are there", () => {
    const needs = dependencies(stack);
    expect(needs["aws:lambda/function:Function api"]).toEqual(
      expect.arrayContaining([
        "aws:iam/rolePolicy:RolePolicy api",
        "aws:iam/rolePolicy:RolePolicy api-own",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment api-orders",
      ]),
    );
    expect(needs["aws:codedeploy/deploymentGroup:DeploymentGroup careful-rollout"]).toEqual(
      expect.arrayContaining([
        "aws:cloudwatch/metricAlarm:MetricAlarm careful-errors",
        "aws:cloudwatch/metricAlarm:MetricAlarm careful-unavailable",
        "aws:iam/rolePolicy:RolePolicy careful-rollout",
      ]),
    );
    expect(needs["aws:cloudformation/stack:Stack careful-live"]).toEqual(
      expect.arrayContaining([
        "aws:codedeploy/deploymentGroup:DeploymentGroup careful-rollout",
        "aws:lambda/function:Function careful",
      ]),
    );
    for (const name of ["FunctionUrl careful", "Permission careful-url", "Permission careful-invoke"]) {
      const [found = []] = Object.entries(needs).flatMap(([resource, all]) => (resource.endsWith(name) ? [all] : []));
      expect(found).toContain("aws:cloudformation/stack:Stack careful-live");
    }
  });

  it("hands a new program to the rollout and touches nothing of the entry", async () => {
    const outcome = await stack.up(program(folder({ ...webApp, "server.js": "// new" }), first));
    expect(steps(outcome, /^careful/)).toEqual([
      "create-replacement BucketObjectv2 careful-code",
      "replace BucketObjectv2 careful-code",
      "update Function careful",
      "update Stack careful-live",
      "delete-replaced BucketObjectv2 careful-code",
    ]);
    expect(parameters(stack)).toMatchObject({ FunctionVersion: "2" });
  });

  it("lets a new key ride along", async () => {
    const outcome = await stack.up(program(folder({ ...webApp, "server.js": "// new" }), second));
    expect(steps(outcome, /^careful/)).toEqual([
      "create-replacement SecretVersion careful",
      "replace SecretVersion careful",
      "update Function careful",
      "update Stack careful-live",
      "delete-replaced SecretVersion careful",
    ]);
    expect(parameters(stack)).toMatchObject({ FunctionVersion: "3" });
    expect((await stack.preview()).changes).toEqual({ same: made });
  });

  it("is gone after destroy, and said no key in plain text", async () => {
    expect((await stack.destroy()).changes).toEqual({ delete: made });
    expect(stack.everythingSaid()).not.toContain(first);
    expect(stack.everythingSaid()).not.toContain(second);
  });
});

/** What CloudFormation is told. */
function parameters(of: EngineStack): unknown {
  const resources = of.resources() as unknown as { type: string; inputs: Record<string, unknown> }[];
  return resources.find(({ type }) => type === "aws:cloudformation/stack:Stack")?.inputs.parameters;
}

/** What each resource waits for: `type name`. */
function dependencies(of: EngineStack): Record<string, string[]> {
  const named = (urn: string) => urn.split("::").slice(2).join(" ").split("$").at(-1) ?? urn;
  const resources = of.resources() as unknown as { urn: string; dependencies?: string[] }[];
  return Object.fromEntries(resources.map(({ urn, dependencies: all = [] }) => [named(urn), all.map(named)]));
}
