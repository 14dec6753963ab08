// Proves what each kind of change means for a customer: first by a real preview that has them all, then one by one. That the engine
// plans such steps is what the saved previews show; that it still does, test/commandLine/review.test.ts.
import { describe, expect, it } from "vitest";
import { sentence } from "../../report/render/sentence";
import type { StackReview } from "../../report/review";
import { headline } from "../../report/reviewOf";
import { digest, everything, reviewed, type Step, savedPreview, step } from "./previews";

/** Each customer with what is said of it. */
function said({ changes }: StackReview): Record<string, string[]> {
  return Object.fromEntries(
    changes.map((customer) => [
      customer.name,
      customer.changes.map((one) => `${one.effect}: ${sentence(one)}${one.detail ? ` (${one.detail})` : ""}`),
    ]),
  );
}

/** What is said of the only customer that changes. */
function saidOf(steps: Step[]): string[] {
  return said(reviewed(digest(steps))).acme ?? [];
}

const sames = (kind: "organization" | "key" | "role", name: string, inputs: Record<string, unknown>): Step =>
  step("same", kind, name, { old: inputs, new: inputs });

it("a customer that is suspended and loses its protection is said to be as one that leaves, which is what the engine sees of it", () => {
  const organization = step(
    "update",
    "organization",
    "acme",
    { old: { displayName: "Acme", apiKeysEnabled: true }, new: { displayName: "Acme", apiKeysEnabled: false } },
    { protect: [true, false] },
  );
  expect(saidOf([organization])).toEqual([
    "suspend: API access enabled → suspended",
    "protection: it is no longer protected, as with apiAccess: offboarding: removing its entry will delete it",
  ]);
});

it("what an update that failed has left to do is said, although nothing differs", () => {
  const again = (kind: "organization" | "key" | "role", name: string, inputs: Record<string, unknown>) =>
    step("update", kind, name, { old: inputs, new: inputs });
  expect(
    saidOf([
      again("organization", "acme", { displayName: "Acme" }),
      again("key", "acme-ci", { roles: [] }),
      again("role", "acme-reader", { actions: [] }),
    ]),
  ).toEqual([
    "other: the organization may differ from what is declared, since an earlier update failed: this update finishes it",
    "other: key ci may differ from what is declared, since an earlier update failed: this update finishes it",
    "other: role reader may differ from what is declared, since an earlier update failed: this update finishes it",
  ]);
});

describe("what an update that ended half-way has left", () => {
  const left = (one: Step, id: string): Step => ({ ...one, oldState: { ...one.oldState, id, delete: true } });
  const reader = { actions: ["widgets.read"] };

  it("is a token that works until the replaced key is deleted, also where nothing else is done with the key", () => {
    const key = { generation: 1, status: "active" };
    const again = left(step("delete-replaced", "key", "acme-ci", { old: key }), "api_key_before");
    expect(saidOf([sames("key", "acme-ci", key), again])).toEqual([
      "token-ends: key ci has a token that an earlier replacement left: it stops working",
    ]);
    expect(reviewed(digest([sames("key", "acme-ci", key), again])).work.requests).toBe(3);
    const ended = left(
      step("delete-replaced", "key", "acme-ci", { old: { ...key, status: "revoked" } }),
      "api_key_before",
    );
    expect(saidOf([sames("key", "acme-ci", key), ended])).toEqual([
      "other: key ci: what an earlier replacement left of it is deleted; its token has ended already (revoked)",
    ]);
  });

  it("is no token where this update itself replaces the key", () => {
    const [old, news] = [{ expireTime: "2035-01-01T00:00:00Z" }, { expireTime: "2036-01-01T00:00:00Z" }];
    const steps = [
      step("create-replacement", "key", "acme-ci", { old, new: news }),
      step("replace", "key", "acme-ci", { old, new: news }, { replaceReasons: ["expireTime"] }),
      step("delete-replaced", "key", "acme-ci", { old }),
    ];
    expect(saidOf(steps)).toEqual([expect.stringContaining("token-ends: key ci is replaced")]);
  });

  it("is a role that a key still has, by its name and without a loss that there is not", () => {
    const before = "role_before";
    const steps = (actions: string[]) => [
      sames("role", "acme-reader", reader),
      step("update", "key", "acme-ci", { old: { roles: [before] }, new: { roles: ["role_acme-reader"] } }),
      left(step("delete-replaced", "role", "acme-reader", { old: { actions } }), before),
    ];
    const role = "other: role reader: what an earlier replacement of it left is deleted";
    expect(saidOf(steps(["widgets.read"]))).toEqual([
      "role: key ci gets its roles again, since an earlier update created one of them again",
      role,
    ]);
    expect(saidOf(steps(["widgets.read", "widgets.write"]))).toEqual([
      "actions-lost: key ci gets its roles again, since an earlier update created one of them again: loses widgets.write",
      role,
    ]);
  });

  it("is an entry whose customer was renamed before its keys", () => {
    const key = sames("key", "acme-ci", {});
    const half = { ...key, oldState: { ...key.oldState, urn: String(key.urn).replace("::acme-ci", "::corp-ci") } };
    expect(saidOf([sames("organization", "acme", { displayName: "Acme" }), half])).toEqual([
      "rename: the entry is renamed from corp: nothing in Tesseral changes by that",
    ]);
  });
});

