// Proves what `pulumi-tesseral token` prints and what it refuses, as a process of its own. The `pulumi` that it asks is a stand-in; the real one
// answers in test/commandLine/lifecycle.test.ts. That a message reaches its recipient is not shown, but that age decrypts it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { StandInPulumi } from "./standInPulumi";

let pulumi: StandInPulumi;
let folder: string;

const current = "acme_sk_1111";
const previous = "acme_sk_0000";
/** As `--show-secrets` prints it. */
const secret = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(text),
});
const known = { apiKeyId: "api_key_1", secretToken: secret(current) };
const rotated = {
  ...known,
  previousApiKeyId: "api_key_0",
  previousSecretToken: secret(previous),
  previousRetireAt: "2099-12-01T00:00:00Z",
};

beforeEach(() => {
  pulumi = new StandInPulumi();
  folder = mkdtempSync(join(tmpdir(), "token-test-"));
  answer({ production: rotated, ci: known });
});

afterEach(() => {
  pulumi.close();
  rmSync(folder, { recursive: true });
});

function answer(keys: Record<string, object>): void {
  const resources = Object.entries(keys).map(([key, outputs]) => ({
    kind: "ManagedApiKey",
    name: `acme-${key}`,
    id: "api_key_1",
    customer: "acme",
    outputs: { ...outputs },
  }));
  pulumi.answer({ stack: "prod", resources });
}

const token = (...args: string[]) => pulumi.type(["token", ...args]);
const inCi = (...args: string[]) => pulumi.type(["token", ...args], { env: { GITHUB_ACTIONS: "true", CI: "true" } });
const refused = (stderr: string) => ({ code: 1, stdout: "", stderr: `pulumi-tesseral: ${stderr}\n` });

it("prints the token and nothing else, and asks pulumi for the stack's secrets", async () => {
  expect(await token("acme", "production", "--stack", "prod")).toEqual({ code: 0, stdout: `${current}\n`, stderr: "" });
  expect(pulumi.calls().map(([, ...args]) => args.join(" "))).toEqual([
    "stack --show-name --stack prod",
    "stack export --show-secrets --stack prod",
  ]);
});

it("prints it as JSON, encrypted where that is asked for", async () => {
  const { stdout } = await token("acme", "production", "--json");
  expect(JSON.parse(stdout)).toEqual({ customer: "acme", key: "production", which: "current", token: current });
  const { generateIdentity, identityToRecipient } = await import("age-encryption");
  const recipient = await identityToRecipient(await generateIdentity());
  const encrypted = await token("acme", "production", "--previous", "--json", "--encrypt-to", recipient);
  expect(JSON.parse(encrypted.stdout)).toEqual({
    ...{ customer: "acme", key: "production", which: "previous" },
    encrypted: expect.stringMatching(/^-----BEGIN AGE ENCRYPTED FILE-----\n/),
  });
});

it("prints the token before the current one, while it works", async () => {
  expect(await token("acme", "production", "--previous")).toEqual({ code: 0, stdout: `${previous}\n`, stderr: "" });
  const none = "acme/ci has no previous token that still works: leave out --previous for the current one (TSL-TOKEN)";
  expect(await token("acme", "ci", "--previous")).toEqual(refused(none));
  answer({ ci: { ...rotated, previousRetireAt: undefined } });
  expect(await token("acme", "ci", "--previous")).toEqual(refused(none));
});

it.each(["revoked", "gone", "expired"])(
  "says beside the token that it does not work where the key is %s",
  async (status) => {
    answer({ production: { ...rotated, status }, ci: { ...known, status: "active" } });
    expect(await token("acme", "production")).toEqual({
      code: 0,
      stdout: `${current}\n`,
      stderr: `pulumi-tesseral: the token of acme/production no longer works (${status}): pulumi preview says what the next update does about it\n`,
    });
    expect(await token("acme", "production", "--previous")).toEqual({ code: 0, stdout: `${previous}\n`, stderr: "" });
    expect(await token("acme", "ci")).toEqual({ code: 0, stdout: `${current}\n`, stderr: "" });
  },
);

