// The edits that people make to the entries.
import { type Entries, type Entry, entryOf, type KeyEntry } from "./entries";

/** What an edit can refer to besides the entries as they are. */
export interface Surroundings {
  /** The organization of each entry of the stack, by its name there. */
  managed: ReadonlyMap<string, string>;
  /** Organizations that the stack does not manage and may adopt. */
  foreign: readonly string[];
  /** Organizations that existed once. */
  gone: readonly string[];
  /** The entries as they were after each update so far. */
  history: readonly Entries[];
}

/** An edit as it was drawn: its picks choose among what is there when it is made. */
export interface Edit {
  kind: EditKind;
  picks: readonly [number, number, number];
}

const entryNames = ["acme", "globex", "initech", "acme-corp", "hooli", "umbrella"];
const displayNames = ["Acme", "Globex", "Initech", "Hooli", "Vandelay", "Stark", "Wayne", "Foreign 1"];
const childNames = ["reader", "writer", "ci", "production", "staging"];
const actionSets = [["widgets.read"], ["widgets.write"], ["widgets.read", "widgets.write"]];
const overlaps = ["P7D", "P1D", "PT0S"];
const sharedFiles = ["a.yaml", "b.yaml"];

type Pick = <Item>(items: readonly Item[]) => Item | undefined;

/** One edit of a copy. Where what it needs is not there, nothing is edited. */
type Editor = (entries: Entries, pick: [Pick, Pick, Pick], around: Surroundings) => void;

const free = (entries: object) => entryNames.filter((name) => !Object.hasOwn(entries, name));

/** An edit of one entry. */
const ofEntry =
  (edit: (entry: Entry, pick: [Pick, Pick], around: Surroundings, name: string) => void): Editor =>
  (entries, [first, ...rest], around) => {
    const name = first(Object.keys(entries));
    const entry = name === undefined ? undefined : entries[name];
    if (name !== undefined && entry !== undefined) {
      edit(entry, rest, around, name);
    }
  };

function setOf<Of extends object, Field extends keyof Of>(of: Of, field: Field, value: Of[Field] | undefined): void {
  delete of[field];
  if (value !== undefined) {
    of[field] = value;
  }
}

/** An edit of one key of an entry. */
const ofKey = (edit: (key: KeyEntry, pick: [Pick]) => void): Editor =>
  ofEntry(({ apiKeys }, [name, pick]) => {
    const key = apiKeys[name(Object.keys(apiKeys)) ?? ""];
    if (key !== undefined) {
      edit(key, [pick]);
    }
  });

/** Gives an entry another name, in its place. */
function rename(
  entries: Entries,
  from: string | undefined,
  to: string | undefined,
  more: (entry: Entry) => Partial<Entry>,
): void {
  const entry = from === undefined ? undefined : entries[from];
  if (from === undefined || to === undefined || entry === undefined) {
    return;
  }
  delete entries[from];
  entries[to] = { ...entry, ...more(entry) };
}

function renameChild(
  children: Record<string, { renamedFrom?: string[] }>,
  pick: [Pick, Pick],
  says: boolean,
): [string, string] | undefined {
  const from = pick[0](Object.keys(children));
  const to = pick[1](childNames.filter((name) => !Object.hasOwn(children, name)));
  const child = from === undefined ? undefined : children[from];
  if (from === undefined || to === undefined || child === undefined) {
    return undefined;
  }
  delete children[from];
  children[to] = says ? { ...child, renamedFrom: [from, ...(child.renamedFrom ?? [])] } : child;
  return [from, to];
}

/** Takes a role out of every key, or writes its new name there. */
function inKeys(entry: Entry, role: string, instead?: string): void {
  for (const key of Object.values(entry.apiKeys)) {
    key.roles = key.roles.flatMap((each) => (each === role ? (instead ?? []) : each));
  }
}