describe("what is taken over", () => {
  const adopt = "api_key_1";
  const key = { adopt, generation: 1, roles: [] };

  it("is said along with its organization, apart from what is new", () => {
    const organization = step("create", "organization", "acme", {
      new: { displayName: "Acme", adopt: "org_1", apiKeysEnabled: true },
    });
    const role = step("create", "role", "acme-reader", { new: { adopt: "role_1", actions: ["widgets.read"] } });
    const keys = [
      step("create", "key", "acme-ci", { new: key }),
      step("create", "key", "acme-new", { new: { generation: 1, roles: [] } }),
    ];
    expect(saidOf([organization, role, ...keys])).toEqual([
      "adopt: an existing organization is taken over with role reader and key ci, and set to what the entry says; new: key new",
    ]);
  });

  it("is a notice where the provider says that its API keys are off, and are turned on", () => {
    const organization = step("create", "organization", "acme", {
      new: { displayName: "Acme", adopt: "org_1", apiKeysEnabled: true },
    });
    const message =
      'organization "acme": API keys are off in org_1, and this update turns them on: Tesseral accepts the 2 keys in it again. To keep them off, …';
    const preview = digest([organization], { diagnostics: [{ severity: "info", message }] });
    const [change] = reviewed(preview).changes;
    expect([change?.level, ...(change?.changes ?? []).map(({ effect, text }) => `${effect}: ${text}`)]).toEqual([
      "notice",
      "enable: its API keys are off now and are turned on: 2 keys that were refused work again. apiAccess: suspended in its entry keeps them off",
      "adopt: an existing organization is taken over, and set to what the entry says",
    ]);
    expect(reviewed(preview).messages).toEqual([]);
  });

  it("is a notice where the provider says that keys which work are turned off, and none where an entry keeps off what is off", () => {
    const organization = step("create", "organization", "acme", {
      new: { displayName: "Acme", adopt: "org_1", apiKeysEnabled: false },
    });
    const message =
      'organization "acme": API keys are on in org_1, and this update turns them off: Tesseral refuses the 2 keys that work in it. To …';
    const preview = digest([organization], { diagnostics: [{ severity: "info", message }] });
    const takenOver =
      "adopt: an existing organization is taken over, and set to what the entry says, API access suspended";
    expect(said(reviewed(preview)).acme).toEqual([
      "suspend: its API keys are on now and are turned off: 2 keys that work are refused. apiAccess: enabled in its entry keeps them on",
      takenOver,
    ]);
    expect(reviewed(preview)).toMatchObject({ messages: [], changes: [{ level: "notice" }] });
    expect(saidOf([organization])).toEqual([takenOver]);
    expect(reviewed(digest([organization])).totals).toMatchObject({ changing: 1, noticing: 0 });
  });

  it("is said to be unknown, and counts as neither, where the update alone knows which organization it is", () => {
    const adopt = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const unknown = (apiKeysEnabled: boolean) =>
      reviewed(
        digest([step("create", "organization", "acme", { new: { displayName: "Acme", adopt, apiKeysEnabled } })]),
      );
    expect(
      [true, false].map((enabled) => [unknown(enabled).totals.noticing, said(unknown(enabled)).acme?.[1]]),
    ).toEqual([
      [
        0,
        "other: its entry says API access enabled: only the update finds out which organization it takes over, so whether its API keys are off now is not known",
      ],
      [
        0,
        "other: its entry says API access suspended: only the update finds out which organization it takes over, so whether keys in it work now is not known",
      ],
    ]);
  });

  it("is said of a key and a role of a customer that goes on, with the rotation that comes along", () => {
    const rest = sames("organization", "acme", { displayName: "Acme" });
    const role = step("create", "role", "acme-reader", { new: { adopt: "role_1", actions: ["widgets.read"] } });
    expect(saidOf([rest, step("create", "key", "acme-ci", { new: key }), role])).toEqual([
      "adopt: key ci is taken over with the token that it has, which the stack does not know",
      "adopt: role reader is taken over: widgets.read",
    ]);
    const rotated = { ...key, generation: 2, retiredGeneration: 0, retireAfter: "2026-12-04T00:00:00Z", rotate: "x" };
    expect(saidOf([rest, step("create", "key", "acme-ci", { new: rotated })])).toEqual([
      "rotate: key ci is rotated: a new token, and the one in use keeps working until 2026-12-04",
      "adopt: key ci is taken over with the token that it has, which the stack does not know",
    ]);
  });

  it("asks for what it is twice, and makes a key only where it is rotated", () => {
    const rest = sames("organization", "acme", { displayName: "Acme" });
    const requests = (inputs: object) =>
      reviewed(digest([rest, step("create", "key", "acme-ci", { new: { ...key, ...inputs } })])).work.requests;
    expect([requests({}), requests({ roles: undefined }), requests({ generation: 2 })]).toEqual([4, 3, 7]);
  });
});