it("says beside a token whose time is over that it does not work, or not for long, although no update has seen that yet", async () => {
  const past = { currentExpireTime: "2025-06-30T00:00:00Z", previousRetireAt: "2025-06-01T00:00:00Z" };
  answer({
    production: { ...rotated, ...past, status: "active" },
    ci: { ...known, currentExpireTime: "2099-06-30T00:00:00Z" },
  });
  expect((await token("acme", "production")).stderr).toBe(
    "pulumi-tesseral: the token of acme/production ended by itself at 2025-06-30T00:00:00Z: pulumi preview says what the next update does about it\n",
  );
  expect(await token("acme", "production", "--previous")).toEqual({
    code: 0,
    stdout: `${previous}\n`,
    stderr:
      "pulumi-tesseral: the previous token of acme/production was to work until 2025-06-01T00:00:00Z: it has ended, or the next update ends it\n",
  });
  expect(await token("acme", "ci")).toEqual({ code: 0, stdout: `${current}\n`, stderr: "" });
});

it("looks into the stack of the customer's part where the name stands for all parts", async () => {
  const customers = "customers: { acme: { displayName: Acme, part: 2 }, globex: { displayName: Globex, part: 1 } }\n";
  const parts = [1, 2].map((part) => [`Pulumi.prod-${part}.yaml`, `config: { tesseral:part: ${part}/2 }\n`]);
  for (const [name = "", text = ""] of [["Pulumi.yaml", "name: shop\n"], ["customers.yaml", customers], ...parts]) {
    writeFileSync(join(pulumi.project, name), text);
  }
  const key = { kind: "ManagedApiKey", name: "acme-ci", id: "api_key_1", customer: "acme", outputs: known };
  const ofAcme = { kind: "Organization", name: "acme", id: "org_1", customer: "acme" };
  pulumi.answer({ stack: "prod-1" }, { stack: "prod-2", resources: [ofAcme, key] });
  expect(await token("acme", "ci", "--stack", "prod")).toEqual({ code: 0, stdout: `${current}\n`, stderr: "" });
  expect(pulumi.calls().map(([, ...args]) => args.at(-1))).toEqual(["prod-2"]);
  // After an edit of its entry it has yet to be moved, and what cannot be read says nothing of where it is.
  for (const text of ["customers: { acme: { displayName: Acme, part: 1 } }", "customers: ["]) {
    writeFileSync(join(pulumi.project, "customers.yaml"), text);
    expect((await token("acme", "ci", "--stack", "prod")).stdout).toBe(`${current}\n`);
  }
  expect((await token("acmee", "ci", "--stack", "prod")).stderr).toContain(
    'stack prod has no customer "acmee" with API keys, did you mean "acme"?',
  );
});

it("encrypts for recipients named, and in files", async () => {
  const { armor, Decrypter, generateIdentity, identityToRecipient } = await import("age-encryption");
  const identities = await Promise.all([generateIdentity(), generateIdentity()]);
  const [first = "", second = ""] = await Promise.all(identities.map(identityToRecipient));
  const file = join(folder, "recipients.txt");
  writeFileSync(file, `# Acme's\n\n${second}\n`);
  const { code, stdout, stderr } = await inCi("acme", "production", "--encrypt-to", first, "--encrypt-to", file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n[\s\S]+-----END AGE ENCRYPTED FILE-----\n$/);
  expect(stdout).not.toContain(current);
  for (const identity of identities) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(await decrypter.decrypt(armor.decode(stdout), "text")).toBe(`${current}\n`);
  }
});

