import { failedPrecondition, internal, notFound } from "../errors";
import { type Call, compact, done, type Reply, type Route, route, stillThere, storable, Write } from "../http/route";
import { Message } from "../protojson/message";
import { formatTimestamp } from "../protojson/timestamp";
import { isId, newId } from "../records/ids";
import type { UserInvite } from "../records/store";
import { requests } from "./messageTypes";

const toWire = (invite: UserInvite): Reply =>
  compact({
    id: invite.id,
    organizationId: invite.organizationId,
    createTime: formatTimestamp(invite.createTime),
    updateTime: formatTimestamp(invite.updateTime),
    email: invite.email,
    owner: invite.owner,
  });

/** An unknown invite is 404; an id of the wrong form is 500 on these routes. */
function find({ request, store, project }: Call): UserInvite {
  const id = request.text("id");
  if (!isId("userInvite", id)) {
    throw internal();
  }
  const invite = store.userInvites.get(id);
  if (invite === undefined || store.organizationOf(project.id, invite.organizationId) === undefined) {
    throw notFound("user invite");
  }
  return invite;
}

function findOrganizationId({ store, project }: Call, organizationId: string): string {
  if (!isId("organization", organizationId)) {
    throw internal();
  }
  if (store.organizationOf(project.id, organizationId) === undefined) {
    throw internal();
  }
  return organizationId;
}

function list(call: Call): Reply {
  const organizationId = findOrganizationId(call, call.request.text("organizationId"));
  const invites = call.store.userInvites.by("organization", organizationId);
  const { items, nextPageToken } = call.pages.page(invites, call.request.text("pageToken"));
  return compact({ userInvites: items.map(toWire), nextPageToken });
}

/** An address that has an invite keeps its id and times. Invites without a mail count towards the daily quota too. */
function create(call: Call): Write {
  const { request, store, project, clock } = call;
  const wanted = request.message("userInvite") ?? new Message();
  const organizationId = findOrganizationId(call, wanted.text("organizationId"));
  const email = wanted.text("email");
  if (store.users.by("organization", organizationId).some((user) => user.email === email)) {
    throw failedPrecondition("a user with that email already exists");
  }
  const day = clock.now().toISOString().slice(0, 10);
  const sent = store.invitesOfDay.get(project.id);
  const count = sent?.day === day ? sent.count : 0;
  if (count >= project.emailDailyQuota) {
    throw failedPrecondition("email daily quota exceeded");
  }
  storable(email);
  return new Write(() => {
    stillThere(store.organizations.get(organizationId));
    store.invitesOfDay.set(project.id, { id: project.id, day, count: count + 1 });
    const owner = wanted.flag("owner") ?? false;
    const known = store.userInvites.by("organization", organizationId).find((other) => other.email === email);
    const time = clock.tick();
    const made = { id: newId("userInvite"), organizationId, email, createTime: time, updateTime: time };
    const invite = { ...(known ?? made), owner };
    store.userInvites.set(invite.id, invite);
    return { userInvite: toWire(invite) };
  });
}

function sendMail({ request, project }: Call): void {
  if (request.flag("sendEmail") === true && project.email === "broken") {
    throw internal();
  }
}

const one = "/v1/user-invites/{id}";

export const userInviteRoutes: Route[] = [
  route("GET /v1/user-invites", requests.listUserInvites, "none", list),
  route("POST /v1/user-invites", requests.createUserInvite, { field: "userInvite" }, create, { afterCommit: sendMail }),
  route(`GET ${one}`, requests.getUserInvite, "none", (call) => ({ userInvite: toWire(find(call)) })),
  route(`DELETE ${one}`, requests.deleteUserInvite, "none", (call) => {
    const { id } = find(call);
    return done(() => call.store.userInvites.delete(id));
  }),
];
