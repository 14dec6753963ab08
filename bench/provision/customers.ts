/** Resources of a customer: its component, its organization, its role, its key. */
export const resourcesPerCustomer = 4;

/** The customers' file; so many of them have another name than at first. */
export function entries(count: number, changed: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `customer-${index}`,
      {
        displayName: `Customer ${index}${index < changed ? " Inc" : ""}`,
        protect: false,
        roles: { reader: { actions: ["widgets.read"] } },
        apiKeys: { production: { roles: ["reader"] } },
      },
    ]),
  );
}