describe("a preview with every kind of change", () => {
  const review = reviewed(savedPreview("everything.json"));

  it("says what becomes of each customer", () => {
    expect(said(review)).toEqual({
      acme: [
        "token-ends: key ci is replaced: its token stops working at once (expireTime 2035-01-01 → 2036-01-01)",
        "actions-lost: key production: roles writer → reader: loses widgets.write",
        "display-name: the name that its members see (Acme Corp → Acme Corporation)",
      ],
      cyberdyne: [
        "token-ends: key leak is rotated without an overlap: the token in use stops working at once",
        "retire: key due: its previous token ends: the overlap is over",
        "rotate: key due is rotated: a new token, and the one in use keeps working until 2026-11-27 00:28 UTC",
        "retire: key retiring: its previous token ends: the overlap is over",
        "rotate: key rotating is rotated: a new token, and the one in use keeps working until 2026-12-04 00:28 UTC",
        "schedule: key leak: the overlap of its rotations (P7D → PT0S)",
      ],
      globex: [
        "delete: is deleted for good, with key production, role reader and its users: 1 token stops working at once",
      ],
      hooli: ["suspend: API access enabled → suspended: 2 keys are refused"],
      login: [
        "log-in-off: accounts of email domain a.example no longer belong to it",
        "log-in-off: its members can no longer log in with a password",
        "mfa-required: its members need a second factor to log in",
        "log-in-on: accounts of email domain b.example belong to it",
      ],
      role: [
        "actions-lost: key k: roles gone and lost → lost: loses widgets.write",
        "token-ends: key removed is removed: its token stops working at once",
        "actions-lost: role lost no longer allows widgets.write: key k loses it",
        "role: role gone is removed",
        "role: role lost: description (x → none)",
        "role: role lost is created again, and given to its keys again",
      ],
      initech: ["enable: API access suspended → enabled: 2 keys work again"],
      released: [
        "release: leaves the stack, which forgets its tokens: the organization and key k stay in Tesseral as they are",
      ],
      stark: ["adopt: an existing organization is taken over, and set to what the entry says; new: key production"],
      umbrella: ["create: new customer: roles reader and writer; key production (reader)"],
      unprotect: ["protection: it is no longer protected: removing its entry will delete it"],
      "vandelay-industries": [
        "rename: key live is renamed from old in the stack alone",
        "rename: the entry is renamed from vandelay: nothing in Tesseral changes by that",
      ],
    });
  });

  it("puts those who notice first, and counts", () => {
    expect(review.changes.map(({ name, level }) => `${level} ${name}`)).toEqual([
      ...["acme", "cyberdyne", "globex", "hooli", "login", "role"].map((name) => `notice ${name}`),
      ...["initech", "released", "stark", "umbrella", "unprotect", "vandelay-industries"].map(
        (name) => `quiet ${name}`,
      ),
    ]);
    expect(headline(review)).toBe("12 of 13 customers change · 6 will notice · 1 stays as it is");
    expect(review.counts.differences).toEqual([]);
  });

  it("looks ahead in the whole stack, the customers that stay as they are included", () => {
    expect(
      review.horizon.events.map(({ customer, key, event, overdue }) => `${customer}/${key} ${event} ${overdue}`),
    ).toEqual([
      "cyberdyne/due retires true",
      "cyberdyne/due rotates true",
      "cyberdyne/rotating retires false",
      "same/exp expires false",
    ]);
  });

  it("knows the state of each key after the update", () => {
    const keys = review.customers.flatMap(({ name, keys: all }) =>
      all.map((key) => `${name}/${key.name} ${key.state} ${key.change}`),
    );
    expect(keys).toContain("hooli/a suspended none");
    expect(keys).toContain("globex/production ends removed");
    expect(keys).toContain("released/k works removed");
    expect(keys).toContain("cyberdyne/rotating rotating changed");
    expect(keys).toContain("same/exp expiring none");
    expect(keys).toContain("umbrella/production works new");
    expect(review.customers.find(({ name }) => name === "acme")?.keys[1]).toMatchObject({
      ...{ name: "production", roles: ["reader"], actions: ["widgets.read"], generation: 1 },
    });
  });

  it("names no ids", () => {
    expect(JSON.stringify([review.changes, review.customers])).not.toMatch(/(org|role|api_key)_[0-9a-z]{20}/);
  });

  it("is said with a refresh too, and what that finds", () => {
    const { same, ...others } = said(reviewed(savedPreview("everything-refresh.json")));
    expect(same).toEqual(["new-token: key exp gets a new token, since the previous one is revoked"]);
    const withoutTimes = (all: Record<string, string[]>) => JSON.stringify(all).replaceAll(/until [-\d: ]+UTC/g, "");
    expect(withoutTimes(others)).toBe(withoutTimes(said(review)));
    expect(reviewed(savedPreview("everything-refresh.json")).counts.differences).toEqual([]);
  });
});

