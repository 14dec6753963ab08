import { internal, notFound, Panic } from "../errors";
import { type Call, compact, done, type Reply, type Route, route, stillThere, Write } from "../http/route";
import { newId, parseId } from "../records/ids";
import type { ApiKeyRoleAssignment } from "../records/store";
import { requests } from "./messageTypes";

const toWire = ({ id, apiKeyId, roleId }: ApiKeyRoleAssignment): Reply => ({ id, apiKeyId, roleId });

function list({ request, store, project, pages }: Call): Reply {
  const apiKeyId = parseId("apiKey", request.text("apiKeyId"));
  const assignments = store.apiKeyOf(project.id, apiKeyId) ? store.apiKeyRoleAssignments.by("apiKey", apiKeyId) : [];
  const { items, nextPageToken } = pages.page(assignments, request.text("pageToken"));
  return compact({ apiKeyRoleAssignments: items.map(toWire), nextPageToken });
}

/** Key and role need only be of one project; the same pair again is a unique violation, thus 500. */
function create({ request, store, project }: Call): Write {
  const wanted = request.message("apiKeyRoleAssignment");
  if (wanted === undefined) {
    throw new Panic("no apiKeyRoleAssignment");
  }
  const apiKeyId = parseId("apiKey", wanted.text("apiKeyId"));
  const roleId = parseId("role", wanted.text("roleId"));
  if (store.apiKeyOf(project.id, apiKeyId) === undefined) {
    throw notFound("api key");
  }
  if (store.roleOf(project.id, roleId) === undefined) {
    throw notFound("role");
  }
  return new Write(() => {
    stillThere(store.apiKeys.get(apiKeyId));
    stillThere(store.roles.get(roleId));
    if (store.apiKeyRoleAssignments.by("apiKey", apiKeyId).some((other) => other.roleId === roleId)) {
      throw internal();
    }
    const assignment = { id: newId("apiKeyRoleAssignment"), apiKeyId, roleId };
    store.apiKeyRoleAssignments.set(assignment.id, assignment);
    return { apiKeyRoleAssignment: toWire(assignment) };
  });
}

function remove({ request, store, project }: Call): Write {
  const id = parseId("apiKeyRoleAssignment", request.text("id"));
  const assignment = store.apiKeyRoleAssignments.get(id);
  if (assignment === undefined || store.apiKeyOf(project.id, assignment.apiKeyId) === undefined) {
    throw notFound("api key role assignment");
  }
  return done(() => store.apiKeyRoleAssignments.delete(id));
}

export const apiKeyRoleAssignmentRoutes: Route[] = [
  route("GET /v1/api-key-role-assignments", requests.listApiKeyRoleAssignments, "none", list),
  route("POST /v1/api-key-role-assignments", requests.createApiKeyRoleAssignment, "whole", create),
  route("DELETE /v1/api-key-role-assignments/{id}", requests.deleteApiKeyRoleAssignment, "none", remove),
];
