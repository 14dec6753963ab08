// What people write: the entries of a run, and the files that say so.
export interface RoleEntry {
  actions: string[];
  renamedFrom?: string[];
}

export interface KeyEntry {
  roles: string[];
  renamedFrom?: string[];
  rotate?: string;
  rotateEvery?: string;
  overlap?: string;
  expireTime?: string;
}

export interface Entry {
  displayName: string;
  apiAccess?: "suspended";
  protect?: boolean;
  onRemoval?: "release";
  adopt?: string;
  renamedFrom?: string[];
  roles: Record<string, RoleEntry>;
  apiKeys: Record<string, KeyEntry>;
  /** The file below `customers` that the entry is in. One that is called like the entry holds nothing else. */
  file: string;
}

export type Entries = Record<string, Entry>;

export const entryOf = (displayName: string, more: Partial<Entry> = {}): Entry => ({
  displayName,
  roles: { reader: { actions: ["widgets.read"] } },
  apiKeys: { ci: { roles: ["reader"] } },
  file: "a.yaml",
  ...more,
});

/** What a run begins with: one customer as most are, one that may be deleted. */
export const firstEntries: Entries = {
  acme: entryOf("Acme"),
  globex: entryOf("Globex", { protect: false, file: "b.yaml" }),
};

/** The files that say so, by name. */
export function filesOf(entries: Entries): Map<string, unknown> {
  const files = new Map<string, { customers: Record<string, unknown> } | Record<string, unknown>>();
  for (const [name, { file, ...entry }] of Object.entries(entries)) {
    if (file === `${name}.yaml`) {
      files.set(file, entry);
    } else {
      // A file that was called like the entry's old name is an ordinary one.
      const { customers = {} } = (files.get(file) ?? {}) as { customers?: Record<string, unknown> };
      files.set(file, { customers: { ...customers, [name]: entry } });
    }
  }
  return files.size === 0 ? new Map([["a.yaml", { customers: {} }]]) : files;
}
