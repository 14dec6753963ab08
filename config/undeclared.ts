/** Empty sets of customers that nothing declares, with the folder in which no file was found. */
const folders = new WeakMap<object, string>();

/** Remembers that these customers are empty because nothing declares any, as opposed to `customers: {}`. */
export function noteUndeclared(customers: object, folder: string): void {
  folders.set(customers, folder);
}

/** The folder in which no file of these customers was found; undefined if they were declared, or come from elsewhere. */
export function undeclaredIn(customers: object): string | undefined {
  return folders.get(customers);
}
