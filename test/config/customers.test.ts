// Proves what can be written about customers, and the exact words for what cannot, each with its place in the file. That Tesseral
// refuses the same is shown elsewhere, by its recorded answers.
import { expect, it } from "vitest";
import { customersOf, problemsOf, warningsOf } from "./declared";

/** A file with one customer, whose settings begin in line 3, column 5. */
const acme = (settings: string) => `customers:\n  acme:\n    displayName: Acme\n${settings.replaceAll(/^/gmu, "    ")}`;

it("gives every field of a customer as it is written", () => {
  const text = `
x-shared: &roles
  reader: { displayName: Reader, description: Looks, actions: [widgets.read] }
customers:
  acme:
    displayName: Acme Corp
    apiAccess: suspended
    roles: *roles
    apiKeys:
      ci:
      production: { displayName: Production, roles: [reader], expireTime: 2027-01-01T00:00:00Z }
    logInWithPasskey: true
    requireMfa: true
    domains: [acme.example, bücher.example]
    googleHostedDomains: []
    protect: false
    adopt: org_0000000000000000000000001
    allowDuplicateName: true
  globex: { displayName: Globex }
`;
  expect(customersOf(text)).toEqual({
    acme: {
      displayName: "Acme Corp",
      apiAccess: "suspended",
      roles: { reader: { displayName: "Reader", description: "Looks", actions: ["widgets.read"] } },
      apiKeys: {
        ci: {},
        production: { displayName: "Production", roles: ["reader"], expireTime: "2027-01-01T00:00:00Z" },
      },
      logInWithPasskey: true,
      requireMfa: true,
      domains: ["acme.example", "bücher.example"],
      googleHostedDomains: [],
      protect: false,
      adopt: "org_0000000000000000000000001",
      allowDuplicateName: true,
    },
    globex: { displayName: "Globex" },
  });
});

it.each(["customers:", "customers: {}", '{ "$schema": "./customers.schema.json", "customers": {} }'])(
  "takes %j for a file without customers",
  (text) => {
    expect(customersOf(text)).toEqual({});
  },
);

it.each([
  ["", "customers.yaml:1:1 customers is missing (TSL-MISSING)"],
  [
    "acme: { displayName: Acme }",
    "customers.yaml:1:1 customers is missing: write `customers:` above acme, and indent this entry beneath it (TSL-MISSING)",
  ],
  [
    "x-a: 1\nacme: { displayName: Acme }\nglobex: {}",
    "customers.yaml:1:1 customers is missing: write `customers:` above acme, and indent these 2 entries beneath it (TSL-MISSING)",
  ],
  ["acme: Acme", "customers.yaml:1:1 acme: unknown field, the fields here are $schema, customers (TSL-FIELD)"],
  [
    "customers:\n  acme:\n  displayName: Acme",
    "customers.yaml:3:3 customers.displayName: is a field of a customer: indent it beneath the name of one (TSL-FIELD)",
  ],
  [
    "customers:\n  acme: { displayName: Acme }\n  apiKeys:\n    ci: {}",
    "customers.yaml:3:3 customers.apiKeys: is a field of a customer: indent it beneath the name of one (TSL-FIELD)",
  ],
  [
    "customers:\n  acme:\n    displayName: Acme\n    globex:\n      displayName: Globex",
    "customers.yaml:4:5 customers.acme.globex: unknown field, if it is an entry of its own, it belongs directly under customers (TSL-FIELD)",
  ],
  ["custmers: {}", 'customers.yaml:1:1 custmers: unknown field, did you mean "customers"? (TSL-FIELD)'],
  [
    "- name: acme\n  displayName: Acme",
    "customers.yaml:1:1 must be a map of settings, but it is a list. This is the map: (TSL-VALUE)\n  customers:\n    acme:\n      displayName: Acme",
  ],
  [
    "- acme",
    "customers.yaml:1:1 must be a map of settings, but it is a list. This is the map: (TSL-VALUE)\n  customers:\n    acme:\n      displayName: acme",
  ],
  [
    "customers: [Acme Corp, { name: globex }]",
    "customers.yaml:1:12 customers: must be a map of names, but it is a list. This is the map: (TSL-VALUE)\n  customers:\n    acme-corp:\n      displayName: Acme Corp\n    globex:\n      displayName: globex",
  ],
  ["customers: [1801]", "customers.yaml:1:12 customers: must be a map of names, but it is a list (TSL-VALUE)"],
  ["customers: acme", "customers.yaml:1:12 customers: must be a map of names, but it is text (TSL-VALUE)"],
  ["customers:\n  acme:", "customers.yaml:2:3 customers.acme: displayName is missing (TSL-MISSING)"],
  [
    "customers:\n  acme: Acme",
    "customers.yaml:2:9 customers.acme: must be a map of settings, but it is text (TSL-VALUE)",
  ],
])("refuses the file %j", (text, problem) => {
  expect(problemsOf(text)).toContain(problem);
});

