/** Where the bytes of a stack's state go. */

export type Resource = Record<string, unknown>;

/** Bytes by property of a resource; what stands in `inputs` and `outputs`, by `inputs.<name>`. */
export type BytesByProperty = Record<string, number>;

/** The bytes that each property takes with its name and its comma, in all of these resources together. */
export function bytesByProperty(resources: readonly Resource[]): BytesByProperty {
  const bytes: BytesByProperty = {};
  const add = (place: string, name: string, value: unknown) => {
    const own = JSON.stringify(value);
    if (own !== undefined) {
      bytes[place] = (bytes[place] ?? 0) + own.length + JSON.stringify(name).length + 2;
    }
  };
  for (const resource of resources) {
    for (const [name, value] of Object.entries(resource)) {
      if ((name === "inputs" || name === "outputs") && typeof value === "object" && value !== null) {
        for (const [inner, one] of Object.entries(value)) {
          add(`${name}.${inner}`, inner, one);
        }
      } else {
        add(name, name, value);
      }
    }
  }
  return bytes;
}

/** The resources of customers, which all have a parent that is a customer, or are one. */
export function ofCustomers(resources: readonly Resource[]): Resource[] {
  return resources.filter(({ urn }) => typeof urn === "string" && urn.includes(":index:Customer"));
}
