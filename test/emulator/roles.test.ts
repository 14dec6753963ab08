// Proves that a role's actions come in an order of the server's own, whoever wrote them. What the order is, is nobody's business.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { inServerOrder } from "../../emulator/records/actionOrder";
import { send, textAt } from "./exchange";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const orders = [
  ["widgets.read", "widgets.write"],
  ["widgets.write", "widgets.read"],
];

it.each(orders)("answers %s and %s in another order than they were sent, and always in that", async (...actions) => {
  const created = await send(emulator, "POST", "/v1/roles", { body: { displayName: "Editor", actions } });
  const path = `/v1/roles/${textAt(created, "role", "id")}`;
  const answers = [
    created,
    await send(emulator, "GET", path),
    await send(emulator, "PATCH", path, { body: { actions } }),
  ];
  for (const answer of answers) {
    expect(answer.json).toMatchObject({ role: { actions: [...actions].reverse() } });
  }
});

it("does so for roles that a person makes in the console", () => {
  const role = emulator.console.createRole({ displayName: "Editor", actions: ["widgets.read", "widgets.write"] });
  expect(role.actions).toEqual(["widgets.write", "widgets.read"]);
  emulator.console.updateRole(role.id, { actions: ["widgets.write", "widgets.read"] });
  expect(role.actions).toEqual(["widgets.read", "widgets.write"]);
});

it("keeps each action once, and one or none as it is", () => {
  expect(inServerOrder(["b", "a", "b", "c"]).sort()).toEqual(["a", "b", "c"]);
  expect([inServerOrder(["a", "a"]), inServerOrder([])]).toEqual([["a"], []]);
});