it("says when a key is renewed, and from when on a customer may be deleted", () => {
  const key = { status: "active", currentExpireTime: "2026-12-20T00:00:00Z", renewBefore: "P14D" };
  const { horizon } = reviewed(
    digest([
      sames("organization", "acme", { displayName: "Acme", keepUntil: "2026-12-14" }),
      sames("key", "acme-ci", key),
    ]),
  );
  expect(horizon).toEqual({
    ...{ until: "2026-12-27T00:30:00Z", period: "P30D" },
    events: [
      { time: "2026-12-06T00:00:00Z", overdue: false, event: "renews", customer: "acme", key: "ci" },
      { time: "2026-12-15T00:00:00Z", overdue: false, event: "deleted", customer: "acme" },
    ],
  });
});

describe("a preview that failed", () => {
  it.each([
    ["brake.json", /^Nothing was created, changed or deleted\.\nThe entries of protected customers are gone: /],
    ["bad-config.json", /^1 problem in the configuration, so nothing was created or changed:\ncustomers\.yaml:3:18 /],
  ])("says first why: %s", (file, text) => {
    const review = reviewed(savedPreview(file));
    expect(review.complete).toBe(false);
    expect(review.messages[0]).toMatchObject({ severity: "error", text: expect.stringMatching(text) });
    expect(headline(review)).toBe("the preview failed");
  });

  it("says that the changes are those before it stopped", () => {
    const diagnostics = [{ severity: "error", message: "error: it has a problem" }];
    const changed = step("update", "organization", "acme", {
      old: { displayName: "Acme" },
      new: { displayName: "Corp" },
    });
    const text = digest([changed], { diagnostics });
    expect(headline(reviewed(text))).toBe(
      "the preview failed, and what follows is incomplete · 1 customer changes · none will notice",
    );
  });

  it("calls a role by its name whose removal it did not come to", () => {
    const { steps } = everything();
    const isRemoved = ({ op, urn }: Step) => op === "delete" && urn.endsWith("::role-gone");
    expect(steps.filter(isRemoved)).toHaveLength(1);
    const text = digest(
      steps.filter((one) => !isRemoved(one)),
      { diagnostics: [{ severity: "error", message: "error: it has a problem" }] },
    );
    expect(said(reviewed(text)).role).toContain("actions-lost: key k: roles gone and lost → lost: may lose actions");
  });

  it("says what is wrong with which name, without the engine's words for it", () => {
    const message =
      "error: pulumi-nodejs:dynamic/tesseral:ManagedApiKey resource 'acme-ci' has a problem: API key x cannot be taken over\n";
    const text = digest([], { diagnostics: [{ severity: "error", message }] });
    expect(reviewed(text).messages).toEqual([{ severity: "error", text: "acme-ci: API key x cannot be taken over" }]);
  });

  it("names the customer whose resource stopped it", () => {
    const urn = "urn:pulumi:test::shop::tesseral:index:Customer$pulumi-nodejs:dynamic/tesseral:Organization::login";
    const diagnostics = [{ severity: "error", urn, message: "error: it has a problem" }];
    const text = digest([step("create", "customer", "acme", { new: {} })], { diagnostics });
    expect(reviewed(text).messages).toEqual([{ severity: "error", text: "it has a problem", customer: "login" }]);
  });
});

it("says of an empty stack that it has no customers", () => {
  const review = reviewed(savedPreview("nothing-declared.json"));
  expect(headline(review)).toBe("no customers");
  expect(review.messages.map(({ severity }) => severity)).toEqual(["warning"]);
});

