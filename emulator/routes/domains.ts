import { internal } from "../errors";
import { type Call, compact, type Reply, type Route, route, stillThere, storable, Write } from "../http/route";
import { parseId } from "../records/ids";
import type { Organization } from "../records/store";
import { domainListRequests } from "./messageTypes";

interface DomainList {
  path: string;
  /** The message, e.g. `OrganizationDomains`. */
  name: string;
  /** What answers wrap it in. */
  wrapper: string;
  /** The list in it, and in the store. */
  field: "domains" | "googleHostedDomains" | "microsoftTenantIds";
  /** Whether the database refuses a value that is there twice. */
  unique: boolean;
}

const lists: DomainList[] = [
  {
    path: "domains",
    name: "OrganizationDomains",
    wrapper: "organizationDomains",
    field: "domains",
    unique: true,
  },
  {
    path: "google-hosted-domains",
    name: "OrganizationGoogleHostedDomains",
    wrapper: "organizationGoogleHostedDomains",
    field: "googleHostedDomains",
    unique: false,
  },
  {
    path: "microsoft-tenant-ids",
    name: "OrganizationMicrosoftTenantIDs",
    wrapper: "organizationMicrosoftTenantIds",
    field: "microsoftTenantIds",
    unique: false,
  },
];

/** The organization of the path. An unknown one is not a 404 on these routes. */
function find({ request, store, project }: Call): Organization {
  const organization = store.organizationOf(project.id, parseId("organization", request.text("organizationId")));
  if (organization === undefined) {
    throw internal();
  }
  return organization;
}

function routesOf({ path, name, wrapper, field, unique }: DomainList): Route[] {
  const template = `/v1/organizations/{organizationId}/${path}`;
  const requests = domainListRequests(name, wrapper, field);
  const toWire = (organization: Organization): Reply => ({
    [wrapper]: compact({ organizationId: organization.id, [field]: organization[field] }),
  });
  return [
    route(`GET ${template}`, requests.get, "none", (call) => toWire(find(call))),
    route(`PATCH ${template}`, requests.update, { field: wrapper }, (call) => {
      const { id } = find(call);
      const wanted = call.request.message(wrapper)?.texts(field) ?? [];
      if (unique && new Set(wanted).size !== wanted.length) {
        throw internal();
      }
      storable(...wanted);
      return new Write(() => toWire(stillThere(call.store.organizations.change(id, { [field]: wanted }))));
    }),
  ];
}

export const domainRoutes: Route[] = lists.flatMap(routesOf);
