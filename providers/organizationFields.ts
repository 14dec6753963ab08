/** What is declared and recorded about an organization, and how its settings are read from Tesseral. */
import {
  type DomainList,
  domainLists,
  type OrganizationSettings,
  organizationSwitches,
  type Organization as RemoteOrganization,
} from "../tesseral";
import { each, flag, optional, type Shaped, shape, text, texts } from "./fields";

export const domainListNames = Object.keys(domainLists) as DomainList[];

/** As `check` leaves them: unmanaged ones are absent, lists are sorted sets. */
export const inputs = shape({
  displayName: text,
  ...each(organizationSwitches, optional(flag)),
  ...each(domainListNames, optional(texts)),
  adopt: optional(text),
  allowDuplicateName: optional(flag),
  onRemoval: optional(text),
  keepUntil: optional(text),
  managedBy: text,
});

export const outputs = shape({ projectId: text, createTime: text });

export type OrganizationInputs = Shaped<typeof inputs>;
export type OrganizationOutputs = Shaped<typeof outputs>;

/** The managed settings, as the server has them. */
export function settingsOf(remote: RemoteOrganization, managed: Partial<OrganizationInputs>): OrganizationSettings {
  const settings: OrganizationSettings = { displayName: remote.displayName ?? "" };
  for (const name of organizationSwitches) {
    if (managed[name] !== undefined) {
      settings[name] = remote[name];
    }
  }
  return settings;
}