it.each([
  [
    "nothing",
    (file: string) => file,
    "",
    (file: string) => `${file} names no recipient: write one a line, age1… (TSL-RECIPIENT)`,
  ],
  [
    "another text",
    (file: string) => file,
    "x\nhello\n",
    (file: string) => `${file}:1 is not an age recipient, age1… (TSL-RECIPIENT)`,
  ],
  [
    "an SSH key",
    (file: string) => file,
    "# keys\nssh-ed25519 AAAA a@b\n",
    (file: string) =>
      `${file}:2: SSH keys are not supported. Let age itself encrypt: npx pulumi-tesseral token … | age --armor --recipients-file keys.pub (TSL-RECIPIENT)`,
  ],
  [
    "an SSH key itself",
    () => "ssh-ed25519 AAAA a@b",
    "",
    () =>
      "SSH keys are not supported. Let age itself encrypt: npx pulumi-tesseral token … | age --armor --recipients-file keys.pub (TSL-RECIPIENT)",
  ],
  [
    "no file",
    () => "/nowhere",
    "",
    () => "/nowhere is neither an age recipient (age1…) nor a file of such (TSL-RECIPIENT)",
  ],
  ["a broken recipient", () => "age1xyz", "", () => expect.stringMatching(/age1xyz is not an age recipient: /)],
])("refuses to encrypt for %s, before it asks for any secret", async (_, named, text, message) => {
  const file = join(folder, "recipients.txt");
  writeFileSync(file, text);
  const { code, stdout, stderr } = await token("acme", "production", "--encrypt-to", named(file));
  const expected = message(file);
  const said = stderr.replace(/^pulumi-tesseral: --encrypt-to: /, "").trim();
  expect({ code, stdout, said }).toEqual({ code: 1, stdout: "", said: expected });
});

it("prints nothing into the log of a CI job, unless it is forced to", async () => {
  expect(await inCi("acme", "production")).toEqual(
    refused(
      "this is a CI job (GitHub Actions), whose log would hold the token. Encrypt it with --encrypt-to age1…, or pass --force if the output goes elsewhere (TSL-CI-LOG)",
    ),
  );
  expect(pulumi.calls()).toEqual([]);
  expect(await inCi("acme", "production", "--force")).toEqual({ code: 0, stdout: `${current}\n`, stderr: "" });
});

it("says which customers and keys there are", async () => {
  expect(await token("acne", "ci")).toEqual(
    refused('stack organization/shop/prod has no customer "acne" with API keys, did you mean "acme"? (TSL-CUSTOMER)'),
  );
  expect(await token("acme", "live")).toEqual(
    refused('acme has no API key "live" in stack organization/shop/prod; it has production, ci (TSL-CUSTOMER)'),
  );
  answer({});
  expect(await token("acme", "ci")).toEqual(
    refused('stack organization/shop/prod has no customer "acme" with API keys (TSL-CUSTOMER)'),
  );
});

it("says which other stack has the customer, by its part where customers are divided", async () => {
  writeFileSync(join(pulumi.project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  writeFileSync(join(pulumi.project, "Pulumi.prod-2.yaml"), "config:\n  tesseral:part: 2/2\n");
  const has = (stack: string, name: string) => ({
    stack,
    resources: [{ kind: "Organization", name, id: `org_${name}` }],
  });
  pulumi.answer(has("prod-1", "acme"), has("prod-2", "globex"));
  expect(await token("globex", "ci", "--stack", "prod-1")).toEqual(
    refused(
      'stack organization/shop/prod-1 has no customer "globex" with API keys; it is in stack prod-2 (part 2): npx pulumi-tesseral token globex ci --stack prod-2 (TSL-CUSTOMER)',
    ),
  );
});

it("says what to do about a token that the stack does not know", async () => {
  answer({ ci: { apiKeyId: "api_key_1" }, live: { unresolved: { begin: "2026-11-27T00:00:00Z" } } });
  expect(await token("acme", "ci")).toEqual(
    refused(
      "the stack does not know the token of acme/ci: Tesseral shows a token once, and this key was not made here. Declare overlap and rotate in its " +
        'entry, such as { overlap: P7D, rotate: "first token" }, and run pulumi up: it gets a new token, and the old one goes on working for the overlap (TSL-ADOPT-TOKEN)',
    ),
  );
  expect(await token("acme", "live")).toEqual(
    refused(
      "acme/live has no token yet: the update that was to create it did not learn what became of it. Run pulumi up, which settles that (TSL-TOKEN)",
    ),
  );
});

it("wants a customer and a key", async () => {
  const { code, stderr } = await token("acme");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "pulumi-tesseral token: missing required argument 'key' (TSL-USAGE)\n",
  });
});

it("shows nothing of what pulumi printed when that fails, since secrets are in it", async () => {
  pulumi.fail("error: incorrect passphrase");
  const { code, stdout, stderr } = await token("acme", "ci");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("error: incorrect passphrase");
});
