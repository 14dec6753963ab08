/** A deployment as `pulumi stack export` prints it, as far as anything here reads it. */
export interface ExportedStack {
  /** Null of a stack that was never updated. */
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
  /** True of what was replaced and has still to be deleted. */
  delete?: boolean;
}
