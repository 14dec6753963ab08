import { failedPrecondition, notFound, Panic, permissionDenied, unauthenticatedApiKey } from "../errors";
import { type Call, compact, done, type Reply, type Route, route, stillThere, storable, Write } from "../http/route";
import { formatTimestamp, zeroTime } from "../protojson/timestamp";
import { parseId, parseSecretToken } from "../records/ids";
import { newApiKey } from "../records/newRecords";
import type { ApiKey } from "../records/store";
import { requests } from "./messageTypes";

function toWire(key: ApiKey, secretToken?: string): Reply {
  return compact({
    id: key.id,
    organizationId: key.organizationId,
    createTime: formatTimestamp(key.createTime),
    updateTime: formatTimestamp(key.updateTime),
    expireTime: key.expireTime === undefined || key.expireTime === zeroTime ? "" : formatTimestamp(key.expireTime),
    displayName: key.displayName,
    secretToken,
    secretTokenSuffix: key.revoked ? "" : key.secretDigits.slice(-4),
    revoked: key.revoked,
  });
}

/** The key that `id` of the request names. Throws 400 or 404. */
function find({ request, store, project }: Call): ApiKey {
  const key = store.apiKeyOf(project.id, parseId("apiKey", request.text("id")));
  if (key === undefined) {
    throw notFound("api key");
  }
  return key;
}

function list({ request, store, project, pages }: Call): Reply {
  const organizationId = parseId("organization", request.text("organizationId"));
  const keys = store.organizationOf(project.id, organizationId) ? store.apiKeys.by("organization", organizationId) : [];
  const { items, nextPageToken } = pages.page(keys, request.text("pageToken"));
  return compact({ apiKeys: items.map((key) => toWire(key)), nextPageToken });
}

function create({ request, store, project, clock }: Call): Write {
  const wanted = request.message("apiKey");
  if (wanted === undefined) {
    throw new Panic("no apiKey");
  }
  const organizationId = parseId("organization", wanted.text("organizationId"));
  const organization = store.organizationOf(project.id, organizationId);
  if (organization === undefined) {
    throw notFound("organization");
  }
  if (!project.apiKeysEnabled) {
    throw permissionDenied("api keys are not enabled for this project");
  }
  if (!organization.apiKeysEnabled) {
    throw permissionDenied("api keys are not enabled for this organization");
  }
  storable(wanted.text("displayName"));
  return new Write(() => {
    stillThere(store.organizations.get(organizationId));
    const key = newApiKey(project, clock.tick(), {
      organizationId,
      displayName: wanted.text("displayName"),
      expireTime: wanted.time("expireTime"),
    });
    store.apiKeys.set(key.id, key);
    return { apiKey: toWire(key, key.secretToken) };
  });
}

/** Sets the name in any case: left out, it is blanked. */
function update(call: Call): Write {
  const { request, store, clock } = call;
  const { id } = find(call);
  const wanted = request.message("apiKey");
  if (wanted === undefined) {
    throw new Panic("no apiKey");
  }
  storable(wanted.text("displayName"));
  return new Write(() => {
    const columns = { displayName: wanted.text("displayName"), updateTime: clock.tick() };
    return { apiKey: toWire(stillThere(store.apiKeys.change(id, columns))) };
  });
}

function revoke(call: Call): Write {
  const { id } = find(call);
  return done(() => {
    stillThere(call.store.apiKeys.change(id, { revoked: true, updateTime: call.clock.tick() }));
  });
}

function remove(call: Call): Write {
  const key = find(call);
  if (!key.revoked) {
    throw failedPrecondition("api key must be revoked to be deleted");
  }
  return done(() => call.store.deleteApiKey(key.id));
}

function authenticate({ request, store, project, clock }: Call): Reply {
  if (!project.apiKeysEnabled) {
    throw permissionDenied("api keys are not enabled for this project");
  }
  const digits = parseSecretToken(request.text("secretToken"), project.apiKeySecretTokenPrefix);
  if (digits === undefined) {
    throw unauthenticatedApiKey("malformed_api_key_secret_token");
  }
  const now = BigInt(clock.now().getTime()) * 1000n;
  const [key] = store.apiKeys.by("secretDigits", digits);
  const organization = key && store.organizationOf(project.id, key.organizationId);
  const expired = key?.expireTime !== undefined && key.expireTime <= now;
  if (key === undefined || organization === undefined || key.revoked || expired) {
    throw unauthenticatedApiKey("invalid_api_key_secret_token");
  }
  if (!organization.apiKeysEnabled) {
    throw permissionDenied("api keys are not enabled for this organization");
  }
  const actions = store.apiKeyRoleAssignments
    .by("apiKey", key.id)
    .flatMap((assignment) => store.roles.get(assignment.roleId)?.actions ?? []);
  return compact({ apiKeyId: key.id, organizationId: organization.id, actions: [...new Set(actions)].sort() });
}

const one = "/v1/api-keys/{id}";

export const apiKeyRoutes: Route[] = [
  route("GET /v1/api-keys", requests.listApiKeys, "none", list),
  route("POST /v1/api-keys", requests.createApiKey, "whole", create, { nestedConnection: true }),
  route("POST /v1/api-keys/authenticate", requests.authenticateApiKey, "whole", authenticate),
  route(`GET ${one}`, requests.getApiKey, "none", (call) => ({ apiKey: toWire(find(call)) })),
  route(`PATCH ${one}`, requests.updateApiKey, "whole", update),
  route(`DELETE ${one}`, requests.deleteApiKey, "none", remove),
  route(`POST ${one}/revoke`, requests.revokeApiKey, "none", revoke),
];
