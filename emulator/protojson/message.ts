import type { Timestamp } from "./timestamp";

/** What a field of a request holds: text, a boolean, an instant, a list of texts, or another message. */
export type FieldType = "text" | "flag" | "time" | "texts" | MessageType;

/** One message of the API, as its protocol file declares it. */
export interface MessageType {
  /** Without the package: `CreateAPIKeyRequest`. */
  name: string;
  /** Fields by their names in lowerCamelCase. */
  fields: Readonly<Record<string, FieldType>>;
}

export type FieldValue = string | boolean | Timestamp | string[] | Message;

const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The field of that name, in either spelling. */
export function findField(type: MessageType, name: string): [string, FieldType] | undefined {
  return Object.entries(type.fields).find(([field]) => field === name || toSnakeCase(field) === name);
}

/** A request, decoded. An absent field reads as its type's empty value. */
export class Message {
  readonly #values = new Map<string, FieldValue>();

  set(field: string, value: FieldValue): void {
    this.#values.set(field, value);
  }

  has(field: string): boolean {
    return this.#values.has(field);
  }

  text(field: string): string {
    const value = this.#values.get(field);
    return typeof value === "string" ? value : "";
  }

  /** undefined when absent: most switches are left alone then. */
  flag(field: string): boolean | undefined {
    const value = this.#values.get(field);
    return typeof value === "boolean" ? value : undefined;
  }

  time(field: string): Timestamp | undefined {
    const value = this.#values.get(field);
    return typeof value === "bigint" ? value : undefined;
  }

  texts(field: string): string[] {
    const value = this.#values.get(field);
    return Array.isArray(value) ? value : [];
  }

  message(field: string): Message | undefined {
    const value = this.#values.get(field);
    return value instanceof Message ? value : undefined;
  }
}