it("says new customers with what they get", () => {
  const review = reviewed(savedPreview("all-new.json"));
  expect(headline(review)).toBe("11 of 11 customers change · none will notice");
  expect(said(review).acme).toEqual([
    "create: new customer: roles reader and writer; keys ci (reader) and production (writer)",
  ]);
});

describe("an organization", () => {
  const org = (before: object, after: object, protect?: [boolean, boolean]) =>
    saidOf([
      step(
        "update",
        "organization",
        "acme",
        { old: { displayName: "A", ...before }, new: { displayName: "A", ...after } },
        protect ? { protect } : {},
      ),
    ]);

  it.each([
    [{ logInWithSaml: true }, {}, "other: logInWithSaml is no longer managed, and stays as it is"],
    [{ requireMfa: true }, { requireMfa: false }, "log-in-on: its members no longer need a second factor"],
    [{ scimEnabled: true }, { scimEnabled: false }, "log-in-off: its members can no longer be provisioned by SCIM"],
    [{}, { logInWithPasskey: true }, "log-in-on: its members can use a passkey as the second factor"],
    [
      {},
      { onRemoval: "release" },
      "protection: when its entry is removed, the stack forgets it and all of it stays in Tesseral",
    ],
    [{}, { keepUntil: "2030-12-31" }, "protection: the day until which it cannot be deleted (none → 2030-12-31)"],
    [{}, { color: { hue: 3 } }, 'other: color of the organization (none → {"hue":3})'],
  ])("that changes from %o to %o", (before, after, text) => {
    expect(org(before, after)).toEqual([text]);
  });

  it("of a kind of step that nobody knows is shown as it is", () => {
    expect(saidOf([step("frobnicate", "organization", "acme", { old: {}, new: {} })])).toEqual([
      'other: the engine says "frobnicate" of the organization',
    ]);
  });
});

