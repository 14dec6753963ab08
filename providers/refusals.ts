/** Refusals before anything is created or changed, each with what to do. All of them throw. */
import { coded } from "../errors/coded";
import { loginSwitches, type Project } from "../tesseral";
import { type Bag, unknownValue } from "./lifecycle";
import { resourceName } from "./managedBy";
import type { ProviderProcess } from "./providerProcess";
import type { ResourceType } from "./resourceTypes";

/** Settings that the Tesseral project does not allow, and that only the Tesseral Console can allow. */
export function refuseWhatProjectForbids(project: Project, inputs: Bag): void {
  if (inputs.apiKeysEnabled === true && !project.apiKeysEnabled) {
    throw new Error(
      coded(
        "TSL-API-KEYS-OFF",
        `managed API keys are off in Tesseral project ${project.id}. Turn them on in the Tesseral Console under ` +
          "Project settings, API Keys (Managed API Keys: Enabled, and choose a prefix), then try again",
      ),
    );
  }
  const forbidden = loginSwitches.filter((name) => inputs[name] === true && project[name] === false);
  if (forbidden.length > 0) {
    throw new Error(
      coded(
        "TSL-LOGIN-OFF",
        `${forbidden.join(", ")}: not enabled in Tesseral project ${project.id}. Enable it in the Tesseral Console under ` +
          "Project settings, or leave it out",
      ),
    );
  }
}

/** A new organization has no second factor but what is declared, and Tesseral requires one for `requireMfa`. */
export function refuseMfaWithoutFactor(inputs: Bag): void {
  const factors = [inputs.logInWithAuthenticatorApp, inputs.logInWithPasskey];
  if (inputs.requireMfa === true && !factors.includes(true) && !factors.includes(unknownValue)) {
    throw new Error(
      coded("TSL-MFA", "requireMfa needs logInWithAuthenticatorApp: true or logInWithPasskey: true as well"),
    );
  }
}

/**
 * An earlier update was interrupted while it created this very resource: the object may exist without the stack knowing
 * it, and Pulumi itself would only warn and create another.
 */
export async function refuseInterrupted(
  provider: ProviderProcess,
  { kind, token }: ResourceType,
  owner: string,
): Promise<void> {
  const state = await provider.stackState(owner);
  const name = resourceName(owner);
  if (!state?.interruptedCreates.has(`${token}::${name}`)) {
    return;
  }
  throw new Error(
    coded(
      "TSL-INTERRUPTED",
      `an earlier update was interrupted while it created ${kind} ${JSON.stringify(name)}, so Tesseral may have it without this stack knowing. ` +
        "Nothing was created. Run `npx pulumi-tesseral inventory --recover`, and the update again",
    ),
  );
}

/** A second organization with the name of one outside the stack: it is hard to tell them apart afterward. */
export async function refuseSameName(provider: ProviderProcess, displayName: unknown, owner: string): Promise<void> {
  if (displayName === unknownValue) {
    return;
  }
  const same = (await provider.organizationsBefore()).filter((one) => one.displayName === displayName);
  if (same.length === 0) {
    return;
  }
  const known = (await provider.stackState(owner))?.ids;
  const outside = same.filter(({ id }) => !known?.has(id) && !provider.seen.has(id) && !provider.claimed.has(id));
  const [first] = outside;
  if (first === undefined) {
    return;
  }
  const path = `tesseral:customers.${resourceName(owner)}`;
  throw new Error(
    coded(
      "TSL-SAME-NAME",
      `Tesseral has ${outside.length === 1 ? "an organization" : `${outside.length} organizations`} named ${JSON.stringify(displayName)} that this stack does not manage: ` +
        `${outside.map(({ id, createTime }) => `${id} (created ${createTime})`).join(", ")}. Nothing was created. ` +
        `To take it over, write adopt: ${first.id} into its entry (in the stack's configuration: pulumi config set --path ${path}.adopt ${first.id}). ` +
        "To have two of that name, write allowDuplicateName: true",
    ),
  );
}
