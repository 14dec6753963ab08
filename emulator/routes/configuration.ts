import { createPublicKey } from "node:crypto";
import type { Answer } from "../http/answer";
import type { OpenRoute } from "../http/route";
import { isId } from "../records/ids";
import type { Project, Store } from "../records/store";

/** This host's errors are its own: HTTP statuses for codes, details without their type. */
const failure = (status: number, message: string, description: string): Answer =>
  configAnswer(status, { code: status, message, details: [{ description }] });

const configAnswer = (status: number, body: object): Answer => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: `${JSON.stringify(body)}\n`,
});

const toWire = (project: Project): object => {
  const { kty, crv, x, y } = createPublicKey(project.signingKey.privateKey).export({ format: "jwk" });
  return {
    projectId: project.id,
    vaultDomain: project.vaultDomain,
    devMode: false,
    trustedDomains: project.trustedDomains.length > 0 ? project.trustedDomains : null,
    keys: [{ crv, kid: project.signingKey.id, kty, x, y }],
  };
};

function respond(store: Store, params: ReadonlyMap<string, string>): Answer {
  const publishableKey = params.get("publishableKey") ?? "";
  if (!isId("publishableKey", publishableKey)) {
    return failure(400, "invalid_argument", "invalid publishable key id");
  }
  const [project] = store.projects.by("publishableKey", publishableKey);
  return project === undefined
    ? failure(404, "not_found", "publishable key not found")
    : configAnswer(200, toWire(project));
}

/**
 * What `config.tesseral.com` serves, where frontends and middlewares learn the project's id and signing keys. Not among the
 * recordings: it follows the server's published source.
 */
export const configurationRoute: OpenRoute = { method: "GET", template: "/v1/config/{publishableKey}", respond };
