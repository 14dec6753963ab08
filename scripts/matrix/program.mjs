// One organization and one key, declared by a program of ECMAScript modules.
import { ManagedApiKey, Organization } from "pulumi-tesseral";

export const program = async () => {
  const organization = new Organization("acme", { displayName: "Acme" }, { protect: false });
  const key = new ManagedApiKey("acme-ci", { organizationId: organization.id, displayName: "CI" });
  return { organizationId: organization.id, secretToken: key.secretToken };
};
