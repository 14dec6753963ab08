import { ApiError, unknown } from "../errors";
import { DecodeError } from "../protojson/jsonReader";
import { type FieldType, type FieldValue, findField, Message, type MessageType } from "../protojson/message";
import { decodeMessage, decodeText } from "../protojson/wireJson";
import type { Route } from "./route";
import type { Matched } from "./router";

const packageName = "tesseral.backend.v1";

/**
 * The request message of a route: the body first, then what the path names, then the query string, which overrides both.
 * Throws ApiError: 400 for a body that the API itself decodes, 500 for all that an earlier layer decodes.
 */
export function readRequest({ route, params }: Matched<Route>, body: Buffer, query: string): Message {
  if (route.body === "none") {
    if (body.length > 0) {
      throw unknown(`request should have no body; instead got ${body.length} bytes`);
    }
    return withQuery(withPath(new Message(), params), route.request, query);
  }
  const passedThrough = route.body === "whole" && params.size === 0 && query === "";
  if (passedThrough) {
    return decodeWhole(route.request, body);
  }
  const message = new Message();
  if (route.body === "whole") {
    const whole = body.length === 0 ? message : decodeEarly(body, route.request);
    return withQuery(withPath(whole, params), route.request, query);
  }
  const { field } = route.body;
  const type = route.request.fields[field];
  if (body.length > 0 && typeof type === "object") {
    message.set(field, decodeEarly(body, type));
  }
  return withQuery(withPath(message, params), route.request, query);
}

function decodeWhole(type: MessageType, body: Buffer): Message {
  if (body.length === 0) {
    throw new ApiError(400, 3, "unmarshal message: zero-length payload is not a valid JSON object");
  }
  try {
    return decodeMessage(body, type);
  } catch (error) {
    if (!(error instanceof DecodeError)) {
      throw error;
    }
    throw new ApiError(400, 3, `unmarshal message: unmarshal into *backendv1.${type.name}: ${error.message}`);
  }
}

function decodeEarly(body: Buffer, type: MessageType): Message {
  try {
    return decodeMessage(body, type);
  } catch (error) {
    if (!(error instanceof DecodeError)) {
      throw error;
    }
    throw unknown(error.message);
  }
}

function withPath(message: Message, params: ReadonlyMap<string, string>): Message {
  for (const [field, value] of params) {
    message.set(field, value);
  }
  return message;
}

/** Of a parameter that is there twice the last one wins; one that names no field is an error. */
function withQuery(message: Message, type: MessageType, query: string): Message {
  for (const [path, text] of parseQuery(query)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    let [holder, holderType] = [message, type];
    for (const name of names) {
      const [field, fieldType] = resolve(holderType, name, path);
      if (typeof fieldType !== "object") {
        throw unknown(`in field path "${path}": field "${name}" is not a message`);
      }
      const inner = holder.message(field) ?? new Message();
      holder.set(field, inner);
      [holder, holderType] = [inner, fieldType];
    }
    const [field, fieldType] = resolve(holderType, last, path);
    holder.set(field, readValue(path, text, fieldType, fieldType === "texts" ? holder.texts(field) : []));
  }
  return message;
}

function readValue(path: string, text: string, type: FieldType, earlier: string[]): FieldValue {
  const value = decodeText(text, type);
  if (value === undefined) {
    throw unknown(`in field path "${path}": invalid value ${JSON.stringify(text)}`);
  }
  return Array.isArray(value) ? [...earlier, ...value] : value;
}

function resolve(type: MessageType, name: string, path: string): [string, FieldType] {
  const found = findField(type, name);
  if (found !== undefined) {
    return found;
  }
  const where = `in field path "${path}": element "${name}"`;
  throw unknown(`${where} does not correspond to any field of type ${packageName}.${type.name}`);
}

/** Names and values, unescaped; a pair that cannot be unescaped is dropped, as Go's parser drops it. */
function parseQuery(query: string): [string, string][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .flatMap((pair): [string, string][] => {
      const [name, ...value] = pair.split("=").map((part) => unescapeText(part.replaceAll("+", " ")));
      return name === undefined || value.includes(undefined) ? [] : [[name, value.join("=")]];
    });
}

/** undefined if an escape is broken. */
export function unescapeText(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      return undefined;
    }
    throw error;
  }
}
