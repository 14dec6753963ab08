import { invalidArgument, notFound, permissionDenied } from "../errors";
import {
  type Call,
  compact,
  done,
  type Reply,
  type Route,
  route,
  sendWebhook,
  stillThere,
  storable,
  Write,
} from "../http/route";
import { Message } from "../protojson/message";
import { formatTimestamp } from "../protojson/timestamp";
import { parseId } from "../records/ids";
import { loginFlags, loginMethods } from "../records/loginMethods";
import { newOrganization } from "../records/newRecords";
import type { Organization, Project } from "../records/store";
import { requests } from "./messageTypes";

function toWire(organization: Organization, project: Project): Reply {
  return {
    id: organization.id,
    ...compact({ displayName: organization.displayName }),
    createTime: formatTimestamp(organization.createTime),
    updateTime: formatTimestamp(organization.updateTime),
    ...loginFlags((field) => organization[field]),
    requireMfa: organization.requireMfa,
    scimEnabled: organization.scimEnabled,
    customRolesEnabled: organization.customRolesEnabled,
    apiKeysEnabled: organization.apiKeysEnabled && project.apiKeysEnabled && project.entitledBackendApiKeys,
  };
}

/** The organization that `id` of the request names. Throws 400 or 404. */
function find({ request, store, project }: Call): Organization {
  const organization = store.organizationOf(project.id, parseId("organization", request.text("id")));
  if (organization === undefined) {
    throw notFound("organization");
  }
  return organization;
}

/** Only what the project allows can be turned on. */
function checkLogins(wanted: Message, project: Project): void {
  for (const { field, name } of loginMethods) {
    if (wanted.flag(field) === true && !project[field]) {
      throw permissionDenied(`log in with ${name} is not enabled for this project`);
    }
  }
}

function create({ request, store, project, clock }: Call): Write {
  const wanted = request.message("organization") ?? new Message();
  if (project.console) {
    throw permissionDenied("dogfood project cannot create organizations");
  }
  checkLogins(wanted, project);
  storable(wanted.text("displayName"));
  return new Write(() => {
    const organization = newOrganization(project, clock.tick(), {
      displayName: wanted.text("displayName"),
      ...loginFlags((field) => wanted.flag(field) ?? false),
      scimEnabled: wanted.flag("scimEnabled") ?? false,
    });
    store.organizations.set(organization.id, organization);
    return { organization: toWire(organization, project) };
  });
}

function update(call: Call): Write {
  const { request, store, project, clock } = call;
  const row = find(call);
  const wanted = request.message("organization") ?? new Message();
  checkLogins(wanted, project);
  // Every column is written, also those that the request does not name: of two that meet one is lost.
  const columns = {
    displayName: wanted.text("displayName") || row.displayName,
    ...loginFlags((field) => wanted.flag(field) ?? row[field]),
    requireMfa: wanted.flag("requireMfa") ?? row.requireMfa,
    scimEnabled: wanted.flag("scimEnabled") ?? row.scimEnabled,
    customRolesEnabled: wanted.flag("customRolesEnabled") ?? row.customRolesEnabled,
    apiKeysEnabled: wanted.flag("apiKeysEnabled") ?? row.apiKeysEnabled,
  };
  if (wanted.flag("requireMfa") === true && !columns.logInWithAuthenticatorApp && !columns.logInWithPasskey) {
    throw invalidArgument("require mfa requires log in with authenticator app or passkey to be enabled");
  }
  storable(columns.displayName);
  return new Write(() => {
    const organization = stillThere(store.organizations.change(row.id, { ...columns, updateTime: clock.tick() }));
    return { organization: toWire(organization, project) };
  });
}

export const organizationRoutes: Route[] = [
  route("GET /v1/organizations", requests.listOrganizations, "none", ({ request, store, project, pages }) => {
    const all = store.organizations.by("project", project.id);
    const { items, nextPageToken } = pages.page(all, request.text("pageToken"));
    return compact({ organizations: items.map((organization) => toWire(organization, project)), nextPageToken });
  }),
  route("POST /v1/organizations", requests.createOrganization, { field: "organization" }, create, {
    afterCommit: sendWebhook,
  }),
  route("GET /v1/organizations/{id}", requests.getOrganization, "none", (call) => ({
    organization: toWire(find(call), call.project),
  })),
  route("PATCH /v1/organizations/{id}", requests.updateOrganization, { field: "organization" }, update, {
    afterCommit: sendWebhook,
  }),
  route(
    "DELETE /v1/organizations/{id}",
    requests.deleteOrganization,
    "none",
    (call) => {
      const { id } = find(call);
      return done(() => call.store.deleteOrganization(id));
    },
    { afterCommit: sendWebhook },
  ),
];