it("repeats no token that was written where a name belongs", () => {
  const [backendApiKey, token] = [`tesseral_secret_key_${"k".repeat(25)}`, `acme_sk_${"t".repeat(30)}`];
  const files = [backendApiKey, token].flatMap((secret) => [
    `${secret}: { displayName: A }`,
    `customers:\n  ${secret}: { displayName: A }`,
    `customers:\n  acme: { displayName: A, ${secret}: 1 }`,
    `customers:\n  - name: ${secret}\n    displayName: A`,
    `customers:\n  - displayName: ${secret}`,
    `customers:\n  - ${secret}`,
    `customers:\n  acme: { displayName: A, roles: [${secret}] }`,
  ]);
  for (const text of files) {
    const problems = problemsOf(text);
    expect(problems).not.toEqual([]);
    expect(problems.join("\n")).not.toMatch(/kkkk|tttt/);
  }
});

it("says quickly what is wrong where aliases of aliases stand for millions, or maps lie in maps without an end", () => {
  const doubled = Array.from({ length: 40 }, (_, index) => `- &a${index + 1} { l: *a${index}, r: *a${index} }`);
  const started = performance.now();
  expect(problemsOf(`- &a0 { k: v }\n${doubled.join("\n")}`)).toEqual([
    "customers.yaml:1:1 must be a map of settings, but it is a list (TSL-VALUE)",
  ]);
  expect(problemsOf(`customers: ${"{ a: ".repeat(20_000)}1${" }".repeat(20_000)}`)[0]).toMatch(
    /^customers\.yaml:1:\d+ is nested too deeply \(TSL-YAML\)$/,
  );
  expect(performance.now() - started).toBeLessThan(5000);
});

