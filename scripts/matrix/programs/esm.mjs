// One organization and one key, declared by a program of ECMAScript modules.
import { ManagedApiKey, Organization } from "pulumi-tesseral";

const organization = new Organization("acme", { displayName: "Acme" });
const key = new ManagedApiKey("acme-ci", { organizationId: organization.id, displayName: "CI" });

export const organizationId = organization.id;
export const secretToken = key.secretToken;
