// Proves what becomes of bags and errors between Pulumi's dynamic provider process and a lifecycle.
import { describe, expect, it } from "vitest";
import { hosted, unknownText } from "../../providers/dynamicHost";
import { type Bag, type Lifecycle, PartialFailure, unknownValue } from "../../providers/lifecycle";

const scrub = (text: string) => text.replaceAll("hunter2", "[secret]");

/** A lifecycle each of whose methods throws. */
function throwing(error: unknown): Lifecycle {
  const method = async () => {
    throw error;
  };
  return hosted(
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
    const error = await call(throwing(new Error("no hunter2 here (TSL-UNEXPECTED)"))).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe("no [secret] here (TSL-UNEXPECTED)");
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
      reasons: ["[secret] was made (TSL-UNEXPECTED)"],
    });
  });
});

describe("a bag", () => {
  it("enters with a mark in the place of what is unknown, and without the host's own text", async () => {
    const entered: Bag[] = [];
    const plain = throwing(new Error("not asked"));
    const lifecycle = hosted(
      {
        ...plain,
        check: async (olds, news) => {
          entered.push(olds, news);
          return { inputs: news, failures: [] };
        },
      },
      scrub,
    );
    const news = { __provider: "text", displayName: unknownText, roles: ["a", unknownText], revoked: false };
    const { inputs } = await lifecycle.check({ __provider: "text", displayName: "Acme" }, news);
    expect(entered).toEqual([
      { displayName: "Acme" },
      { displayName: unknownValue, roles: ["a", unknownValue], revoked: false },
    ]);
    expect(inputs).toEqual({ displayName: unknownText, roles: ["a", unknownText], revoked: false });
  });

  it("of a partial failure leaves with the host's own text, without which nothing could be refreshed or deleted", async () => {
    const failure = new PartialFailure("org_1", { displayName: "Acme" }, ["not yet"]);
    await expect(throwing(failure).create({ __provider: "text" })).rejects.toMatchObject({
      properties: { displayName: "Acme", __provider: "text" },
    });
  });
});
