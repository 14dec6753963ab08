import * as pulumi from "@pulumi/pulumi";

/**
 * The input by which a resource of one stack is known everywhere: `organization/project/stack/name`. It marks what an
 * interrupted creation leaves behind, and leads to the stack's state. Set at creation and kept from then on.
 */
export function managedBy(name: string): string {
  return [organization(), pulumi.getProject(), pulumi.getStack(), name].join("/");
}

/** Tests of users' programs run under mocks that often name no organization; the engine calls it "organization" itself. */
function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "organization";
  }
}

/** The name of the resource in a {@link managedBy}. */
export function resourceName(owner: string): string {
  return owner.split("/").slice(3).join("/");
}

/** The stack in a {@link managedBy}, `organization/project/stack`. */
export function stackIn(owner: string): string {
  return owner.split("/").slice(0, 3).join("/");
}
