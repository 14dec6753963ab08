/** Look-ups in a program: read from Tesseral while the program runs, in previews too. They manage nothing. */
import * as pulumi from "@pulumi/pulumi";
import { codedOr } from "../errors/coded";
import type { Organization, Project } from "../tesseral";
import { withAdvice } from "./advice";
import { requireObject } from "./given";
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
  return lookup(options, (provider) => provider.connection().then(({ project }) => project));
}

/** An organization by its id, `org_…`. Throws when the project has none of that id. */
export function getOrganization(id: pulumi.Input<string>, options: LookupOptions = {}): pulumi.Output<Organization> {
  return pulumi.output(id).apply((known) =>
    lookup(options, async (provider) => {
      const { tesseral } = await provider.connection();
      return (await tesseral.begin().organizations.getOrganization(known)).organization;
    }),
  );
}

/** Every organization of the project, in the order of ids. One request for ten of them. */
export function getOrganizations(options: LookupOptions = {}): pulumi.Output<Organization[]> {
  return lookup(options, async (provider) => {
    const { tesseral } = await provider.connection();
    return tesseral.begin().allOrganizations();
  });
}

/** One connection, with one limiter, for all look-ups of a run in the same provider. */
const connections = new WeakMap<object, ProviderProcess>();

function lookup<T>(options: LookupOptions, read: (provider: ProviderProcess) => Promise<T>): pulumi.Output<T> {
  requireObject("the options of a look-up, getProject(options) or getOrganization(id, options),", options);
  const { provider: explicit } = options;
  // A process can run several programs, each with a stack of its own. Tests of users' programs may have none.
  const owner = explicit ?? pulumi.runtime.getStackResource() ?? {};
  const provider = connections.get(owner) ?? new ProviderProcess().isOfProgram();
  connections.set(owner, provider);
  const stackConfig = new pulumi.Config("tesseral");
  return pulumi.unsecret(pulumi.output(explicit?.connectionArgs ?? {})).apply(async (args) => {
    provider.configure({
      get: (key) => {
        const name = key.replace(/^tesseral:/, "");
        return explicit === undefined ? stackConfig.get(name) : name === "explicit" ? "true" : textOf(args, name);
      },
    });
    try {
      return await read(provider);
    } catch (error) {
      // Pulumi shows this error as a plain line; for any other it would show where in this package it came from.
      throw refusal(codedOr("TSL-UNEXPECTED", provider.scrub(withAdvice(error))));
    }
  });
}

function textOf(args: object, name: string): string | undefined {
  const value = Object.entries(args).find(([key]) => key === name)?.[1];
  return value === undefined ? undefined : String(value);
}
