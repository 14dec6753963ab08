/** Told of each record that is added, changed or removed. */
export type Watcher = (id: string) => void;

/**
 * The records of one kind by id, and by what else they are looked up by. What an index reads of a record must not change while
 * the record is here; everything else may, by `change` if those who watch the table are to know.
 */
export class Table<T extends { id: string }, Index extends string = never> extends Map<string, T> {
  readonly #groups: ReadonlyMap<Index, Groups<T>>;
  #watcher: Watcher | undefined;

  /** `indexes`: the value by which each of them groups records. */
  constructor(indexes: Record<Index, (record: T) => string>) {
    super();
    const entries = Object.entries<(record: T) => string>(indexes);
    this.#groups = new Map(entries.map(([name, keyOf]) => [name as Index, new Groups(keyOf)]));
  }

  /** The records with that value, in the order of their ids. */
  by(index: Index, value: string): readonly T[] {
    return this.#groups.get(index)?.of(value) ?? [];
  }

  watch(watcher: Watcher): void {
    this.#watcher = watcher;
  }

  override set(id: string, record: T): this {
    const known = this.get(id);
    for (const groups of this.#groups.values()) {
      if (known !== undefined) {
        groups.remove(known);
      }
      groups.add(record);
    }
    super.set(id, record);
    this.#watcher?.(id);
    return this;
  }

  /** Writes `fields` into the record; undefined if it is not there. */
  change(id: string, fields: Partial<T>): T | undefined {
    const record = this.get(id);
    if (record !== undefined) {
      Object.assign(record, fields);
      this.#watcher?.(id);
    }
    return record;
  }

  override delete(id: string): boolean {
    const known = this.get(id);
    if (known === undefined) {
      return false;
    }
    for (const groups of this.#groups.values()) {
      groups.remove(known);
    }
    super.delete(id);
    this.#watcher?.(id);
    return true;
  }

  override clear(): void {
    for (const id of [...this.keys()]) {
      this.delete(id);
    }
  }
}

interface Group<T> {
  records: T[];
  sorted: boolean;
}

/** Records by one of their values, each group in the order of ids. It is sorted when it is read: loading 20,000 costs one sort. */
class Groups<T extends { id: string }> {
  readonly #byValue = new Map<string, Group<T>>();
  readonly #keyOf: (record: T) => string;

  constructor(keyOf: (record: T) => string) {
    this.#keyOf = keyOf;
  }

  of(value: string): readonly T[] {
    const group = this.#byValue.get(value);
    return group === undefined ? [] : sorted(group);
  }

  add(record: T): void {
    const value = this.#keyOf(record);
    const group = this.#byValue.get(value);
    if (group === undefined) {
      this.#byValue.set(value, { records: [record], sorted: true });
      return;
    }
    group.sorted &&= (group.records.at(-1)?.id ?? "") < record.id;
    group.records.push(record);
  }

  remove(record: T): void {
    const value = this.#keyOf(record);
    const group = this.#byValue.get(value);
    if (group === undefined) {
      return;
    }
    const records = sorted(group);
    records.splice(firstFrom(records, record.id), 1);
    if (records.length === 0) {
      this.#byValue.delete(value);
    }
  }
}

function sorted<T extends { id: string }>(group: Group<T>): T[] {
  if (!group.sorted) {
    group.records.sort((a, b) => (a.id < b.id ? -1 : 1));
    group.sorted = true;
  }
  return group.records;
}

/** Where the first record stands whose id is not before `id`. */
export function firstFrom(records: readonly { id: string }[], id: string): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle]?.id ?? "") < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
