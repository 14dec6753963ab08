import { entries, nothing } from "./entry";

/** The backend on AWS, and the delivery of tokens. */
export const deployment = entries({
  "TSL-BACKEND": {
    summary: "An argument of Backend or BackendKey is wrong",
    happened: "An argument is unknown, missing, of the wrong kind, or contradicts another.",
    changed: nothing,
    todo: [
      "Correct what each line names. In the stack's file: `pulumi config set --path 'tesseral:backend.<argument>' <value>`.",
      "`pulumi preview`",
    ],
    page: "reference/backend.md",
  },
  "TSL-BACKEND-KEY": {
    summary: "The backend's own key is missing or not secret",
    happened:
      "A backend needs a backend API key of its own, as a secret, or the ARN of a secret that holds it; and its environment must not contain a key in plain text.",
    changed: nothing,
    todo: ["`pulumi config set --secret --path 'tesseral:backend.backendApiKey' <key>`, or `backendApiKeySecretArn`."],
    page: "backend-key.md",
  },
  "TSL-PACKAGE": {
    summary: "Lambda could not start this code",
    happened:
      "The folder or zip is missing, damaged, too large, lacks what the runtime starts, or holds files for another processor. Lambda itself would say so only at the first call.",
    changed: nothing,
    todo: [
      "Build the program again for Lambda, or pass the folder that holds it.",
      "Let it be built: `code: { build: express, path: . }`.",
    ],
    page: "backend.md",
  },
  "TSL-BUILD": {
    summary: "The program could not be built from its source",
    happened: "The build tool is missing or ended with an error, or there is no lockfile.",
    changed: nothing,
    todo: ["Run the tool in the program's folder, and correct what it says, until it succeeds.", "`pulumi preview`"],
    page: "backend.md",
  },
  "TSL-ADAPTER": {
    summary: "The web adapter is not public in this region",
    happened: "The Lambda Web Adapter, the layer that starts servers, is not published in this region.",
    changed: nothing,
    todo: ["Copy the layer into your account, and give `adapterLayerArn`."],
    page: "backend.md",
  },
  "TSL-RUNTIME-END": {
    summary: "AWS is ending support for the runtime",
    says: ["AWS ends its support of nodejs20.x on 2026-04-30"],
    happened: "A warning, with the dates from which AWS refuses to create or update functions with this runtime.",
    changed: "Nothing is stopped by it.",
    todo: ["Choose a newer `runtime`, and test the program with it."],
    page: "backend.md",
  },
  "TSL-DELIVERY": {
    summary: "A token cannot be delivered as declared",
    happened:
      "`deliverTo` has a name that AWS refuses or that another key uses, a region, principal, KMS key or tag that is not valid, or shares a secret in a way that AWS does not allow.",
    changed: nothing,
    todo: ["Correct the field that the message names, in the entry or in `tesseral:deliverTo`.", "`pulumi preview`"],
    page: "delivery.md",
  },
});