it.each([
  ["role: {}", '4:5 customers.acme.role: unknown field, did you mean "roles"? (TSL-FIELD)'],
  [
    "apiKeys:\n  ci:\n    role: [reader]",
    '6:9 customers.acme.apiKeys.ci.role: unknown field, did you mean "roles"? (TSL-FIELD)',
  ],
  [
    "apiKeys: { ci: { period: P90D } }",
    "4:22 customers.acme.apiKeys.ci.period: unknown field, the fields here are displayName, roles, expireTime, renamedFrom, rotateEvery, overlap, rotate, expireAfter, renewBefore, deliverTo, adopt (TSL-FIELD)",
  ],
  ["displayname: Acme", '4:5 customers.acme.displayname: unknown field, did you mean "displayName"? (TSL-FIELD)'],
  [
    "constructor: 1",
    /^4:5 customers\.acme\.constructor: unknown field, the fields here are displayName, apiAccess, roles, /,
  ],
  [
    "__proto__: { protect: false }",
    /^4:5 customers\.acme\.__proto__: unknown field, the fields here are displayName, /,
  ],
  ["protect: 1", "4:14 customers.acme.protect: must be true or false, but it is a number (TSL-VALUE)"],
  ["protect: yes", "4:14 customers.acme.protect: must be true or false, but it is text: write true (TSL-VALUE)"],
  ['protect: "false"', "4:14 customers.acme.protect: must be true or false, but it is text: write false (TSL-VALUE)"],
  ["protect:", "4:13 customers.acme.protect: must be true or false, but nothing is there (TSL-VALUE)"],
  [
    "apiAccess: suspend",
    '4:16 customers.acme.apiAccess: must be "enabled", "suspended" or "offboarding", did you mean "suspended"? (TSL-VALUE)',
  ],
  [
    "apiAccess: active",
    '4:16 customers.acme.apiAccess: must be "enabled", "suspended" or "offboarding", did you mean "enabled"? (TSL-VALUE)',
  ],
  [
    "apiKeys: { ci: { roles: reader } }",
    "4:29 customers.acme.apiKeys.ci.roles: must be a list, but it is text: put it in square brackets: [reader] (TSL-VALUE)",
  ],
  [
    "roles: { reader: { actions: widgets.read } }",
    "4:33 customers.acme.roles.reader.actions: must be a list, but it is text: put it in square brackets: [widgets.read] (TSL-VALUE)",
  ],
  [
    "apiAccess: terminated",
    '4:16 customers.acme.apiAccess: must be "enabled", "suspended" or "offboarding", did you mean "offboarding"? (TSL-VALUE)',
  ],
  [
    "apiAccess: false",
    '4:16 customers.acme.apiAccess: must be "enabled", "suspended" or "offboarding", but it is true or false (TSL-VALUE)',
  ],
  [
    "apiAccess: offboarding\nprotect: true",
    "5:14 customers.acme.protect: contradicts apiAccess: offboarding, which prepares the deletion of the customer: remove one of the two, or suspend it (TSL-PROTECT)",
  ],
  [
    "keepUntil: next year",
    "4:16 customers.acme.keepUntil: must be a day, such as 2030-12-31, or a time in RFC 3339, with its offset, such as 2030-12-31T12:00:00Z (TSL-VALUE)",
  ],
  ["keepUntil: 2030-02-30", "4:16 customers.acme.keepUntil: names a day that does not exist: 2030-02-30 (TSL-VALUE)"],
  [
    "domains: acme.example",
    "4:14 customers.acme.domains: must be a list, but it is text: put it in square brackets: [acme.example] (TSL-VALUE)",
  ],
  [
    "domains:",
    "4:13 customers.acme.domains: must be a list, but nothing is there: write [] if there is none, or remove the line (TSL-VALUE)",
  ],
  [
    "domains: [https://acme.example]",
    "4:15 customers.acme.domains[0]: must be a bare domain, such as example.com (TSL-VALUE)",
  ],
  [
    "domains: [acme.example, Acme.example]",
    '4:29 customers.acme.domains[1]: repeats "Acme.example": remove one of the two (TSL-VALUE)',
  ],
  [
    "microsoftTenantIds: [a, a]",
    '4:29 customers.acme.microsoftTenantIds[1]: repeats "a": remove one of the two (TSL-VALUE)',
  ],
  [
    "googleHostedDomains: [1]",
    "4:27 customers.acme.googleHostedDomains[0]: must be text, but it is a number: put it in quotes (TSL-VALUE)",
  ],
  [
    "adopt: acme",
    '4:12 customers.acme.adopt: must be the id of an organization: "org_" and 25 digits or lower-case letters (TSL-VALUE)',
  ],
  [
    "roles: [reader, writer]",
    "4:12 customers.acme.roles: must be a map of names, but it is a list: write { reader: { actions: … }, writer: { actions: … } } (TSL-VALUE)",
  ],
  ["roles: [Reader]", "4:12 customers.acme.roles: must be a map of names, but it is a list (TSL-VALUE)"],
  [
    "roles: { reader: { actions: } }",
    "4:33 customers.acme.roles.reader.actions: must be a list, but nothing is there (TSL-VALUE)",
  ],
  [
    "renamedFrom: 1801",
    "4:18 customers.acme.renamedFrom: must be text or a list, but it is a number: put it in quotes (TSL-VALUE)",
  ],
  ["renamedFrom:", "4:17 customers.acme.renamedFrom: must be text or a list, but nothing is there (TSL-VALUE)"],
  ["roles: { reader: {} }", "4:14 customers.acme.roles.reader: actions is missing (TSL-MISSING)"],
  ["roles: { reader: { actions: [] } }", "4:33 customers.acme.roles.reader.actions: must not be empty (TSL-VALUE)"],
  [
    'roles: { reader: { actions: [""] } }',
    "4:34 customers.acme.roles.reader.actions[0]: must not be empty (TSL-VALUE)",
  ],
  [
    "roles: { reader: { actions: [a, b, a] } }",
    '4:40 customers.acme.roles.reader.actions[2]: repeats "a": remove one of the two (TSL-VALUE)',
  ],
  [
    "roles: { reader: { actions: [a], displayName: ' ' } }",
    "4:51 customers.acme.roles.reader.displayName: must not be empty (TSL-VALUE)",
  ],
  [
    "apiKeys: { ci: { roles: [reader] } }",
    '4:30 customers.acme.apiKeys.ci.roles[0]: this customer has no role "reader": this customer declares no roles (TSL-ROLE)',
  ],
  [
    "apiKeys: { ci: { displayName: } }",
    "4:35 customers.acme.apiKeys.ci.displayName: must be text, but nothing is there (TSL-VALUE)",
  ],
  [
    "apiKeys: { ci: { expireTime: 2027-01-01 } }",
    "4:34 customers.acme.apiKeys.ci.expireTime: must be a time in RFC 3339, with its offset, such as 2030-01-31T00:00:00Z (TSL-VALUE)",
  ],
  [
    "apiKeys: { ci: { expireTime: 2027-02-30T00:00:00Z } }",
    "4:34 customers.acme.apiKeys.ci.expireTime: names a day that does not exist: 2027-02-30 (TSL-VALUE)",
  ],
  [
    "requireMfa: true",
    "4:17 customers.acme.requireMfa: needs a second factor: set logInWithAuthenticatorApp or logInWithPasskey to true as well (TSL-MFA)",
  ],
  [
    "requireMfa: true\nlogInWithPasskey: false",
    "4:17 customers.acme.requireMfa: needs a second factor: set logInWithAuthenticatorApp or logInWithPasskey to true as well (TSL-MFA)",
  ],
])("refuses %j", (settings, problem) => {
  const problems = problemsOf(acme(settings)).map((line) => line.replace(/^customers\.yaml:/u, ""));
  expect(problems).toEqual([typeof problem === "string" ? problem : expect.stringMatching(problem)]);
});

