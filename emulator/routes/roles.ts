import { invalidArgument, notFound } from "../errors";
import { type Call, compact, done, type Reply, type Route, route, stillThere, storable, Write } from "../http/route";
import { Message } from "../protojson/message";
import { formatTimestamp } from "../protojson/timestamp";
import { inServerOrder } from "../records/actionOrder";
import { parseId } from "../records/ids";
import { newRole } from "../records/newRecords";
import type { Project, Role } from "../records/store";
import { requests } from "./messageTypes";

const toWire = (role: Role): Reply =>
  compact({
    id: role.id,
    organizationId: role.organizationId,
    createTime: formatTimestamp(role.createTime),
    updateTime: formatTimestamp(role.updateTime),
    displayName: role.displayName,
    description: role.description,
    actions: role.actions,
  });

/** The role that `id` of the request names. Throws 400 or 404. */
function find({ request, store, project }: Call): Role {
  const role = store.roleOf(project.id, parseId("role", request.text("id")));
  if (role === undefined) {
    throw notFound("role");
  }
  return role;
}

/** The organization's id; undefined if none is named. Throws 400 or 404. */
function findOrganizationId({ store, project }: Call, organizationId: string): string | undefined {
  if (organizationId === "") {
    return undefined;
  }
  if (store.organizationOf(project.id, parseId("organization", organizationId)) === undefined) {
    throw notFound("organization");
  }
  return organizationId;
}

/** Throws when the project does not define one of them. */
function knownActions(wanted: Message, project: Project): string[] {
  const actions = wanted.texts("actions");
  const unknownAction = actions.find((action) => !project.actions.includes(action));
  if (unknownAction !== undefined) {
    throw invalidArgument(`invalid action ${JSON.stringify(unknownAction)}`);
  }
  return actions;
}

function list(call: Call): Reply {
  const { request, store, project, pages } = call;
  const organizationId = findOrganizationId(call, request.text("organizationId"));
  const roles = store.roles.by("owner", organizationId ?? project.id);
  const { items, nextPageToken } = pages.page(roles, request.text("pageToken"));
  return compact({ roles: items.map(toWire), nextPageToken });
}

function create(call: Call): Write {
  const { request, store, project, clock } = call;
  const wanted = request.message("role") ?? new Message();
  const organizationId = findOrganizationId(call, wanted.text("organizationId"));
  const actions = knownActions(wanted, project);
  storable(wanted.text("displayName"), wanted.text("description"));
  return new Write(() => {
    if (organizationId !== undefined) {
      stillThere(store.organizations.get(organizationId));
    }
    const role = newRole(clock.tick(), {
      projectId: project.id,
      organizationId,
      displayName: wanted.text("displayName"),
      description: wanted.text("description"),
      actions,
    });
    store.roles.set(role.id, role);
    return { role: toWire(role) };
  });
}

/** Keeps what is absent or empty; there is no way to clear the actions. */
function update(call: Call): Write {
  const { request, store, project, clock } = call;
  const row = find(call);
  const wanted = request.message("role") ?? new Message();
  const actions = knownActions(wanted, project);
  const columns = {
    displayName: wanted.text("displayName") || row.displayName,
    description: wanted.text("description") || row.description,
    actions: actions.length > 0 ? inServerOrder(actions) : row.actions,
  };
  storable(columns.displayName, columns.description);
  return new Write(() => {
    const role = stillThere(store.roles.change(row.id, { ...columns, updateTime: clock.tick() }));
    return { role: toWire(role) };
  });
}

const one = "/v1/roles/{id}";

export const roleRoutes: Route[] = [
  route("GET /v1/roles", requests.listRoles, "none", list),
  route("POST /v1/roles", requests.createRole, { field: "role" }, create),
  route(`GET ${one}`, requests.getRole, "none", (call) => ({ role: toWire(find(call)) })),
  route(`PATCH ${one}`, requests.updateRole, { field: "role" }, update),
  route(`DELETE ${one}`, requests.deleteRole, "none", (call) => {
    const { id } = find(call);
    return done(() => call.store.deleteRole(id));
  }),
];
