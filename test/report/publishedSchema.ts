// The published schemas of what commands print as JSON.
import { readFileSync } from "node:fs";
import Ajv, { type ErrorObject } from "ajv";

/** What a schema of the package, such as `review.schema.json`, has against a value that was read from JSON. */
export function problemsBy(file: string): (value: unknown) => ErrorObject[] {
  const validate = new Ajv({
    allErrors: true,
    formats: { "date-time": (text: string) => /^\d{4}-.*T.*Z$/.test(text) && !Number.isNaN(Date.parse(text)) },
  }).compile(JSON.parse(readFileSync(file, "utf8")));
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}
