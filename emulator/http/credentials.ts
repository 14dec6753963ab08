import { invalidArgument, notFound, unauthenticated } from "../errors";
import { isBackendApiKey } from "../records/ids";
import type { Project, Store } from "../records/store";

const scheme = "Bearer ";

/** The key of an `Authorization` header, unchecked but for its form. Throws 401, 400 or Panic. */
export function readBackendApiKey(header: string | undefined): string {
  if (header === undefined || header === "") {
    throw unauthenticated("no access token found in cookies");
  }
  if (!header.startsWith(scheme)) {
    throw unauthenticated("");
  }
  const key = header.slice(scheme.length);
  if (!isBackendApiKey(key)) {
    throw invalidArgument("invalid backend api key secret token");
  }
  return key;
}

/** The project of a backend API key. An unknown and a revoked key are the same 404 on every route. */
export function projectOfKey(store: Store, backendApiKey: string): Project {
  const key = store.backendApiKeys.get(backendApiKey);
  const project = key === undefined || key.revoked ? undefined : store.projects.get(key.projectId);
  if (project === undefined) {
    throw notFound("backend api key");
  }
  return project;
}
