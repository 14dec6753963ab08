// One organization and one key, declared by a CommonJS program.
const { ManagedApiKey, Organization } = require("pulumi-tesseral");

exports.program = async () => {
  const organization = new Organization("acme", { displayName: "Acme" }, { protect: false });
  const key = new ManagedApiKey("acme-ci", { organizationId: organization.id, displayName: "CI" });
  return { organizationId: organization.id, secretToken: key.secretToken };
};
