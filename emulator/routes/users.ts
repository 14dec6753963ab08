import { internal, notFound } from "../errors";
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
import { newId, parseId } from "../records/ids";
import type { Store, User } from "../records/store";
import { requests } from "./messageTypes";

const toWire = (user: User): Reply => ({
  id: user.id,
  organizationId: user.organizationId,
  email: user.email,
  createTime: formatTimestamp(user.createTime),
  updateTime: formatTimestamp(user.updateTime),
  owner: user.owner,
  ...compact({
    displayName: user.displayName,
    profilePictureUrl: user.profilePictureUrl,
    googleUserId: user.googleUserId,
    microsoftUserId: user.microsoftUserId,
    githubUserId: user.githubUserId,
  }),
});

/** The user that `id` of the request names. Throws 400 or 404. */
function find({ request, store, project }: Call): User {
  const user = store.userOf(project.id, parseId("user", request.text("id")));
  if (user === undefined) {
    throw notFound("user");
  }
  return user;
}

function findOrganizationId({ store, project }: Call, organizationId: string): string {
  if (store.organizationOf(project.id, parseId("organization", organizationId)) === undefined) {
    throw notFound("organization");
  }
  return organizationId;
}

/** Unique in the organization, with regard to case; the database refuses the rest with 500. */
function checkEmail(store: Store, organizationId: string, email: string, id?: string): void {
  if (store.users.by("organization", organizationId).some((other) => other.email === email && other.id !== id)) {
    throw internal();
  }
}

function list(call: Call): Reply {
  const organizationId = findOrganizationId(call, call.request.text("organizationId"));
  const users = call.store.users.by("organization", organizationId);
  const { items, nextPageToken } = call.pages.page(users, call.request.text("pageToken"));
  return compact({ users: items.map(toWire), nextPageToken });
}

function create(call: Call): Write {
  const { request, store, clock } = call;
  const wanted = request.message("user") ?? new Message();
  const organizationId = findOrganizationId(call, wanted.text("organizationId"));
  const email = wanted.text("email");
  if (email === "") {
    throw internal();
  }
  const accounts = {
    googleUserId: wanted.text("googleUserId"),
    microsoftUserId: wanted.text("microsoftUserId"),
    githubUserId: wanted.text("githubUserId"),
  };
  storable(email, ...Object.values(accounts));
  return new Write(() => {
    stillThere(store.organizations.get(organizationId));
    checkEmail(store, organizationId, email);
    const time = clock.tick();
    const user: User = {
      id: newId("user"),
      organizationId,
      email,
      createTime: time,
      updateTime: time,
      owner: wanted.flag("owner") ?? false,
      displayName: "",
      profilePictureUrl: "",
      ...accounts,
    };
    store.users.set(user.id, user);
    return { user: toWire(user) };
  });
}

/** An empty email keeps the old one; an empty display name clears it. */
function update(call: Call): Write {
  const { request, store, clock } = call;
  const row = find(call);
  const wanted = request.message("user") ?? new Message();
  const orKept = (field: "displayName" | "profilePictureUrl") => (wanted.has(field) ? wanted.text(field) : row[field]);
  const columns = {
    email: wanted.text("email") || row.email,
    owner: wanted.flag("owner") ?? row.owner,
    displayName: orKept("displayName"),
    profilePictureUrl: orKept("profilePictureUrl"),
    googleUserId: wanted.text("googleUserId") || row.googleUserId,
    microsoftUserId: wanted.text("microsoftUserId") || row.microsoftUserId,
    githubUserId: wanted.text("githubUserId") || row.githubUserId,
  };
  storable(columns.email, columns.displayName, columns.profilePictureUrl);
  return new Write(() => {
    checkEmail(store, row.organizationId, columns.email, row.id);
    return { user: toWire(stillThere(store.users.change(row.id, { ...columns, updateTime: clock.tick() }))) };
  });
}

const one = "/v1/users/{id}";

export const userRoutes: Route[] = [
  route("GET /v1/users", requests.listUsers, "none", list),
  route("POST /v1/users", requests.createUser, { field: "user" }, create, { afterCommit: sendWebhook }),
  route(`GET ${one}`, requests.getUser, "none", (call) => ({ user: toWire(find(call)) })),
  route(`PATCH ${one}`, requests.updateUser, { field: "user" }, update, { afterCommit: sendWebhook }),
  route(
    `DELETE ${one}`,
    requests.deleteUser,
    "none",
    (call) => {
      const { id } = find(call);
      return done(() => call.store.deleteUser(id));
    },
    { afterCommit: sendWebhook },
  ),
];