describe("a key", () => {
  const base = {
    displayName: "ci",
    generation: 3,
    retiredGeneration: 1,
    rotatedAt: "2026-11-20T00:00:00Z",
    status: "active",
    rotateEvery: "P90D",
    overlap: "P7D",
  };
  const key = (before: object, after: object, op = "update") =>
    saidOf([step(op, "key", "acme-ci", { old: { ...base, ...before }, new: { ...base, ...after } })]);
  it("that could not be made anew while its customer was suspended is said to be when it is enabled, and not before", () => {
    // What was planned stands in the inputs, and what came of it in the outputs.
    const planned = { displayName: "ci", generation: 2, retiredGeneration: 1, status: "active" };
    const outputs = { generation: 1, retiredGeneration: 0, status: "revoked" };
    const steps = (apiKeysEnabled: boolean) => [
      step(apiKeysEnabled ? "update" : "same", "organization", "acme", {
        old: { displayName: "Acme", apiKeysEnabled: false },
        new: { displayName: "Acme", apiKeysEnabled },
      }),
      step("update", "key", "acme-ci", { old: planned, new: planned }, { outputs }),
    ];
    expect(saidOf(steps(false))).toEqual([
      "other: key ci: its token is revoked, and it gets no new one while API access is suspended",
    ]);
    expect(saidOf(steps(true))).toEqual([
      "new-token: key ci gets a new token, since the previous one is revoked",
      "enable: API access suspended → enabled",
    ]);
  });

  const later = { generation: 4, rotatedAt: "2026-11-27T00:00:00Z" };

  it.each([
    [
      "whose token in use has expired",
      { currentExpireTime: "2026-11-26T00:00:00Z", retiredGeneration: 2 },
      { ...later, retiredGeneration: 3 },
      ["new-token: key ci gets a new token, since the previous one is expired"],
    ],
    [
      "whose older token is ended before its time",
      { retireAfter: "2026-11-27T12:00:00Z" },
      { overlap: "PT0S", retiredGeneration: 2, rotatedAt: "2026-11-27T00:00:00Z" },
      [
        "token-ends: key ci: its previous token stops working at once, before its time",
        "schedule: key ci: the overlap of its rotations (P7D → PT0S)",
      ],
    ],
    [
      "whose older token is ended by a shorter overlap",
      { retireAfter: "2026-11-30T00:00:00Z" },
      { overlap: "P2D", retiredGeneration: 2 },
      [
        "token-ends: key ci: its previous token stops working at once, before its time",
        "schedule: key ci: the overlap of its rotations (P7D → P2D)",
      ],
    ],
    [
      "whose older token was to end already, and whose overlap becomes shorter",
      { retireAfter: "2026-11-26T00:00:00Z" },
      { overlap: "P2D", retiredGeneration: 2 },
      [
        "retire: key ci: its previous token ends: the overlap is over",
        "schedule: key ci: the overlap of its rotations (P7D → P2D)",
      ],
    ],
    [
      "whose older token gets more time",
      { retireAfter: "2026-11-27T00:00:00Z" },
      { retireAfter: "2026-11-30T00:00:00Z", overlap: "P10D" },
      [
        "schedule: key ci: the end of its previous token (2026-11-27 → 2026-11-30)",
        "schedule: key ci: the overlap of its rotations (P7D → P10D)",
      ],
    ],
    [
      "whose token ends while its customer is suspended, and which gets none then",
      { currentExpireTime: "2026-12-31T00:00:00Z", expireAfter: "P97D" },
      { currentExpireTime: "2026-12-31T00:00:00Z", expireAfter: "P97D", suspended: true },
      ["schedule: key ci gets no new token while API access is suspended, and its token ends by itself (2026-12-31)"],
    ],
    ["whose token does not end while its customer is suspended", {}, { suspended: true }, []],
    [
      "that has ended for good",
      {},
      { status: "expired" },
      ["other: key ci: its token is expired, and it gets no new one"],
    ],
    ["with a field that nobody knows", {}, { color: "red" }, ["other: key ci: color (none → red)"]],
    ["whose customer is suspended", {}, { suspended: true }, []],
  ])("%s", (_, before, after, texts) => {
    expect(key(before, after)).toEqual(texts);
  });

  it("that is replaced although its token has ended takes nothing from the customer", () => {
    const inputs = { ...base, status: "revoked" };
    expect(
      saidOf([step("replace", "key", "acme-ci", { old: inputs, new: base }, { replaceReasons: ["status"] })]),
    ).toEqual(["new-token: key ci is replaced: it has a new token, since the previous one was revoked"]);
  });

  it("of which an earlier replacement left a half is said to end", () => {
    expect(saidOf([step("delete-replaced", "key", "acme-ci", { old: base })])).toEqual([
      "token-ends: key ci has a token that an earlier replacement left: it stops working",
    ]);
  });

  describe("whose token before the current one works on", () => {
    const outputs = { previousApiKeyId: "api_key_0", previousRetireAt: "2026-12-04T00:00:00Z" };
    const ended = { ...base, status: "revoked" };
    const texts = (op: string, old: Record<string, unknown>, seen: Record<string, unknown> = outputs) =>
      saidOf([step(op, "key", "acme-ci", { old, ...(op === "replace" && { new: base }) }, { outputs: seen })]);

    it("loses both when it is removed or replaced", () => {
      expect(texts("delete", base)).toEqual(["token-ends: key ci is removed: both its tokens stop working at once"]);
      expect(texts("replace", base)).toEqual(["token-ends: key ci is replaced: both its tokens stop working at once"]);
      expect(texts("delete-replaced", base)).toEqual([
        "token-ends: key ci has two tokens that an earlier replacement left: both stop working",
      ]);
    });

    it("loses that one where the current one has ended", () => {
      const [revoked, expired] = ["revoked", "expired"].map(
        (end) => `its token has ended already (${end}), and the previous one stops working at once`,
      );
      expect(texts("delete", ended)).toEqual([`token-ends: key ci is removed: ${revoked}`]);
      expect(texts("replace", ended)).toEqual([`token-ends: key ci is replaced: ${revoked}`]);
      expect(texts("replace", { ...base, currentExpireTime: base.rotatedAt })).toEqual([
        `token-ends: key ci is replaced: ${expired}`,
      ]);
    });

    it("loses neither of them if a refresh has found that it does not work either", () => {
      const { previousApiKeyId } = outputs;
      expect(texts("delete", ended, { previousApiKeyId })).toEqual([
        "other: key ci is removed; its token has ended already (revoked)",
      ]);
      expect(texts("replace", ended, { previousApiKeyId })).toEqual([
        "new-token: key ci is replaced: it has a new token, since the previous one was revoked",
      ]);
    });

    it("counts with both when its customer is deleted", () => {
      const organization = step("delete", "organization", "acme", { old: { displayName: "Acme" } });
      expect(saidOf([organization, step("delete", "key", "acme-ci", { old: base }, { outputs })])).toEqual([
        "delete: is deleted for good, with key ci and its users: 2 tokens stop working at once",
      ]);
    });
  });

  it("that is released stays", () => {
    expect(saidOf([step("delete", "key", "acme-ci", { old: { ...base, onRemoval: "release" } })])).toEqual([
      "release: key ci leaves the stack, and stays in Tesseral with its token",
    ]);
  });
});

it("does not say that a key loses what another of its roles still allows", () => {
  const narrow = { old: { actions: ["a", "b"] }, new: { actions: ["a"] } };
  const roles = { roles: ["role_acme-one", "role_acme-two"] };
  expect(
    saidOf([
      step("update", "role", "acme-one", narrow),
      sames("role", "acme-two", { actions: ["b"] }),
      sames("key", "acme-ci", roles),
    ]),
  ).toEqual(["role: role one no longer allows b: no key can do less or more"]);
});

