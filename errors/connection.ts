import { entries, nothing } from "./entry";

const perhapsMore =
  "This request changed nothing. What the same update did before it is recorded, and the next `pulumi up` goes on from there.";

/** The backend API key, the network, and what Tesseral answers. */
export const connection = entries({
  "TSL-NO-KEY": {
    summary: "There is no backend API key",
    happened: "Neither the stack nor the environment says with which key to talk to Tesseral.",
    changed: nothing,
    todo: [
      "Create one in the Tesseral Console, under Project settings, Backend API Keys.",
      "`pulumi config set --secret tesseral:backendApiKey <key>`, or set the environment variable TESSERAL_BACKEND_API_KEY.",
    ],
    page: "start.md#with-a-real-project",
  },
  "TSL-KEY-FORM": {
    summary: "The backend API key is malformed",
    happened: "It is not `tesseral_secret_key_` and 25 characters: cut off, a managed API key, or with a blank in it.",
    changed: nothing,
    todo: [
      "Copy it again from the Tesseral Console, under Project settings, Backend API Keys.",
      "`pulumi config set --secret tesseral:backendApiKey <key>`, or set TESSERAL_BACKEND_API_KEY.",
    ],
    page: "reference/settings.md",
  },
  "TSL-KEY-REFUSED": {
    summary: "Tesseral does not accept the backend API key",
    happened:
      "The answer was 401, or a 404 that says so: the key is unknown, revoked or expired. `pulumi refresh` and `pulumi destroy` use the key of the last `up`, so after a rotation they meet the old one.",
    changed: "Nothing. Without a key nothing can be changed, and nothing is taken for deleted.",
    todo: [
      "Create a key in the Tesseral Console, under Project settings, Backend API Keys.",
      "`pulumi config set --secret tesseral:backendApiKey <key>`",
      "For `pulumi refresh` and `pulumi destroy`: set TESSERAL_BACKEND_API_KEY to the new key, or add `--run-program`.",
    ],
    says: [
      "Tesseral does not accept the backend API key in tesseral:backendApiKey: it answered 404 backend api key not found",
      "failed with 401 unauthenticated: invalid backend api key secret token",
    ],
    page: "reference/settings.md",
  },
  "TSL-PROJECT": {
    summary: "The key is for another Tesseral project",
    happened:
      "The stack was deployed to one Tesseral project, and the backend API key belongs to another. There everything would look deleted, so nothing is touched.",
    changed: nothing,
    todo: [
      "`pulumi config set --secret tesseral:backendApiKey <key>` with a key of the project that the message names first.",
      "If TESSERAL_BACKEND_API_KEY is set, it takes precedence: unset it, or set it to that key.",
      "Several projects in one stack: a `Provider` each.",
    ],
    page: "tasks/several-projects.md",
  },
  "TSL-API-KEYS-OFF": {
    summary: "Managed API keys are off in the Tesseral project",
    happened: "Only the Tesseral Console can turn them on, and until then no organization can have keys.",
    changed: "Nothing was created. Where only this setting was to be changed, it was not.",
    todo: [
      "In the Tesseral Console: Project settings, API Keys, Managed API Keys: Enabled, and choose a prefix.",
      "`pulumi up`",
    ],
    page: "start.md#with-a-real-project",
  },
  "TSL-API-KEYS-SUSPENDED": {
    summary: "API keys are off for the organization",
    happened: "No key can be created in an organization whose API keys are off, as they are while it is suspended.",
    changed: perhapsMore,
    says: ["failed with 403 permission_denied: api keys are not enabled for this organization"],
    todo: ["`apiAccess: enabled` in the entry (`apiKeysEnabled: true` in a program), then `pulumi up`."],
    page: "tasks/suspend-a-customer.md",
  },
  "TSL-LOGIN-OFF": {
    summary: "A way to log in is not enabled in the Tesseral project",
    happened: "An organization can only have ways to log in that its project has, and only the Console changes those.",
    changed: "Nothing was created or changed for this entry.",
    todo: ["Enable it in the Tesseral Console, under Project settings, or leave the field out.", "`pulumi up`"],
    page: "reference/customer-fields.md",
  },
  "TSL-NOT-FOUND": {
    summary: "Tesseral does not have it",
    happened:
      "The object was deleted, or its id is of another project. What vanished between a preview and its update is met in this way, too.",
    changed: perhapsMore,
    todo: [
      "`pulumi refresh` reports what was deleted, and `pulumi up` makes it anew.",
      "In a look-up or an `adopt`: correct the id. `npx pulumi-tesseral inventory` lists what there is.",
    ],
    says: ["failed with 404 not_found: organization not found", "failed with 404 not_found: api key not found"],
    page: "inventory.md",
  },
  "TSL-REFUSED": {
    summary: "Tesseral refuses the request",
    happened:
      "The answer was 400, 403, 409 or another refusal, with a reason that stands in the message. It would be refused again, so it is not repeated.",
    changed: perhapsMore,
    todo: [
      "Read the reason behind the status: 400 is a value that Tesseral does not take, 403 something that the project does not allow, 409 something that exists.",
      "Correct the entry, or the project in the Tesseral Console, then `pulumi up`.",
    ],
    says: [
      "Tesseral: POST /v1/organizations failed with 403 permission_denied",
      "Tesseral: PATCH /v1/organizations failed with 400 invalid_argument",
      "failed with 409",
    ],
    page: "faults.md",
  },
  "TSL-RATE-LIMIT": {
    summary: "Tesseral asks for fewer requests, for too long",
    happened:
      "The answer was 429 again and again. The pace follows the server by itself; this is reported when nothing was accepted for `tesseral:operationDeadline`.",
    changed: perhapsMore,
    todo: [
      "See whether something else uses up the limit, then `pulumi up`.",
      "`pulumi config set tesseral:requestsPerSecond <number>` sends fewer from the start.",
    ],
    says: ["was tried 9 times in 120.0 s (9 × 429) and given up; the last time it failed with 429"],
    page: "reference/settings.md",
  },
  "TSL-SERVER": {
    summary: "Tesseral is at fault, or is not reachable behind its proxy",
    happened:
      "The answers were 500, 502, 503, 504, empty, or without what they should hold. Reads and repeatable changes were tried again before this was reported.",
    changed:
      "A 500 can mean that it was done. The next update looks before it does anything again, so nothing is made twice.",
    todo: ["Wait until Tesseral answers, then `pulumi up`.", "Every time the same request: report it to Tesseral."],
    says: [
      "was tried 9 times in 31.0 s (9 × 503) and given up; the last time it failed with 503",
      "got no usable answer: 200 with an empty body, which is what a crashed server sends",
      "200 without the object that this route returns",
      "the list of organizations does not end",
    ],
    page: "faults.md",
  },
  "TSL-TIMEOUT": {
    summary: "Tesseral did not answer in time, or the connection was lost",
    happened: "No answer came within `tesseral:requestTimeout`, or the connection ended in the middle of one.",
    changed: "It may have been done. The next update looks before it does anything again, so nothing is made twice.",
    todo: [
      "`pulumi up`, when the network is well again.",
      "`pulumi config set tesseral:requestTimeout <seconds>` where answers are slow as a rule.",
    ],
    says: ["got no usable answer: none within 10 s", "got no usable answer: the connection was lost (ECONNRESET)"],
    page: "faults.md",
  },
  "TSL-UNREACHABLE": {
    summary: "Tesseral cannot be reached",
    happened:
      "No connection was made: the name is not found, nothing listens there, or the certificate is not trusted.",
    changed: "Nothing. The request was never sent.",
    todo: [
      "`pulumi config get tesseral:apiUrl`: without it, https://api.tesseral.com is asked.",
      "Behind a proxy, set HTTPS_PROXY. With a certificate of your own, set NODE_EXTRA_CA_CERTS to its file.",
    ],
    says: [
      "got no usable answer: ECONNREFUSED: http://127.0.0.1:8090 cannot be reached",
      "ENOTFOUND: https://api.tesseral.com cannot be reached",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "the proxy answered 407",
    ],
    page: "faults.md",
  },
  "TSL-NOT-TESSERAL": {
    summary: "Something else answers at the address",
    happened: "The answer is no JSON, or leads elsewhere: a login page of a proxy, a website, a path that is wrong.",
    changed: "Nothing in Tesseral.",
    todo: [
      "`pulumi config get tesseral:apiUrl`: it is the address alone, such as https://api.tesseral.com.",
      "`pulumi config rm tesseral:apiUrl` for the hosted Tesseral.",
    ],
    says: [
      "got no usable answer: 200 with a body that is not a JSON object (text/html)",
      "got no usable answer: 302, a redirection",
      "failed with 404 an answer that is not JSON (text/html)",
    ],
    page: "reference/settings.md",
  },
  "TSL-ADDRESS": {
    summary: "An address or an id is malformed",
    happened: "`tesseral:apiUrl` or a proxy's variable holds no URL, or an id is none of Tesseral's.",
    changed: nothing,
    todo: [
      "`pulumi config set tesseral:apiUrl https://…`",
      "HTTPS_PROXY and HTTP_PROXY begin with http:// or https://.",
      "Ids are written as `npx pulumi-tesseral inventory` lists them.",
    ],
    says: [
      "is not a URL: it must begin with https:// or http://",
      "is not the URL of a proxy: it must begin with http:// or https://",
      "is not the id of a Tesseral organization",
    ],
    page: "reference/settings.md",
  },
  "TSL-UNCLEAR": {
    summary: "Nobody can tell whether something was created",
    happened:
      "A create is sent once, since Tesseral has no idempotency keys. Its answer was lost, and looking for what it may have made failed, too.",
    changed: "Perhaps one object was created. It bears a name by which the next update finds it; nobody has its token.",
    todo: ["`pulumi up`, when Tesseral answers again: it looks first, and leaves exactly what is declared."],
    says: [
      'the creation of organization "Acme" got no clear answer',
      'the creation of API key "production" got no clear answer',
    ],
    page: "faults.md#a-create-is-sent-once",
  },
  "TSL-AMBIGUOUS": {
    summary: "Several objects can be the one that a lost create made",
    happened: "Which of them is ours cannot be told, and to guess could take somebody's key from them.",
    changed: "None of them was touched.",
    todo: [
      "Look at the ids that the message names, in the Tesseral Console.",
      "`npx pulumi-tesseral remove <id>` for what nobody needs; rename what is somebody's.",
      "`pulumi up`",
    ],
    says: ["the answer to an earlier creation of API key was lost, and 2 objects fit"],
    page: "faults.md#a-create-is-sent-once",
  },
});
