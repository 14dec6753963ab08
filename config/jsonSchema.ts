import { fileShape, singleFileShape } from "./customerShape";
import { formats } from "./formats";
import { namePattern } from "./properName";
import type { Shape } from "./shape";

interface JsonSchema {
  [keyword: string]: unknown;
}

/** The JSON Schema of a file of customers, for editors: `customers.schema.json`. It says what a schema can; the check says more. */
export function customersJsonSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Customers of an API that authenticates with Tesseral",
    ...schemaOf(fileShape),
  };
}

/** The same for a file of one customer: `customer.schema.json`. */
export function customerJsonSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A customer of an API that authenticates with Tesseral",
    ...schemaOf(singleFileShape),
  };
}

function schemaOf(shape: Shape): JsonSchema {
  const { description } = shape;
  switch (shape.kind) {
    case "text":
      return { description, type: "string", ...formats[shape.format].schema };
    case "flag":
      return { description, type: "boolean", ...(shape.default !== undefined && { default: shape.default }) };
    case "whole": {
      const number = { type: "integer", minimum: shape.from, maximum: shape.to };
      return { description, ...(shape.or === undefined ? number : { anyOf: [number, { const: shape.or }] }) };
    }
    case "choice":
      return { description, enum: shape.values, default: shape.default };
    case "list": {
      const list = {
        type: "array",
        items: schemaOf(shape.of),
        uniqueItems: true,
        ...(shape.filled && { minItems: 1 }),
      };
      const instead = shape.orOne
        ? schemaOf(shape.of)
        : shape.orWord === undefined
          ? undefined
          : { const: shape.orWord };
      return { description, ...(instead === undefined ? list : { anyOf: [instead, list] }) };
    }
    case "texts":
      return { description, type: "object", additionalProperties: schemaOf(shape.of) };
    case "map":
      return {
        description,
        type: ["object", "null"],
        propertyNames: { pattern: namePattern.source },
        additionalProperties: schemaOf(shape.of),
      };
    case "object": {
      const object = {
        // Where nothing is required, nothing needs to be written: `ci:` alone is a key.
        type: shape.required.length === 0 ? ["object", "null"] : "object",
        properties: Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, schemaOf(field)])),
        required: shape.required,
        additionalProperties: false,
        ...(shape.ignoredPrefix !== undefined && { patternProperties: { [`^${shape.ignoredPrefix}`]: {} } }),
      };
      return { description, ...(shape.orWord === undefined ? object : { anyOf: [{ const: shape.orWord }, object] }) };
    }
  }
}
