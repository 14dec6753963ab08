/** The parts of a `pulumi stack export` that anything here reads. */
export interface ExportedStack {
  /** Null for a stack that was never updated. */
  deployment?: {
    manifest?: { time?: string };
    resources?: ExportedResource[];
    pending_operations?: {
      type: string;
      resource: { urn: string; type: string; inputs?: Record<string, unknown> };
    }[];
  } | null;
}

export interface ExportedResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  protect?: boolean;
  /** True for what was replaced and has yet to be deleted. */
  delete?: boolean;
}

/** The name of a resource in its URN, `urn:pulumi:<stack>::<project>::<type>$<type>::<name>`. */
export function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
