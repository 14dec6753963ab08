import { entries, nothing } from "./entry";

const perhapsMore =
  "This request changed nothing. What the same update did before it is recorded, and the next `pulumi up` goes on from there.";

/** The backend API key, the network, and what Tesseral answers. */
export const connection = entries({
  "TSL-NO-KEY": {
    summary: "There is no backend API key",
    happened: "Neither the stack's configuration nor the environment has a key for Tesseral.",
    changed: nothing,
    todo: [
      "Create one in the Tesseral Console, under Project settings, Backend API Keys.",
      "`pulumi config set --secret tesseral:backendApiKey <key>`, or set the environment variable TESSERAL_BACKEND_API_KEY.",
    ],
    page: "start.md#with-a-real-project",
  },
  "TSL-KEY-FORM": {
    summary: "The backend API key is malformed",
    happened:
      "A backend API key is `tesseral_secret_key_` and 25 characters. This one is cut off, has a space in it, or is a managed API key.",
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
      "Tesseral answered 401, or a 404 that means the key: it is unknown, revoked or expired. `pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared use the key of the last `up`, which after a rotation is the old one.",
    changed: "Nothing. Without a valid key nothing can be changed, and no customer is taken to be deleted.",
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
      "The stack was deployed to one Tesseral project, and the backend API key belongs to another. With it, every customer would look deleted, so nothing is touched.",
    changed: nothing,
    todo: [
      "`pulumi config set --secret tesseral:backendApiKey <key>` with a key of the project that the message names first.",
      "If TESSERAL_BACKEND_API_KEY is set, it takes precedence: unset it, or set it to that key.",
      "For several projects in one stack, declare a `Provider` for each.",
    ],
    page: "tasks/several-projects.md",
  },
  "TSL-API-KEYS-OFF": {
    summary: "Managed API keys are off in the Tesseral project",
    happened: "Only the Tesseral Console can turn them on, and until then no organization can have keys.",
    changed:
      "Nothing was created. If the update was to turn API keys on for an organization that exists, they are still off.",
    todo: [
      "In the Tesseral Console: Project settings, API Keys, Managed API Keys: Enabled, and choose a prefix.",
      "`pulumi up`",
    ],
    page: "start.md#with-a-real-project",
  },
  "TSL-API-KEYS-SUSPENDED": {
    summary: "API keys are off for the organization",
    happened:
      "No key can be created in an organization whose API keys are off, as they are while it is suspended or leaving. A new key in such an entry waits until the customer is enabled, of which this is a warning. An `expireTime` that is changed there would replace the key, and is refused. A program that does not call `matchCustomers` meets both as an error in the update.",
    changed: `A warning stops nothing, and a refusal comes before anything is changed. If a request failed: ${perhapsMore}`,
    says: ["failed with 403 permission_denied: api keys are not enabled for this organization"],
    todo: [
      "After the warning nothing, if the customer is to stay as it is: the first update after it is enabled makes the key.",
      "To have the key now: `apiAccess: enabled` in the entry (`apiKeysEnabled: true` in a program), then `pulumi up`.",
      "Put an `expireTime` that is refused back as it was, which the message says, until then. In a program without `matchCustomers`, leave a new key out until then.",
    ],
    page: "tasks/suspend-a-customer.md",
  },
  "TSL-LOGIN-OFF": {
    summary: "A way to log in is not enabled in the Tesseral project",
    happened:
      "An organization can offer only those ways to log in that its project has enabled, and these can be changed only in the Console.",
    changed: "Nothing was created or changed for this entry.",
    todo: ["Enable it in the Tesseral Console, under Project settings, or leave the field out.", "`pulumi up`"],
    page: "reference/customer-fields.md",
  },
  "TSL-NOT-FOUND": {
    summary: "Something is not in Tesseral",
    happened:
      "The object was deleted, perhaps between the preview and the update, or its id belongs to another project.",
    changed: perhapsMore,
    todo: [
      "`pulumi refresh` reports what was deleted, and `pulumi up` creates it again.",
      "If the id comes from a look-up or an `adopt`, correct it: `npx pulumi-tesseral inventory` lists what exists.",
    ],
    says: ["failed with 404 not_found: organization not found", "failed with 404 not_found: api key not found"],
    page: "inventory.md",
  },
  "TSL-REFUSED": {
    summary: "Tesseral refuses the request",
    happened:
      "Tesseral answered 400, 403, 409 or another refusal; the message has its reason. It would refuse the same request again, so the request is not repeated.",
    changed: perhapsMore,
    todo: [
      "Read the reason after the status: 400 means a value that Tesseral does not accept, 403 something that the project does not allow, 409 something that exists already.",
      "Correct the entry, or the project's settings in the Tesseral Console, then `pulumi up`.",
    ],
    says: [
      "Tesseral: POST /v1/organizations failed with 403 permission_denied",
      "Tesseral: PATCH /v1/organizations failed with 400 invalid_argument",
      "failed with 409",
    ],
    page: "faults.md",
  },
  "TSL-RATE-LIMIT": {
    summary: "Tesseral's rate limit let nothing through",
    happened:
      "Tesseral kept answering 429. Requests slow down by themselves; this is reported only when none was accepted within `tesseral:operationDeadline`.",
    changed: perhapsMore,
    todo: [
      "See whether something else is using up the limit, then `pulumi up`.",
      "To send fewer from the start: `pulumi config set tesseral:requestsPerSecond <number>`.",
    ],
    says: ["was tried 9 times in 120.0 s (9 × 429) and given up; the last time it failed with 429"],
    page: "reference/settings.md",
  },
  "TSL-SERVER": {
    summary: "Tesseral answers with a server error",
    happened:
      "Tesseral, or a proxy in front of it, answered 500, 502, 503 or 504, with nothing, or without what an answer must contain. Requests that are safe to repeat were repeated before this was reported.",
    changed:
      "Perhaps: even after a 500, the change may have been made. The next update looks before it repeats anything, so nothing is created twice.",
    todo: [
      "Wait until Tesseral answers, then `pulumi up`.",
      "If the same request fails every time, report it to Tesseral.",
    ],
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
    happened:
      "No answer came within `tesseral:requestTimeout`, or the connection ended before the answer was complete.",
    changed:
      "Perhaps: the change may have been made. The next update looks before it repeats anything, so nothing is created twice.",
    todo: [
      "`pulumi up`, once the network works again.",
      "If answers are always slow: `pulumi config set tesseral:requestTimeout <seconds>`.",
    ],
    says: ["got no usable answer: none within 10 s", "got no usable answer: the connection was lost (ECONNRESET)"],
    page: "faults.md",
  },
  "TSL-UNREACHABLE": {
    summary: "Tesseral cannot be reached",
    happened:
      "There was no connection: the host name is unknown, nothing listens there, or the certificate is not trusted.",
    changed: "Nothing. The request was never sent.",
    todo: [
      "Check the address: `pulumi config get tesseral:apiUrl`. If it is not set, requests go to https://api.tesseral.com.",
      "Behind a proxy, set HTTPS_PROXY. If your own authority signs the certificate, set NODE_EXTRA_CA_CERTS to the file of that authority.",
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
    happened: "The answer is not JSON, or redirects elsewhere: a proxy's login page, a website, or a wrong path.",
    changed: "Nothing in Tesseral.",
    todo: [
      "Check the address, which has no path: `pulumi config get tesseral:apiUrl`, such as https://api.tesseral.com.",
      "For the hosted Tesseral: `pulumi config rm tesseral:apiUrl`.",
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
    happened:
      "`tesseral:apiUrl` or a proxy variable is not a URL, the former holds a password, or an id is not one of Tesseral's.",
    changed: nothing,
    todo: [
      "`pulumi config set tesseral:apiUrl https://…`",
      "HTTPS_PROXY and HTTP_PROXY must begin with http:// or https://.",
      "Copy ids from `npx pulumi-tesseral inventory`.",
    ],
    says: [
      "is not a URL: it must begin with https:// or http://",
      "the API URL holds a user name or a password",
      "is not the URL of a proxy: it must begin with http:// or https://",
      "is not the id of a Tesseral organization",
    ],
    page: "reference/settings.md",
  },
  "TSL-UNCLEAR": {
    summary: "It is not known whether something was created",
    happened:
      "A create is sent only once, since Tesseral has no idempotency keys. Its answer was lost, and the search for what it may have created failed as well.",
    changed: "Perhaps one object was created. The next update finds it by its name; nobody has its token.",
    todo: ["`pulumi up`, once Tesseral answers again: it looks first, and leaves exactly what is declared."],
    says: [
      'the creation of organization "Acme" got no clear answer',
      'the creation of API key "production" got no clear answer',
    ],
    page: "faults.md#a-create-is-sent-once",
  },
  "TSL-AMBIGUOUS": {
    summary: "Several objects may be the one that a lost create made",
    happened: "Nothing tells which of them this stack created, and a wrong guess could take away a key that is in use.",
    changed: "None of them was touched.",
    todo: [
      "Look up the ids from the message in the Tesseral Console.",
      "Remove what nobody needs, `npx pulumi-tesseral remove <id>`, and rename what is in use.",
      "`pulumi up`",
    ],
    says: ["the answer to an earlier creation of API key was lost, and 2 objects fit"],
    page: "faults.md#a-create-is-sent-once",
  },
});
