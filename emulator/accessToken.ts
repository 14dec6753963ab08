import { createPrivateKey, sign } from "node:crypto";
import type { Clock } from "./records/clock";
import { newId } from "./records/ids";
import type { Organization, Project, Store, User } from "./records/store";

/** Whose access token it is. */
export interface AccessTokenOptions {
  /** The organization that the user is logged into. */
  organizationId: string;
  /** A user of the organization. @default one that is made up */
  userId?: string;
  /** The made-up user's address. @default "user@example.com" */
  email?: string;
  /** What the user may do. @default the actions of the user's roles */
  actions?: readonly string[];
  /** Seconds from now on the emulator's clock; negative for a token that has expired. @default 300 */
  expiresIn?: number;
}

const lifetime = 300;

/** An access token as the vault gives one to somebody who has logged in, signed by the project's key. Throws Error for unknown ids. */
export function newAccessToken(store: Store, clock: Clock, options: AccessTokenOptions): string {
  const organization = store.organizations.get(options.organizationId);
  const project = organization && store.projects.get(organization.projectId);
  if (organization === undefined || project === undefined) {
    throw new Error(`the emulator has no organization ${options.organizationId}`);
  }
  const user = userOf(store, organization, options);
  const issuer = `https://${project.id.replaceAll("_", "-")}.tesseral.app`;
  const { expiresIn = lifetime } = options;
  const now = Math.floor(clock.now().getTime() / 1000);
  const begin = Math.min(now, now + expiresIn - lifetime);
  const actions = options.actions ?? actionsOf(store, user.id);
  return signed(project, {
    iss: issuer,
    sub: user.id,
    aud: issuer,
    exp: now + expiresIn,
    nbf: begin,
    iat: begin,
    ...(actions.length > 0 ? { actions } : {}),
    organization: { id: organization.id, displayName: organization.displayName },
    user: { id: user.id, email: user.email },
    session: { id: newId("session") },
  });
}

function userOf(store: Store, { id }: Organization, { userId, email }: AccessTokenOptions): Pick<User, "id" | "email"> {
  if (userId === undefined) {
    return { id: newId("user"), email: email ?? "user@example.com" };
  }
  const user = store.users.get(userId);
  if (user?.organizationId !== id) {
    throw new Error(`the emulator has no user ${userId} in ${id}`);
  }
  return user;
}

const actionsOf = (store: Store, userId: string): string[] =>
  [
    ...new Set(
      store.userRoleAssignments.by("user", userId).flatMap(({ roleId }) => store.roles.get(roleId)?.actions ?? []),
    ),
  ].sort();

function signed({ signingKey }: Project, claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const content = `${encode({ kid: signingKey.id, alg: "ES256" })}.${encode(claims)}`;
  const key = createPrivateKey(signingKey.privateKey);
  return `${content}.${sign("sha256", Buffer.from(content), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
