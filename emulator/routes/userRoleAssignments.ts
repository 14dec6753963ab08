import { invalidArgument, notFound } from "../errors";
import { type Call, compact, done, type Reply, type Route, route, stillThere, Write } from "../http/route";
import { Message } from "../protojson/message";
import { newId, parseId } from "../records/ids";
import type { UserRoleAssignment } from "../records/store";
import { requests } from "./messageTypes";

const toWire = ({ id, userId, roleId }: UserRoleAssignment): Reply => ({ id, userId, roleId });

function find({ request, store, project }: Call): UserRoleAssignment {
  const assignment = store.userRoleAssignments.get(parseId("userRoleAssignment", request.text("id")));
  if (assignment === undefined || store.userOf(project.id, assignment.userId) === undefined) {
    throw notFound("user role assignment");
  }
  return assignment;
}

function list({ request, store, project, pages }: Call): Reply {
  const [userId, roleId] = [request.text("userId"), request.text("roleId")];
  if (userId === "" && roleId === "") {
    throw invalidArgument("invalid user id");
  }
  if (userId !== "") {
    parseId("user", userId);
  }
  if (roleId !== "") {
    parseId("role", roleId);
  }
  const named =
    userId === "" ? store.userRoleAssignments.by("role", roleId) : store.userRoleAssignments.by("user", userId);
  const assignments = named.filter(
    (assignment) =>
      store.userOf(project.id, assignment.userId) !== undefined && (roleId === "" || assignment.roleId === roleId),
  );
  const { items, nextPageToken } = pages.page(assignments, request.text("pageToken"));
  return compact({ userRoleAssignments: items.map(toWire), nextPageToken });
}

/** The same pair again answers the assignment there is (for API keys it is 500). */
function create({ request, store, project }: Call): Write {
  const wanted = request.message("userRoleAssignment") ?? new Message();
  const userId = parseId("user", wanted.text("userId"));
  const roleId = parseId("role", wanted.text("roleId"));
  if (store.userOf(project.id, userId) === undefined) {
    throw notFound("user");
  }
  if (store.roleOf(project.id, roleId) === undefined) {
    throw notFound("role");
  }
  return new Write(() => {
    stillThere(store.users.get(userId));
    stillThere(store.roles.get(roleId));
    const known = store.userRoleAssignments.by("user", userId).find((other) => other.roleId === roleId);
    const assignment = known ?? { id: newId("userRoleAssignment"), userId, roleId };
    store.userRoleAssignments.set(assignment.id, assignment);
    return { userRoleAssignment: toWire(assignment) };
  });
}

const one = "/v1/user-role-assignments/{id}";

export const userRoleAssignmentRoutes: Route[] = [
  route("GET /v1/user-role-assignments", requests.listUserRoleAssignments, "none", list),
  route("POST /v1/user-role-assignments", requests.createUserRoleAssignment, { field: "userRoleAssignment" }, create),
  route(`GET ${one}`, requests.getUserRoleAssignment, "none", (call) => ({ userRoleAssignment: toWire(find(call)) })),
  route(`DELETE ${one}`, requests.deleteUserRoleAssignment, "none", (call) => {
    const { id } = find(call);
    return done(() => call.store.userRoleAssignments.delete(id));
  }),
];
