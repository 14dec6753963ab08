import { entries, nothing } from "./entry";

/** The backend on AWS, and the delivery of tokens. */
export const deployment = entries({
  "TSL-BACKEND": {
    summary: "An argument of Backend or BackendKey is wrong",
    happened: "An argument is unknown, missing, of the wrong kind, or does not go together with another.",
    changed: nothing,
    todo: [
      "Correct what each line names. In the stack's file: `pulumi config set --path 'tesseral:backend.<argument>' <value>`.",
      "`pulumi preview`",
    ],
    page: "reference/backend.md",
  },
  "TSL-BACKEND-KEY": {
    summary: "The key of a backend is missing or not secret",
    happened:
      "A backend needs a backend API key of its own, as a secret, or the ARN of a secret that holds it; and nothing in its environment may give away a key.",
    changed: nothing,
    todo: ["`pulumi config set --secret --path 'tesseral:backend.backendApiKey' <key>`, or `backendApiKeySecretArn`."],
    page: "backend-key.md",
  },
  "TSL-PACKAGE": {
    summary: "The code is no package that Lambda can start",
    happened:
      "The folder or zip is missing, damaged, too large, lacks what the runtime starts, or holds files for another processor. Lambda would say so only when it starts.",
    changed: nothing,
    todo: [
      "Build the program again for Lambda, or pass the folder that holds it.",
      "Let it be built: `code: { build: node, path: . }`.",
    ],
    page: "backend.md",
  },
  "TSL-BUILD": {
    summary: "The program could not be built from its source",
    happened: "The tool that builds it is missing or ended with an error, or a lockfile is not there.",
    changed: nothing,
    todo: [
      "Do what the message says, in the folder of the program, until the tool itself succeeds.",
      "`pulumi preview`",
    ],
    page: "backend.md",
  },
  "TSL-ADAPTER": {
    summary: "The web adapter is not public in this region",
    happened: "The layer with the Lambda Web Adapter, which starts servers, has no public version there.",
    changed: nothing,
    todo: ["Copy the layer into your account, and give `adapterLayerArn`."],
    page: "backend.md",
  },
  "TSL-RUNTIME-END": {
    summary: "AWS ends its support of the runtime",
    says: ["AWS ends its support of nodejs20.x on 2026-04-30"],
    happened: "A warning, with the days from which AWS refuses changes of functions with it.",
    changed: "Nothing is stopped by it.",
    todo: ["Choose a newer `runtime`, and test the program with it."],
    page: "backend.md",
  },
  "TSL-DELIVERY": {
    summary: "A token cannot be delivered as declared",
    happened:
      "`deliverTo` holds a name that AWS refuses or that another key has, a region, principal, KMS key or tag that cannot be, or shares a secret in a way that AWS does not allow.",
    changed: nothing,
    todo: ["Correct the field that the message names, in the entry or in `tesseral:deliverTo`.", "`pulumi preview`"],
    page: "delivery.md",
  },
});
