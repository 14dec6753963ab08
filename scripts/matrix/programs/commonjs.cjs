// One organization and one key, declared by a CommonJS program.
const { ManagedApiKey, Organization } = require("pulumi-tesseral");

const organization = new Organization("acme", { displayName: "Acme" });
const key = new ManagedApiKey("acme-ci", { organizationId: organization.id, displayName: "CI" });

exports.organizationId = organization.id;
exports.secretToken = key.secretToken;
