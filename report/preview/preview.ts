/** A preview as this package reads it, from any version of the engine and in any form. */

/** What the engine knows of a resource before or after a step. */
export interface ResourceState {
  urn: string;
  /** Empty until it exists. */
  id: string;
  parent?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  protect: boolean;
  retainOnDelete: boolean;
  /** The URNs that an input depends on; an event log does not tell. */
  propertyDependencies: Record<string, string[]>;
}

export interface PreviewStep {
  /** The engine's own name of it: `create`, `update`, `replace`, `same`, …, and what later engines may add. */
  op: string;
  urn: string;
  /** The last part of the type in the URN, such as `tesseral:index:Customer`. */
  type: string;
  /** The resource's name in the program. */
  name: string;
  old?: ResourceState;
  new?: ResourceState;
  /** The inputs that replace the resource. */
  replaceReasons: string[];
  /** The inputs that differ. */
  diffReasons: string[];
}

export interface PreviewDiagnostic {
  severity: "error" | "warning" | "info";
  message: string;
  /** The resource that it is about. */
  urn?: string;
}

export interface Preview {
  /** Absent if nothing in the preview tells. */
  stack?: string;
  project?: string;
  steps: PreviewStep[];
  diagnostics: PreviewDiagnostic[];
  /** The engine's own count of the resources by operation; absent if it did not get that far. */
  changeSummary?: Record<string, number>;
  /** The stack's configuration, without secrets. */
  config: Record<string, string>;
  /** What in it could not be understood, a sentence each. */
  notUnderstood: string[];
}

/** The parts of a URN, `urn:pulumi:<stack>::<project>::<type>$<type>::<name>`. */
export function partsOf(urn: string): { stack: string; project: string; type: string; name: string } {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { stack, project, type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