it("proposes the role that was probably meant, and names all when none is near", () => {
  const roles = "roles: { reader: { actions: [a] }, writer: { actions: [b] } }\n";
  expect(problemsOf(acme(`${roles}apiKeys: { ci: { roles: [raeder, admin] } }`))).toEqual([
    'customers.yaml:5:30 customers.acme.apiKeys.ci.roles[0]: this customer has no role "raeder", did you mean "reader"? (TSL-ROLE)',
    'customers.yaml:5:38 customers.acme.apiKeys.ci.roles[1]: this customer has no role "admin": the roles are reader, writer (TSL-ROLE)',
  ]);
});

it.each([
  ["rotateEvery: P90D, overlap: P7D, expireAfter: P100D", []],
  [
    "rotateEvery: 90d, overlap: P200Y",
    [
      "4:35 customers.acme.apiKeys.ci.rotateEvery: must be a period in ISO 8601, such as P90D, P3M or PT12H (TSL-VALUE)",
      "4:49 customers.acme.apiKeys.ci.overlap: must not be longer than 100 years (TSL-VALUE)",
    ],
  ],
  [
    "rotateEvery: P90D",
    [
      "4:35 customers.acme.apiKeys.ci.rotateEvery: needs overlap beside it: how long the previous token keeps working once the new one exists, such as P7D, or PT0S to end it at once (TSL-ROTATION)",
    ],
  ],
  [
    "rotateEvery: P7D, overlap: P7D",
    [
      "4:49 customers.acme.apiKeys.ci.overlap: is P7D, but must be shorter than rotateEvery (P7D): a token has to end before the next rotation (TSL-ROTATION)",
    ],
  ],
])("checks the periods of a key: %s", (fields, problems) => {
  expect(problemsOf(acme(`apiKeys: { ci: { ${fields} } }`))).toEqual(problems.map((one) => `customers.yaml:${one}`));
});

const badName = "must be a name of lower-case letters, digits and hyphens that begins with a letter";

