// The scenarios of who is who: customers that are renamed, adopted, released and exchanged.
import { madeByHand } from "./identity";
import type { Scenario } from "./run";
import type { DeclaredCustomer } from "./tenant";

const customer = (displayName: string, more: Partial<DeclaredCustomer> = {}): DeclaredCustomer => ({
  displayName,
  suspended: false,
  domains: undefined,
  logInWithEmail: undefined,
  roles: { reader: ["widgets.read"] },
  keys: { production: { roles: ["reader"] } },
  ...more,
});

const [acme, globex] = [customer("Acme"), customer("Globex")];
const released = customer("Acme", { onRemoval: "release" });
const adopted = customer("By Hand", { adopt: madeByHand });

export const identityScenarios: Readonly<Record<string, Omit<Scenario, "faults">>> = {
  "rename a customer, its role and its key": {
    operation: "up",
    before: { acme, globex },
    after: {
      "acme-corp": customer("Acme", {
        renamedFrom: "acme",
        roles: { viewer: ["widgets.read"] },
        keys: { live: { roles: ["viewer"] } },
        rolesRenamedFrom: { viewer: "reader" },
        keysRenamedFrom: { live: "production" },
      }),
      globex,
    },
  },
  "rename and change a customer": {
    operation: "up",
    before: { acme },
    after: { "acme-corp": { ...customer("Acme Corp"), renamedFrom: "acme", keys: { ci: { roles: ["reader"] } } } },
  },
  "adopt an organization": { operation: "up", before: { acme }, after: { acme, "by-hand": adopted } },
  "release one, remove one": { operation: "up", before: { acme: released, globex }, after: {} },
  "release a customer of a destroyed stack": { operation: "destroy", before: { acme: released, globex }, after: {} },
  "exchange two customers": {
    operation: "up",
    before: { acme, globex: customer("Globex", { suspended: false, keys: { ci: { roles: [] } } }) },
    after: { acme: { ...globex, keys: acme.keys }, globex: { ...acme, keys: { ci: { roles: [] } } } },
  },
};
