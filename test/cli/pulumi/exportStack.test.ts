// Proves what is kept of a state that comes in pieces, and what is said of one that is cut off or none. The real CLI prints one in test/crash.
import { expect, it } from "vitest";
import { exportStack } from "../../../cli/pulumi/exportStack";
import type { PulumiProject } from "../../../cli/pulumi/project";

const key = {
  urn: "urn:pulumi:prod::shop::pulumi-nodejs:dynamic/tesseral:ManagedApiKey::müller-ci",
  type: "pulumi-nodejs:dynamic/tesseral:ManagedApiKey",
  id: "api_key_1",
  inputs: { displayName: 'a "key" \\ ü', roles: ["role_1"] },
  outputs: { generation: 3, secretToken: { ciphertext: "v1:x" }, expireTime: null, revoked: false },
  protect: true,
};
const pending = [{ type: "creating", resource: { urn: "urn", type: "type" } }];
const code = { __provider: "exports.handler=()=>1" };
const state = {
  version: 3,
  deployment: {
    manifest: { time: "2030-01-01T00:00:00Z" },
    resources: [
      {
        ...key,
        ...{ inputs: { ...code, ...key.inputs }, outputs: { ...code, ...key.outputs } },
        propertyDependencies: { roles: [] },
      },
      { urn: "stack", type: "pulumi:pulumi:Stack", outputs: { resources: [{ urn: "not one" }] } },
    ],
    pending_operations: pending,
  },
};

/** A project whose `pulumi` prints this, so many characters at a time. */
function printing(text: string, atOnce = text.length): PulumiProject {
  return {
    root: "",
    settings: new Map(),
    name: "shop",
    stackFile: () => "",
    pulumi: async (args, _input, _timeout, onOutput) => {
      expect(args).toEqual(["stack", "export", "--stack", "prod"]);
      for (let at = 0; at < text.length; at += atOnce) {
        onOutput?.(text.slice(at, at + atOnce));
      }
      return "";
    },
  };
}

const read = (text: string, atOnce?: number) => exportStack(printing(text, atOnce), ["--stack", "prod"]);

it.each([1, 7, 10_000])("keeps what is read of each resource, in pieces of %i characters", async (atOnce) => {
  expect(await read(JSON.stringify(state, null, 4), atOnce)).toEqual({
    deployment: {
      manifest: state.deployment.manifest,
      resources: [key, state.deployment.resources[1]],
      pending_operations: pending,
    },
  });
});

it("takes a stack that was never updated for an empty one", async () => {
  expect(await read('{"version":3,"deployment":null}')).toEqual({ deployment: { resources: [] } });
});

it("refuses what is cut off, and what is no JSON", async () => {
  const cutOff = "what `pulumi stack export` printed is cut off: run the command again";
  await expect(read(JSON.stringify(state).slice(0, -2))).rejects.toThrow(cutOff);
  await expect(read("")).rejects.toThrow(cutOff);
  await expect(read("error: no")).rejects.toThrow(/Unexpected/);
});
