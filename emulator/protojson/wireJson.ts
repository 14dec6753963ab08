import { DecodeError, JsonReader, type Token } from "./jsonReader";
import { type FieldType, type FieldValue, findField, Message, type MessageType } from "./message";
import { parseTimestamp } from "./timestamp";

/**
 * Decodes a JSON body as one message: both spellings of a field, `null` as absent, unknown fields ignored, a field that is
 * there twice refused. Throws DecodeError in protobuf-go's words.
 */
export function decodeMessage(body: Buffer, type: MessageType): Message {
  const reader = new JsonReader(toText(body));
  const message = readMessage(reader, type);
  const rest = reader.read();
  if (rest.kind !== "end") {
    throw reader.unexpected(rest);
  }
  return message;
}

/** The value of one field from a query parameter; undefined if the text does not fit the type. */
export function decodeText(text: string, type: FieldType): FieldValue | undefined {
  switch (type) {
    case "text":
      return text;
    case "flag":
      return text === "true" || text === "false" ? text === "true" : undefined;
    case "time":
      return parseTimestamp(text);
    case "texts":
      return [text];
    default:
      return undefined;
  }
}

function toText(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    if (error instanceof TypeError) {
      throw new DecodeError("proto: syntax error (line 1:1): invalid UTF-8 in string");
    }
    throw error;
  }
}

function readMessage(reader: JsonReader, type: MessageType): Message {
  const open = reader.read();
  if (open.kind !== "objectOpen") {
    throw reader.unexpected(open);
  }
  const message = new Message();
  const seen = new Set<string>();
  while (true) {
    const name = reader.read();
    if (name.kind === "objectClose") {
      return message;
    }
    if (name.kind !== "name") {
      throw reader.unexpected(name);
    }
    const found = findField(type, name.text);
    if (found === undefined) {
      reader.skipValue();
      continue;
    }
    const [field, fieldType] = found;
    if (seen.has(field)) {
      throw reader.error(name, `duplicate field ${name.raw}`);
    }
    seen.add(field);
    if (reader.peekIsNull()) {
      reader.read();
    } else {
      message.set(field, readValue(reader, field, fieldType));
    }
  }
}

function readValue(reader: JsonReader, field: string, type: FieldType): FieldValue {
  if (typeof type === "object") {
    return readMessage(reader, type);
  }
  const token = reader.read();
  switch (type) {
    case "text":
      return readString(reader, field, token);
    case "flag":
      if (token.kind !== "bool") {
        throw wrongType(reader, "bool", field, token);
      }
      return token.raw === "true";
    case "time": {
      if (token.kind !== "string") {
        throw reader.unexpected(token);
      }
      const time = parseTimestamp(token.text);
      if (time === undefined) {
        throw reader.error(token, `invalid google.protobuf.Timestamp value ${token.raw}`);
      }
      return time;
    }
    case "texts": {
      if (token.kind !== "arrayOpen") {
        throw reader.unexpected(token);
      }
      const items: string[] = [];
      while (!reader.peekIsArrayClose()) {
        items.push(readString(reader, field, reader.read()));
      }
      reader.read();
      return items;
    }
  }
}

function readString(reader: JsonReader, field: string, token: Token): string {
  if (token.kind !== "string") {
    throw wrongType(reader, "string", field, token);
  }
  return token.text;
}

const wrongType = (reader: JsonReader, kind: string, field: string, token: Token) =>
  reader.error(token, `invalid value for ${kind} field ${field}: ${token.raw}`);
