/** What callers give the client, refused before a request is made where it cannot be right. */
import { TesseralError } from "./errors";
import { backendApiKeyForm, type IdKind, idForms } from "./objects";
import type { TransportOptions } from "./transport";

export function checkedOptions(options: TransportOptions): TransportOptions {
  if (!backendApiKeyForm.test(options.backendApiKey)) {
    throw new TesseralError(
      "malformed-backend-api-key",
      "the backend API key is malformed: it must be `tesseral_secret_key_` followed by 25 characters from 0-9 and a-z",
    );
  }
  // Addresses appear in messages, so they must hold no password; it would not be sent anyway.
  if (options.apiUrl !== undefined && /^(\w+:\/\/)?[^/?#]*@/.test(options.apiUrl)) {
    throw new TesseralError(
      "malformed-api-url",
      "the API URL holds a user name or a password, which Tesseral does not take: leave out what stands before the @",
    );
  }
  if (options.apiUrl !== undefined && !/^https?:\/\/[^/]/.test(options.apiUrl)) {
    throw new TesseralError(
      "malformed-api-url",
      `the API URL ${JSON.stringify(options.apiUrl)} is not a URL: it must begin with https:// or http://`,
    );
  }
  return options;
}

export function checkedId(kind: IdKind, id: string): string {
  if (!idForms[kind].test(id)) {
    throw new TesseralError(
      "malformed-id",
      `${JSON.stringify(id)} is not the id of a Tesseral ${idNames[kind]} (${idForms[kind].source})`,
    );
  }
  return id;
}

const idNames: Record<IdKind, string> = {
  organization: "organization",
  apiKey: "managed API key",
  role: "role",
  apiKeyRoleAssignment: "role assignment",
};

export const organizationPath = (id: string) => `/v1/organizations/${checkedId("organization", id)}`;
export const apiKeyPath = (id: string) => `/v1/api-keys/${checkedId("apiKey", id)}`;
export const rolePath = (id: string) => `/v1/roles/${checkedId("role", id)}`;
