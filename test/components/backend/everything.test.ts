// Proves that a stack with every option previews what it does, changes nothing on a second run, and is gone after destroy, under
// the real engine. The AWS plugin is a stand-in that echoes: whether AWS takes the values is not shown.
import { afterAll, expect, it, vi } from "vitest";
import { Backend } from "../../../components/backend";
import type { EngineStack } from "../../engine/stack";
import { appFolders, webApp } from "./apps";
import { awsStack } from "./echo/awsStack";
import { everything } from "./everything";

vi.setConfig({ testTimeout: 120_000 });

const code = appFolders()(webApp);
const backendApiKey = "tesseral_secret_key_1111111111111111111111111";

let stack: EngineStack | undefined;
afterAll(() => stack?.close());

it("previews all of it, and nothing on a second run", async () => {
  stack = await awsStack(async () => {
    const required = { code, runtime: "nodejs24.x", handler: "run.sh", backendApiKey };
    const { url } = new Backend("api", { ...required, ...everything });
    return { url };
  });
  const preview = await stack.preview();
  const up = await stack.up();
  expect(up.changes).toEqual(preview.changes);
  const made = up.changes.create;
  expect((await stack.preview()).changes).toEqual({ same: made });
  expect((await stack.up()).changes).toEqual({ same: made });

  const needs = dependencies(stack);
  expect(needs["aws:lambda/function:Function api"]).toEqual(
    expect.arrayContaining([
      "aws:iam/rolePolicy:RolePolicy api",
      "aws:iam/rolePolicy:RolePolicy api-own",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment api-orders",
    ]),
  );
  expect(stack.everythingSaid()).not.toContain(backendApiKey);
  expect((await stack.destroy()).changes).toEqual({ delete: made });
});

/** What each resource waits for: `type name`. */
function dependencies(of: EngineStack): Record<string, string[]> {
  const named = (urn: string) => urn.split("::").slice(2).join(" ").split("$").at(-1) ?? urn;
  const resources = of.resources() as unknown as { urn: string; dependencies?: string[] }[];
  return Object.fromEntries(resources.map(({ urn, dependencies: all = [] }) => [named(urn), all.map(named)]));
}