it("says that counts differ, and which", () => {
  const steps = everything().steps.filter(({ urn }) => !urn.endsWith("::globex-production"));
  const { counts } = reviewed(JSON.stringify({ ...everything(), steps }));
  expect(counts.differences).toEqual(['the engine counts 9 of "delete", the preview lists 8']);
});

it("does not know how many customers there are where the preview leaves out those that stay", () => {
  const steps = everything().steps.filter(({ op }) => op !== "same");
  const review = reviewed(JSON.stringify({ ...everything(), steps }));
  expect(review.totals).toEqual({ changing: 10, noticing: 6, rotating: 0 });
  expect(headline(review)).toBe("10 customers change · 6 will notice");
  expect(review.counts.differences).toEqual([]);
});

it("groups the resources of a program without Customer by their organization", () => {
  const urn = (kind: string, name: string) => `urn:pulumi:test::shop::pulumi-nodejs:dynamic/tesseral:${kind}::${name}`;
  const state = (kind: string, name: string, inputs: object) => ({
    urn: urn(kind, name),
    type: kind,
    id: `${name}-id`,
    inputs,
  });
  const same = (kind: string, name: string, inputs: object): Step => ({
    op: "same",
    urn: urn(kind, name),
    oldState: state(kind, name, inputs),
    newState: state(kind, name, inputs),
  });
  const old = state("ManagedApiKey", "acme-ci", { organizationId: "acme-id" });
  const review = reviewed(
    digest([
      same("Organization", "acme", { displayName: "Acme", apiKeysEnabled: true }),
      same("Role", "everywhere", { actions: ["x"] }),
      { op: "delete", urn: urn("ManagedApiKey", "acme-ci"), oldState: old },
      {
        op: "delete",
        urn: urn("ManagedApiKey", "far"),
        oldState: { ...old, inputs: { organizationId: "org_of_nobody" } },
      },
    ]),
  );
  expect(said(review)).toEqual({
    acme: ["token-ends: key ci is removed: its token stops working at once"],
    org_of_nobody: ["token-ends: key far is removed: its token stops working at once"],
  });
});

it("sums up what is no customer in a line for each component at the top", () => {
  const other = (types: string, name: string, op: string, parent?: string): Step => ({
    ...{ op, urn: `urn:pulumi:test::shop::${types}::${name}` },
    newState: { urn: `urn:pulumi:test::shop::${types}::${name}`, ...(parent && { parent }), inputs: {} },
  });
  const backend = "urn:pulumi:test::shop::tesseral:index:Backend::backend";
  const { others, totals } = reviewed(
    digest([
      other("tesseral:index:Backend", "backend", "same"),
      other("tesseral:index:Backend$aws:lambda/function:Function", "backend", "update", backend),
      other("tesseral:index:Backend$aws:iam/role:Role", "backend", "create", backend),
      other("aws:s3/bucket:Bucket", "logs", "create"),
    ]),
  );
  expect(others).toEqual([
    { name: "backend", type: "tesseral:index:Backend", operations: { update: 1, create: 1 } },
    { name: "logs", type: "aws:s3/bucket:Bucket", operations: { create: 1 } },
  ]);
  expect(totals.changing).toBe(0);
});

it("says what else belongs to a customer, such as a secret in which a key is delivered", () => {
  const urn = "urn:pulumi:test::shop::tesseral:index:Customer$aws:secretsmanager/secret:Secret::acme-ci";
  const parent = "urn:pulumi:test::shop::tesseral:index:Customer::acme";
  const steps = [
    sames("organization", "acme", {}),
    { op: "create", urn, newState: { urn, parent, inputs: { name: "x" } } },
  ];
  expect(saidOf(steps)).toEqual(["other: acme-ci is created (Secret)"]);
});

describe("the state of a key", () => {
  const stateOf = (inputs: Record<string, unknown>, apiKeysEnabled = true) => {
    const organization = sames("organization", "acme", { displayName: "Acme", apiKeysEnabled });
    const { customers } = reviewed(digest([organization, sames("key", "acme-ci", { generation: 1, ...inputs })]));
    return customers[0]?.keys[0]?.state;
  };

  it.each<[string, Record<string, unknown>]>([
    ["works", { status: "active" }],
    ["revoked", { status: "revoked" }],
    ["revoked", { status: "gone" }],
    ["expired", { status: "expired" }],
    ["expired", { status: "active", currentExpireTime: "2026-11-26T00:00:00Z" }],
    ["expiring", { status: "active", currentExpireTime: "2026-12-01T00:00:00Z" }],
    ["rotating", { status: "active", retireAfter: "2026-12-01T00:00:00Z" }],
  ])("is %s for %j", (state, inputs) => {
    expect(stateOf(inputs)).toBe(state);
  });

  it("is suspended with its customer, unless it is dead by itself", () => {
    expect(stateOf({ status: "active" }, false)).toBe("suspended");
    expect(stateOf({ status: "revoked" }, false)).toBe("revoked");
  });
});

