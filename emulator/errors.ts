import { STATUS_CODES } from "node:http";

/** An answer of the API that is not a success; `code` is the gRPC code in its body. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly details: readonly object[] = [],
  ) {
    super(message);
  }
}

/** The server panics: it answers 200 with an empty body, then closes the connection without having announced it. */
export class Panic extends Error {}

/** An answer in plain text, from the layers before the API: routing, methods, content types. */
export class PlainError extends Error {
  constructor(
    readonly status: number,
    readonly body: string = `${STATUS_CODES[status]}\n`,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(body);
  }
}

/** Another path that the server sends the client to. */
export class Redirect extends Error {
  constructor(readonly location: string) {
    super(`redirect to ${location}`);
  }
}

const described = (status: number, code: number, message: string, description: string) =>
  new ApiError(status, code, message, [
    { "@type": "type.googleapis.com/tesseral.common.v1.ErrorDetail", description, docsLink: "" },
  ]);

export const invalidArgument = (description: string) => described(400, 3, "invalid_argument", description);
export const unauthenticatedApiKey = (description: string) => described(400, 3, "unauthenticated_api_key", description);
export const failedPrecondition = (description: string) => described(400, 9, "failed_precondition", description);
export const permissionDenied = (description: string) => described(403, 7, "permission_denied", description);
export const notFound = (what: string) => described(404, 5, "not_found", `${what} not found`);
export const unauthenticated = (message: string) => new ApiError(401, 16, message);
/** Duplicates, NUL characters, failed webhooks, time limits: whatever the server did not expect. */
export const internal = () => new ApiError(500, 13, "internal server error");
/** A request of the wrong shape. */
export const unknown = (message: string) => new ApiError(500, 2, message);
export const invalidPageToken = () =>
  new ApiError(400, 3, "", [
    {
      "@type": "type.googleapis.com/google.rpc.BadRequest.FieldViolation",
      field: "page_token",
      description: "invalid pagination token",
      reason: "",
      localizedMessage: null,
    },
  ]);
