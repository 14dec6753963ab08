// The provider that does nothing: what it is given is what there is.
const { randomBytes } = require("node:crypto");

const digits = (count) => [...randomBytes(count)].map((byte) => (byte % 36).toString(36)).join("");

const nothing = (prefix, made = () => ({})) => ({
  create: async (inputs) => ({ id: prefix + digits(25), outs: { ...inputs, ...made() } }),
  read: async (id, props) => {
    const { secretToken: _, ...inputs } = props;
    return { id, props, inputs };
  },
  update: async (_id, olds, news) => ({ outs: { ...olds, ...news } }),
});

exports.organization = nothing("org_");
exports.role = nothing("role_");
exports.managedApiKey = nothing("api_key_", () => ({ secretToken: `first_sk_${digits(55)}` }));