// As the engine and the emulator had it, in updates of one customer each; one more request reads the project.
describe("the requests of an update", () => {
  const key = {
    status: "active",
    generation: 2,
    retiredGeneration: 0,
    roles: ["r1"],
    overlap: "P7D",
    displayName: "a",
  };
  const two = { previousApiKeyId: "api_key_0" };
  const ofKey = (before: object, after: object, outputs: Record<string, unknown> = {}) =>
    reviewed(
      digest([
        step("update", "key", "acme-ci", { old: { ...key, ...before }, new: { ...key, ...after } }, { outputs }),
      ]),
    ).work.requests - 1;

  it.each([
    ["a rotation", {}, { generation: 3 }, {}, 4],
    ["a rotation without an overlap, which ends two keys", {}, { generation: 3, retiredGeneration: 2 }, two, 8],
    ["a rotation without an overlap, which ends one", {}, { generation: 3, retiredGeneration: 1 }, {}, 6],
    ["a rotation of a dead key", { status: "revoked" }, { generation: 3, retiredGeneration: 1 }, {}, 6],
    ["a rotation with another name", {}, { generation: 3, displayName: "b" }, {}, 6],
    ["a rotation with another role", {}, { generation: 3, roles: ["r2"] }, {}, 8],
    ["a rotation that takes over the roles", {}, { generation: 3, roles: undefined }, {}, 5],
    ["another role in two keys", {}, { roles: ["r2"] }, two, 6],
    ["another name, and the end of the key before", {}, { displayName: "b", retiredGeneration: 1 }, two, 3],
  ])("are foretold for %s", (_, before, after, outputs, requests) => {
    expect(ofKey(before, after, outputs)).toBe(requests);
  });

  it("are foretold for an organization that is taken over: to look at it, and at its roles before one is made", () => {
    const organization = step("create", "organization", "acme", { new: { displayName: "Acme", adopt: "org_1" } });
    const role = step("create", "role", "acme-reader", { new: { displayName: "reader", actions: [] } });
    const requests = (...steps: Parameters<typeof digest>[0]) => reviewed(digest(steps)).work.requests - 1;
    expect([requests(organization), requests(organization, role)]).toEqual([2, 2 + 1 + 3]);
  });

  it("are foretold for a new customer with the pages of those that exist", () => {
    const others = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const same = { displayName: `Customer ${index}` };
        const one = step("same", "organization", `c${index}`, { old: same, new: same });
        return JSON.parse(JSON.stringify(one).replaceAll("Customer::acme", `Customer::c${index}`)) as typeof one;
      });
    const fresh = step("create", "organization", "acme", { new: { displayName: "Acme" } });
    const requests = (count: number) => reviewed(digest([...others(count), fresh])).work.requests;
    expect([requests(0), requests(10), requests(11)]).toEqual([4, 4, 5]);
  });
});

describe("the time that an update takes", () => {
  const work = (config: Record<string, string>) => {
    const organization = step("update", "organization", "acme", {
      old: { displayName: "Acme" },
      new: { displayName: "Acme Ltd" },
    });
    const keys = Array.from({ length: 40 }, (_, index) => {
      const name = `acme-k${index}`;
      return step("update", "key", name, { old: { displayName: "a" }, new: { displayName: "b" } });
    });
    return reviewed(digest([organization, ...keys], { config })).work;
  };

  it("is that of the requests at the pace that is configured", () => {
    const { requests } = work({});
    expect(requests).toBeGreaterThan(40);
    expect(work({ "tesseral:requestsPerSecond": "2" })).toEqual({
      requests,
      seconds: Math.ceil(requests / 2),
      limit: "tesseral:requestsPerSecond is 2",
    });
  });

  it("is else that of so many at once as are configured, but one customer's are done one after another", () => {
    const { requests, seconds, limit } = work({ "tesseral:maxConcurrentRequests": "1" });
    expect({ seconds, limit }).toEqual({
      seconds: Math.ceil(requests) / 10,
      limit: "1 at once, if each takes 100 milliseconds",
    });
    expect(work({ "tesseral:maxConcurrentRequests": "50" }).limit).toBe("50 at once, if each takes 100 milliseconds");
    expect(work({}).limit).toBe("8 at once, if each takes 100 milliseconds");
  });
});