it.each([
  ["Acme Corp", `customers["Acme Corp"]: ${badName}, such as acme-corp (TSL-NAME)`],
  ["acme_corp", `customers.acme_corp: ${badName}, such as acme-corp (TSL-NAME)`],
  ["Müller", `customers.Müller: ${badName}, such as muller (TSL-NAME)`],
  ["7up", `customers["7up"]: ${badName}, such as up (TSL-NAME)`],
  ["2024", `customers["2024"]: ${badName}, such as customer-2024 (TSL-NAME)`],
  ['""', `customers[""]: ${badName}, such as customer-1 (TSL-NAME)`],
  ["株式会社", `customers.株式会社: ${badName}, such as customer-1 (TSL-NAME)`],
  ["__proto__", `customers.__proto__: ${badName}, such as proto (TSL-NAME)`],
  ["acme.com", `customers["acme.com"]: ${badName}, such as acme-com (TSL-NAME)`],
])("refuses %s as the name of a customer", (name, problem) => {
  expect(problemsOf(`customers:\n  ${name}: { displayName: A }`)).toEqual([`customers.yaml:2:3 ${problem}`]);
});

it("refuses the same names for roles and keys", () => {
  expect(problemsOf(acme("roles: { Reader: { actions: [a] } }\napiKeys: { c_i: { roles: [Reader] } }"))).toEqual([
    `customers.yaml:4:14 customers.acme.roles.Reader: ${badName}, such as reader (TSL-NAME)`,
    `customers.yaml:5:16 customers.acme.apiKeys.c_i: ${badName}, such as c-i (TSL-NAME)`,
  ]);
});

it("takes names that every JavaScript object has for ordinary names", () => {
  const text = acme("roles: { constructor: { actions: [a] } }\napiKeys: { constructor: { roles: [constructor] } }");
  expect(customersOf(text).acme?.apiKeys).toEqual({ constructor: { roles: ["constructor"] } });
  expect(problemsOf(acme("apiKeys: { ci: { roles: [constructor, __proto__] } }"))).toHaveLength(2);
});

it("refuses a customer that is declared twice under names that differ in case or hyphens", () => {
  expect(problemsOf("customers:\n  acme-corp: { displayName: A }\n  Acme_Corp: { displayName: B }")).toEqual([
    `customers.yaml:3:3 customers.Acme_Corp: ${badName}, such as acme-corp-2 (TSL-NAME)`,
    "customers.yaml:3:3 customers.Acme_Corp: differs from acme-corp only in case or hyphens: choose another name, or remove one of the two (TSL-NAME)",
  ]);
});

it.each([
  ["Acme Corp", "the same as"],
  ["ACME corp", "nearly the same as"],
  ["AcmeCorp", "nearly the same as"],
  ["Acme\u00a0 Corp", "nearly the same as"],
  ["Ａcme Corp", "nearly the same as"],
  ["Acme\ufe0e Corp", "nearly the same as"],
])("refuses two customers called Acme Corp and %s", (name, how) => {
  const text = (more: string) =>
    `customers:\n  acme: { displayName: Acme Corp${more} }\n  acme2: { displayName: "${name}"${more} }`;
  expect(problemsOf(text(""))).toEqual([
    `customers.yaml:3:25 customers.acme2.displayName: is ${how} that of acme: remove one of the two, or set allowDuplicateName to true in both (TSL-DUPLICATE)`,
  ]);
  expect(problemsOf(text(", allowDuplicateName: true"))).toEqual([]);
});

it("refuses two customers that take over one organization", () => {
  const adopt = "adopt: org_0000000000000000000000001";
  expect(problemsOf(`customers:\n  a: { displayName: A, ${adopt} }\n  b: { displayName: B, ${adopt} }`)).toEqual([
    "customers.yaml:3:31 customers.b.adopt: is the organization that a takes over: each organization belongs to one customer (TSL-ADOPT-TWICE)",
  ]);
});

it("refuses two keys, or two roles, that take over one", () => {
  const key = "adopt: api_key_0000000000000000000000001";
  const role = "adopt: role_0000000000000000000000001, actions: [a]";
  const text = `
customers:
  a: { displayName: A, apiKeys: { x: { ${key} } }, roles: { r: { ${role} } } }
  b: { displayName: B, apiKeys: { y: { ${key} } }, roles: { r: { ${role} } } }
`;
  expect(problemsOf(text)).toEqual([
    "customers.yaml:4:47 customers.b.apiKeys.y.adopt: is what a.apiKeys.x takes over: each belongs to one entry (TSL-ADOPT-TWICE)",
    "customers.yaml:4:107 customers.b.roles.r.adopt: is what a.roles.r takes over: each belongs to one entry (TSL-ADOPT-TWICE)",
  ]);
});

