const tokenPrefix = "pulumi-nodejs:dynamic/tesseral:";

/**
 * The resources of this package by the name of their handler in `pulumi-tesseral/provider`: how the class is called, how the
 * engine and stored states call it, and how messages do.
 */
export const resourceTypes = {
  organization: { kind: "Organization", token: `${tokenPrefix}Organization`, noun: "organization" },
  managedApiKey: { kind: "ManagedApiKey", token: `${tokenPrefix}ManagedApiKey`, noun: "API key" },
  role: { kind: "Role", token: `${tokenPrefix}Role`, noun: "role" },
} as const;

export type HandlerName = keyof typeof resourceTypes;
export type ResourceType = (typeof resourceTypes)[HandlerName];

/** The resource of an engine's type token; undefined if it is not one of this package's. */
export function resourceTypeOf(token: string): ResourceType | undefined {
  return Object.values(resourceTypes).find((type) => type.token === token);
}
