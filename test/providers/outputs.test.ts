// Proves that every argument of a resource is an output of it, of a type that says when it is absent. Says nothing of the values.
import type * as pulumi from "@pulumi/pulumi";
import { expectTypeOf, it } from "vitest";
import type {
  ExistingApiKey,
  ManagedApiKey,
  ManagedApiKeyArgs,
  Organization,
  OrganizationArgs,
  Role,
  RoleArgs,
} from "../../library";

/** The arguments of which the resource has no output that holds them. The compiler decides, in `npm run types`. */
type Missing<Args, Resource> = {
  [N in keyof Args]-?: N extends keyof Resource
    ? Resource[N] extends pulumi.Output<infer T>
      ? pulumi.Unwrap<Args[N]> extends T
        ? never
        : N
      : N
    : N;
}[keyof Args];

it("is so for an Organization", () => {
  // Whether API keys are enabled is decided where nobody says.
  expectTypeOf<Missing<OrganizationArgs, Organization>>().toEqualTypeOf<"apiKeysEnabled">();
  expectTypeOf<Organization["apiKeysEnabled"]>().toEqualTypeOf<pulumi.Output<boolean>>();
});

it("is so for a ManagedApiKey, and for one that is looked up", () => {
  expectTypeOf<Missing<ManagedApiKeyArgs, ManagedApiKey>>().toBeNever();
  expectTypeOf<Missing<ManagedApiKeyArgs, ExistingApiKey>>().toBeNever();
  expectTypeOf<ExistingApiKey>().not.toHaveProperty("secretToken");
});

it("is so for a Role", () => {
  expectTypeOf<Missing<RoleArgs, Role>>().toBeNever();
});
