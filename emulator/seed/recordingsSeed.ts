import { loginFlags } from "../records/loginMethods";
import type { Seed } from "./seed";

const widgets = ["widgets.read", "widgets.write"];

/** One project of each kind that the recorded exchanges need, without any organization. */
export const recordingsSeed: Seed = {
  projects: [
    {
      name: "first",
      trustedDomains: ["app.first.example", "admin.first.example"],
      actions: widgets,
      backendApiKeys: [{ name: "backend-key" }, { name: "revoked-backend-key", revoked: true }],
    },
    {
      name: "second",
      apiKeySecretTokenPrefix: "second_sk_",
      ...loginFlags(() => true),
      actions: ["gadgets.run"],
    },
    { name: "empty", actions: widgets },
    { name: "disabled", apiKeysEnabled: false, apiKeySecretTokenPrefix: "" },
    { name: "unentitled", apiKeySecretTokenPrefix: "une_sk_", entitledBackendApiKeys: false, actions: widgets },
    {
      name: "bare",
      ...loginFlags(() => false),
      apiKeysEnabled: false,
      apiKeySecretTokenPrefix: "bare_sk_",
      auditLogsEnabled: false,
    },
    { name: "broken-webhook", webhooks: "broken" },
    { name: "console", console: true },
  ],
};