it("takes the roles of a key for a list, or for not managed", () => {
  const text = (roles: string) => `customers:\n  a: { displayName: A, apiKeys: { x: { roles: ${roles} } } }`;
  expect(problemsOf(text("unmanaged"))).toEqual([]);
  expect(problemsOf(text("unmanged"))).toEqual([
    "customers.yaml:2:47 customers.a.apiKeys.x.roles: must be a list, but it is text: put it in square brackets: [unmanged] (TSL-VALUE)",
  ]);
});

it("refuses names that would give one resource two owners", () => {
  const text = `
customers:
  acme: { displayName: A, apiKeys: { eu-ci: }, roles: { eu-r: { actions: [a] } } }
  acme-eu: { displayName: B, apiKeys: { ci: }, roles: { r: { actions: [a] } } }
`;
  expect(problemsOf(text)).toEqual([
    "customers.yaml:4:41 customers.acme-eu.apiKeys.ci: would be the resource acme-eu-ci, and so would acme.apiKeys.eu-ci: give one of the two another name (TSL-NAME)",
    "customers.yaml:4:57 customers.acme-eu.roles.r: would be the resource acme-eu-r, and so would acme.roles.eu-r: give one of the two another name (TSL-NAME)",
  ]);
});

it("refuses a backend API key anywhere, without repeating it", () => {
  const key = "tesseral_secret_key_0123456789abcdefghijklmno";
  const says =
    "holds a backend API key, which does not belong here: remove it, revoke it in the Tesseral Console, and make a new one (TSL-KEY-READABLE)";
  const text = acme(`domains: [${key}]\napiKeys: { ci: { displayName: x${key} } }`);
  expect(problemsOf(text)).toEqual([
    `customers.yaml:4:15 customers.acme.domains[0]: ${says}`,
    `customers.yaml:5:35 customers.acme.apiKeys.ci.displayName: ${says}`,
  ]);
});

it("refuses characters that Tesseral cannot store", () => {
  const says = "holds a character that Tesseral cannot store (NUL or half a character) (TSL-VALUE)";
  expect(problemsOf('customers:\n  acme: { displayName: "a\\0" }\n  b: { displayName: "\\uD800" }')).toEqual([
    `customers.yaml:2:24 customers.acme.displayName: ${says}`,
    `customers.yaml:3:21 customers.b.displayName: ${says}`,
  ]);
});

it("refuses what stands for text that could not be read", () => {
  expect(problemsOf("customers:\n  acme: { displayName: M\ufffdller }")).toEqual([
    "customers.yaml:2:24 customers.acme.displayName: holds U+FFFD, which stands for what could not be read: save the file as UTF-8, and write the text again (TSL-VALUE)",
  ]);
});

const plain = "must not begin or end with blanks, nor hold line breaks, control or invisible characters";

it.each([
  [" Acme", `${plain}: write "Acme" (TSL-VALUE)`],
  ["Acme\u00a0", `${plain}: write "Acme" (TSL-VALUE)`],
  ["Acme\n  Corp\n", `${plain}: write "Acme Corp" (TSL-VALUE)`],
  ["Ac\u0007me", `${plain}: write "Acme" (TSL-VALUE)`],
  ["Ac\u200bme", `${plain}: write "Acme" (TSL-VALUE)`],
  ["Ac\u00adme\ufeff", `${plain}: write "Acme" (TSL-VALUE)`],
  ["\u202eAcme", `${plain}: write "Acme" (TSL-VALUE)`],
  ["Ac\u200dme", `${plain}: write "Acme" (TSL-VALUE)`],
  ["\u200b", `${plain} (TSL-VALUE)`],
])("refuses %j as a display name", (name, problem) => {
  const inPlaces = (place: string) => `customers.yaml:${place}: ${problem}`;
  const text = JSON.stringify(name);
  const key = `apiKeys: { ci: { displayName: ${text} } }`;
  expect(problemsOf(`customers:\n  acme: { displayName: ${text} }`)).toEqual([
    inPlaces("2:24 customers.acme.displayName"),
  ]);
  expect(problemsOf(acme(key))).toEqual([inPlaces("4:35 customers.acme.apiKeys.ci.displayName")]);
});

