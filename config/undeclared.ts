/** Customers of which there are none because nothing declares any, with the folder in which no file was found. */
const folders = new WeakMap<object, string>();

/** Remembers that these customers are none since nothing was found that declares them, as opposed to `customers: {}`. */
export function noteUndeclared(customers: object, folder: string): void {
  folders.set(customers, folder);
}

/** The folder where the file of these customers was looked for in vain; undefined if they were declared, or come from elsewhere. */
export function undeclaredIn(customers: object): string | undefined {
  return folders.get(customers);
}
