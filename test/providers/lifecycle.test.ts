// Proves what becomes of errors before the engine shows them.
import { describe, expect, it } from "vitest";
import { afterFirstWrite, type Lifecycle, PartialFailure, presentable } from "../../providers/lifecycle";

const scrub = (text: string) => text.replaceAll("hunter2", "[secret]");

/** A lifecycle each of whose methods throws. */
function throwing(error: unknown): Lifecycle {
  const method = async () => {
    throw error;
  };
  return presentable(
    { configure: method, check: method, diff: method, create: method, read: method, update: method, delete: method },
    scrub,
  );
}

const config = { get: () => undefined };

describe("an error of a provider's method", () => {
  it.each([
    ["configure", (lifecycle: Lifecycle) => lifecycle.configure({ config })],
    ["check", (lifecycle: Lifecycle) => lifecycle.check({}, {})],
    ["diff", (lifecycle: Lifecycle) => lifecycle.diff("id", {}, {})],
    ["create", (lifecycle: Lifecycle) => lifecycle.create({})],
    ["read", (lifecycle: Lifecycle) => lifecycle.read("id", {})],
    ["update", (lifecycle: Lifecycle) => lifecycle.update("id", {}, {})],
    ["delete", (lifecycle: Lifecycle) => lifecycle.delete("id", {})],
  ])("of %s keeps its message without secrets; what is printed besides is one short line", async (name, call) => {
    const error = await call(throwing(new Error("no hunter2 here"))).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe("no [secret] here");
    // So Pulumi's provider process writes it.
    expect(`${error}: ${(error as Error).stack}`).toBe(`pulumi-tesseral: ${name} failed`);
  });

  it("may be anything that is thrown", async () => {
    await expect(throwing("hunter2").read("id", {})).rejects.toThrow("[secret]");
  });

  it("keeps id, properties and reasons of a partial failure, the reasons without secrets", async () => {
    const properties = { secretToken: "hunter2" };
    const failure = new PartialFailure("org_1", properties, ["hunter2 was made"]);
    await expect(throwing(failure).create({})).rejects.toMatchObject({
      id: "org_1",
      properties: { secretToken: "hunter2" },
      reasons: ["[secret] was made"],
    });
  });
});

describe("what follows the first write", () => {
  it("is answered when it succeeds", async () => {
    expect(
      await afterFirstWrite(
        "org_1",
        () => ({}),
        "made",
        async () => 5,
      ),
    ).toBe(5);
  });

  it("is a partial failure, with all that is known by then, when it fails", async () => {
    const known: Record<string, unknown> = {};
    const work = afterFirstWrite(
      "org_1",
      () => known,
      "org_1 was made",
      async () => {
        known.displayName = "Acme";
        throw new Error("but not named");
      },
    );
    await expect(work).rejects.toMatchObject({
      id: "org_1",
      properties: { displayName: "Acme" },
      reasons: ["org_1 was made: but not named"],
    });
  });
});
