/** Look-ups in a program: read from Tesseral while the program runs, in previews too. They manage nothing. */
import * as pulumi from "@pulumi/pulumi";
import type { Organization, Project } from "../tesseral";
import { messageOf } from "./lifecycle";
import type { Provider } from "./provider";
import { ProviderProcess } from "./providerProcess";
import { refusal } from "./refusal";

export interface LookupOptions {
  /** Look in this provider's project. @default the one of `tesseral:backendApiKey` */
  provider?: Provider;
}

/**
 * The Tesseral project that the backend API key belongs to.
 *
 * ```ts
 * const prefix = getProject().apply((project) => project.apiKeySecretTokenPrefix);
 * ```
 */
export function getProject(options: LookupOptions = {}): pulumi.Output<Project> {
  return lookup(options, (shared) => shared.connection().then(({ project }) => project));
}

/** An organization by its id, `org_…`. Throws when the project has none of that id. */
export function getOrganization(id: pulumi.Input<string>, options: LookupOptions = {}): pulumi.Output<Organization> {
  return pulumi.output(id).apply((known) =>
    lookup(options, async (shared) => {
      const { tesseral } = await shared.connection();
      return (await tesseral.begin().organizations.getOrganization(known)).organization;
    }),
  );
}

/** Every organization of the project, in the order of ids. One request for ten of them. */
export function getOrganizations(options: LookupOptions = {}): pulumi.Output<Organization[]> {
  return lookup(options, async (shared) => {
    const { tesseral } = await shared.connection();
    return tesseral.begin().allOrganizations();
  });
}

function lookup<T>({ provider }: LookupOptions, read: (shared: ProviderProcess) => Promise<T>): pulumi.Output<T> {
  const answer =
    provider === undefined
      ? pulumi.output(lookIn(stackConfig(), read))
      : pulumi.unsecret(pulumi.output(provider.connectionArgs)).apply((args) => lookIn(explicit(args), read));
  // What is read holds no outputs of its own, so unwrapping changes nothing of its type.
  return answer as unknown as pulumi.Output<T>;
}

function explicit(args: object): { get(key: string): string | undefined } {
  return { get: (key) => (key === "tesseral:explicit" ? "true" : textOf(args, key)) };
}

/** Throws what Pulumi shows as a plain line; of any other error it would show where in this package it came from. */
async function lookIn<T>(
  config: { get(key: string): string | undefined },
  read: (shared: ProviderProcess) => Promise<T>,
): Promise<T> {
  const shared = new ProviderProcess();
  shared.configure(config);
  try {
    return await read(shared);
  } catch (error) {
    throw refusal(shared.scrub(messageOf(error)));
  }
}

function stackConfig(): { get(key: string): string | undefined } {
  const config = new pulumi.Config("tesseral");
  return { get: (key) => config.get(key.replace(/^tesseral:/, "")) };
}

function textOf(args: object, key: string): string | undefined {
  const value = (args as Record<string, unknown>)[key.replace(/^tesseral:/, "")];
  return value === undefined ? undefined : String(value);
}
