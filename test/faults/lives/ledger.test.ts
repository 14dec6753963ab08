// Proves when the ledger of a life says that a customer is cut off by a rotation without overlap. The lives themselves: lives.test.ts.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator";
import { ModelEngine } from "../modelEngine";
import { Bystanders } from "../tenant";
import { Ledger } from "./ledger";
import { newborn } from "./life";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

/** A key whose token the customer holds, and of which a rotation is declared to end it at once. */
function held() {
  const organizationId = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true }).id;
  const make = () => emulator.console.createApiKey({ organizationId, displayName: "production" });
  const engine = new ModelEngine(() => Promise.reject(new Error("nothing is run here")));
  const entry = newborn();
  entry.customer.keys = { production: { roles: [], rotate: "leak", overlap: "PT0S" } };
  const old = make();
  const outputs = { secretToken: old.secretToken };
  engine.state.set("acme-production", {
    ...{ name: "acme-production", kind: "managedApiKey", id: old.id, inputs: {}, initErrors: [] },
    outputs,
  });
  const ledger = new Ledger(emulator, new Bystanders(emulator));
  ledger.handOut(entry, engine);
  ledger.declare(entry);
  return { ledger, make, old };
}

it("is a cut-off if no successor was there when the token ended", () => {
  const { ledger, make, old } = held();
  emulator.console.revokeApiKey(old.id);
  ledger.watch();
  make();
  ledger.watch();
  expect([...ledger.problems]).toEqual(["cut-off: the token of production has ended"]);
});

it("is none if there was one, and the update that made it was killed before anybody had it", () => {
  const { ledger, make, old } = held();
  const { id } = make();
  emulator.console.revokeApiKey(old.id);
  ledger.watch();
  ledger.nobodys.add(id);
  ledger.watch();
  expect([...ledger.problems]).toEqual([]);
});