const editors = {
  "add an entry": (entries, [name, displayName, size], _) => {
    const [chosen, shown] = [name(free(entries)), displayName(displayNames)];
    if (chosen !== undefined && shown !== undefined) {
      const more = size([{}, { protect: false }, { apiKeys: {} }, { onRemoval: "release" as const }]);
      entries[chosen] = entryOf(shown, more);
    }
  },
  "remove an entry": (entries, [name]) => {
    const chosen = name(Object.keys(entries));
    if (chosen !== undefined) {
      delete entries[chosen];
    }
  },
  "rename by renamedFrom": (entries, [from, to]) => {
    const old = from(Object.keys(entries)) ?? "";
    rename(entries, old, to(free(entries)), ({ renamedFrom = [] }) => ({ renamedFrom: [old, ...renamedFrom] }));
  },
  "rename and show another name": (entries, [from, to, displayName]) => {
    const old = from(Object.keys(entries)) ?? "";
    const shown = displayName(displayNames) ?? "";
    rename(entries, old, to(free(entries)), () => ({ renamedFrom: [old], displayName: shown }));
  },
  "rename without a word": (entries, [from, to]) =>
    rename(entries, from(Object.keys(entries)), to(free(entries)), () => ({})),
  "rename by adopt": (entries, [from, to], { managed }) => {
    const old = from(Object.keys(entries).filter((name) => managed.has(name)));
    rename(entries, old, to(free(entries)), () => ({ adopt: managed.get(old ?? "") ?? "" }));
  },
  "rename from a wrong name": ofEntry((entry, [name]) => {
    entry.renamedFrom = [name([...entryNames, "nobody"]) ?? ""];
  }),
  "forget what it was called": ofEntry((entry) => {
    delete entry.renamedFrom;
    for (const child of [...Object.values(entry.roles), ...Object.values(entry.apiKeys)]) {
      delete child.renamedFrom;
    }
  }),
  "adopt a foreign organization": (entries, [name, id, displayName], { foreign }) => {
    const [chosen, adopt] = [name(free(entries)), id(foreign)];
    if (chosen !== undefined && adopt !== undefined) {
      entries[chosen] = entryOf(displayName(displayNames) ?? "", { adopt, roles: {}, apiKeys: {} });
    }
  },
  "adopt what another entry has": (entries, [name, id, displayName], { managed }) => {
    const [chosen, adopt] = [name(free(entries)), id([...managed.values()])];
    if (chosen !== undefined && adopt !== undefined) {
      entries[chosen] = entryOf(displayName(displayNames) ?? "", { adopt });
    }
  },
  "adopt elsewhere": ofEntry((entry, [id], { managed, foreign, gone }) => {
    const adopt = id([...managed.values(), ...foreign, ...gone]);
    if (adopt !== undefined) {
      entry.adopt = adopt;
    }
  }),
  "adopt its own": ofEntry((entry, _, { managed }, name) => {
    const own = managed.get(name);
    if (own !== undefined) {
      entry.adopt = own;
    }
  }),
  "adopt no more": ofEntry((entry) => {
    delete entry.adopt;
  }),
  "suspend or resume": ofEntry((entry) =>
    setOf(entry, "apiAccess", entry.apiAccess === undefined ? "suspended" : undefined),
  ),
  "protect or not": ofEntry((entry, [protect]) => setOf(entry, "protect", protect([undefined, false, false, true]))),
  "release or delete on removal": ofEntry((entry) =>
    setOf(entry, "onRemoval", entry.onRemoval === undefined ? "release" : undefined),
  ),
  "show another name": ofEntry((entry, [displayName]) => {
    entry.displayName = displayName(displayNames) ?? "";
  }),
  "swap two entries": (entries, [first, second]) => {
    const [one, other] = [first(Object.keys(entries)) ?? "", second(Object.keys(entries)) ?? ""];
    const [entryOfOne, entryOfOther] = [entries[one], entries[other]];
    if (entryOfOne !== undefined && entryOfOther !== undefined) {
      Object.assign(entries, { [one]: entryOfOther, [other]: entryOfOne });
    }
  },
  "move to another file": ofEntry((entry, [file], _, name) => {
    entry.file = file([...sharedFiles, `${name}.yaml`].filter((each) => each !== entry.file)) ?? "";
  }),
  "restore an old version": (entries, [version], { history }) => {
    const restored = version(history);
    if (restored !== undefined) {
      for (const name of Object.keys(entries)) {
        delete entries[name];
      }
      Object.assign(entries, structuredClone(restored));
    }
  },
  "add a role": ofEntry((entry, [name, actions]) => {
    const role = name(childNames.filter((each) => !Object.hasOwn(entry.roles, each)));
    if (role !== undefined) {
      entry.roles[role] = { actions: actions(actionSets) ?? [] };
    }
  }),
  "change a role's actions": ofEntry((entry, [name, actions]) => {
    const role = entry.roles[name(Object.keys(entry.roles)) ?? ""];
    if (role !== undefined) {
      role.actions = actions(actionSets) ?? [];
    }
  }),
  "rename a role": ofEntry((entry, pick) => {
    const [from, to] = renameChild(entry.roles, pick, true) ?? ["", ""];
    inKeys(entry, from, to);
  }),
  "remove a role": ofEntry((entry, [name]) => {
    const role = name(Object.keys(entry.roles)) ?? "";
    delete entry.roles[role];
    inKeys(entry, role);
  }),
  "add a key": ofEntry((entry, [name, role]) => {
    const key = name(childNames.filter((each) => !Object.hasOwn(entry.apiKeys, each)));
    const given = role([undefined, ...Object.keys(entry.roles)]);
    if (key !== undefined) {
      entry.apiKeys[key] = { roles: given === undefined ? [] : [given] };
    }
  }),
  "change a key's roles": ofEntry((entry, [name, role]) => {
    const key = entry.apiKeys[name(Object.keys(entry.apiKeys)) ?? ""];
    const given = role([undefined, ...Object.keys(entry.roles)]);
    if (key !== undefined) {
      key.roles = given === undefined ? [] : [given];
    }
  }),
  "rename a key": ofEntry((entry, pick) => {
    renameChild(entry.apiKeys, pick, true);
  }),
  "rename a key without a word": ofEntry((entry, pick) => {
    renameChild(entry.apiKeys, pick, false);
  }),
  "remove a key": ofEntry((entry, [name]) => {
    delete entry.apiKeys[name(Object.keys(entry.apiKeys)) ?? ""];
  }),
  "rotate a key": ofKey((key, [overlap]) => {
    key.rotate = String(Number(key.rotate ?? 0) + 1);
    key.overlap ??= overlap(overlaps) ?? "";
  }),
  "rotate a key from time to time or not": ofKey((key, [overlap]) => {
    setOf(key, "rotateEvery", key.rotateEvery === undefined ? "P90D" : undefined);
    setOf(key, "overlap", (key.rotateEvery ?? key.rotate) ? (key.overlap ?? overlap(overlaps)) : undefined);
  }),
  "rotate a key no more": ofKey((key) => {
    for (const field of ["rotate", "rotateEvery", "overlap"] as const) {
      delete key[field];
    }
  }),
  "change a key's overlap": ofKey((key, [overlap]) => setOf(key, "overlap", overlap([...overlaps, undefined]))),
  "end a key on a day or never": ofKey((key, [time]) =>
    setOf(key, "expireTime", time([undefined, "2090-01-01T00:00:00Z", "2091-01-01T00:00:00Z"])),
  ),
} as const satisfies Record<string, Editor>;

export type EditKind = keyof typeof editors;

export const editKinds = Object.keys(editors) as EditKind[];

/** The entries after some edits. */
export function edited(entries: Entries, edits: readonly Edit[], around: Surroundings): Entries {
  const copy = structuredClone(entries);
  for (const { kind, picks } of edits) {
    const [one, two, three] = picks.map(
      (number): Pick =>
        (items) =>
          items[number % items.length],
    ) as [Pick, Pick, Pick];
    const edit: Editor = editors[kind];
    edit(copy, [one, two, three], around);
  }
  return copy;
}