it.each(["می\u200cخواهم", "👩\u200d🚀 Labs", "Ａcme", "I ❤\ufe0f APIs", "葛\u{e0100}城商事", "Acme  Corp"])(
  "takes %j for a display name",
  (name) => {
    expect(customersOf(`customers:\n  acme: { displayName: "${name}" }`)).toEqual({ acme: { displayName: name } });
  },
);

it("warns of names that look alike, and of those that are not composed", () => {
  const text = `
customers:
  acme: { displayName: Acme }
  acme2: { displayName: "\u0410\u0441me" }
  cafe: { displayName: "Cafe\u0301" }
`;
  expect(problemsOf(text)).toEqual([]);
  expect(warningsOf(text)).toEqual([
    "customers.yaml:4:25 customers.acme2.displayName: looks like that of acme, but has letters of another script (TSL-LOOKALIKE)",
    "customers.yaml:5:24 customers.cafe.displayName: is not in Unicode's composed form (NFC), so a search for what it looks like may not find it: type it again (TSL-LOOKALIKE)",
  ]);
});

it("shows the map that is meant to whoever writes customers as a list", () => {
  const text = `
customers:
  - name: acme
    displayName: Acme Corp
    roles:
      - { name: reader, actions: [widgets.read] }
    apiKeys: [{ name: Nightly export, roles: [reader] }]
  - globex: { displayName: Globex, apiKeys: [production, Nightly export] }
  - { name: "2024 Ltd", apiAccess: suspended }
`;
  const [problem, ...others] = problemsOf(text);
  expect(others).toEqual([]);
  const start =
    "customers.yaml:3:3 customers: must be a map of names, but it is a list. This is the map: (TSL-VALUE)\n";
  expect(problem?.startsWith(start)).toBe(true);
  const map = problem?.slice(start.length) ?? "";
  expect(map).toBe(`  customers:
    acme:
      displayName: Acme Corp
      roles:
        reader:
          actions:
            - widgets.read
      apiKeys:
        nightly-export:
          displayName: Nightly export
          roles:
            - reader
    globex:
      displayName: Globex
      apiKeys:
        production: {}
        nightly-export:
          displayName: Nightly export
    ltd:
      displayName: 2024 Ltd
      apiAccess: suspended`);
  expect(problemsOf(map)).toEqual([]);
});

it("shows no list that holds a key, and of a long one the beginning", () => {
  expect(problemsOf("customers: [{ name: tesseral_secret_key_0 }]")).toEqual([
    "customers.yaml:1:12 customers: must be a map of names, but it is a list (TSL-VALUE)",
  ]);
  const many = Array.from({ length: 50 }, (_, index) => `{ name: c${index}, displayName: C${index} }`).join(", ");
  const lines = problemsOf(`customers: [${many}]`).join("\n").split("\n");
  expect([lines.length, lines.at(-1)]).toEqual([62, "  # and 41 more lines"]);
});

it("reports nothing that only follows from another problem", () => {
  const text = acme("roles: [reader]\napiKeys: { ci: { roles: [reader] } }\nrequireMfa: true\nlogInWithPasskey: yes");
  expect(problemsOf(text)).toEqual([
    "customers.yaml:4:12 customers.acme.roles: must be a map of names, but it is a list: write { reader: { actions: … } } (TSL-VALUE)",
    "customers.yaml:7:23 customers.acme.logInWithPasskey: must be true or false, but it is text: write true (TSL-VALUE)",
  ]);
  expect(problemsOf(acme("protect: *nowhere"))).toEqual([
    "customers.yaml:4:14 customers.acme.protect: there is no anchor &nowhere before this (TSL-YAML)",
  ]);
});

it("reports every problem at once, in the order of the file", () => {
  const text = `
customers:
  acme:
    displayName: ""
    apiKeys:
      ci: { role: [reader], expireTime: 2020-01-01T00:00:00Z }
  acme:
    displayName: Acme
    apiAcces: suspended
  globex:
    displayName: acme
`;
  expect(problemsOf(text)).toEqual([
    "customers.yaml:7:3 customers.acme: occurs twice: remove it here or on line 3 (TSL-YAML)",
    'customers.yaml:9:5 customers.acme.apiAcces: unknown field, did you mean "apiAccess"? (TSL-FIELD)',
    "customers.yaml:11:18 customers.globex.displayName: is nearly the same as that of acme: remove one of the two, or set allowDuplicateName to true in both (TSL-DUPLICATE)",
  ]);
});
