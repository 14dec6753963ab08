// Proves that customers.schema.json and customer.schema.json are what the definition gives, and that they never refuse what the check lets through. Not that
// an editor makes good use of it.
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import fc from "fast-check";
import { expect, expectTypeOf, it } from "vitest";
import { parse } from "yaml";
import type { CustomerArgs } from "../../components/customerArgs";
import type { CustomerEntry } from "../../config";
import { checkShape } from "../../config/checkShape";
import { fileShape, singleFileShape } from "../../config/customerShape";
import { customerJsonSchema, customersJsonSchema } from "../../config/jsonSchema";
import type { Problem } from "../../config/problem";
import type { Shape } from "../../config/shape";

const ajv = new Ajv({ strict: false, formats: { "date-time": true } });
const matches = ajv.compile(customersJsonSchema());
const matchesOne = ajv.compile(customerJsonSchema());

// `npx vitest run test/config/jsonSchema.test.ts -u` writes the file anew.
it.each([
  ["customers.schema.json", customersJsonSchema()],
  ["customer.schema.json", customerJsonSchema()],
])("is published as %s", async (file, schema) => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../../${file}`);
});

it("describes every field", () => {
  const undescribed: string[] = [];
  const visit = (shape: Shape, path: string): void => {
    if (!/^[A-Z].*\.$|^enabled: /u.test(shape.description)) {
      undescribed.push(path);
    }
    if (shape.kind === "list" || shape.kind === "map" || shape.kind === "texts") {
      visit(shape.of, `${path}.*`);
    }
    if (shape.kind === "object") {
      for (const [name, field] of Object.entries(shape.fields)) {
        visit(field, `${path}.${name}`);
      }
    }
  };
  visit(fileShape, "");
  expect(undescribed).toEqual([]);
});

it("admits the example, and what an empty place in YAML means", () => {
  expect(matches(parse(readFileSync("customers.example.yaml", "utf8"), { merge: true }))).toBe(true);
  expect(matches(parse("customers:"))).toBe(true);
  expect(matches(parse("customers: { acme: { displayName: Acme, roles: , apiKeys: { ci: } } }"))).toBe(true);
});

it.each([
  ["a field that is not known", { displayName: "Acme", displayname: "Acme" }],
  ["a customer without a name", {}],
  ["an empty name", { displayName: " " }],
  ["a role without actions", { displayName: "Acme", roles: { reader: { actions: [] } } }],
  ["a repeated role", { displayName: "Acme", apiKeys: { ci: { roles: ["reader", "reader"] } } }],
  ["another kind of access", { displayName: "Acme", apiAccess: "blocked" }],
  ["what is no day", { displayName: "Acme", keepUntil: "next year" }],
  ["text for a switch", { displayName: "Acme", requireMfa: "yes" }],
  ["a delivery to nowhere known", { displayName: "Acme", deliverTo: "ssm" }],
  ["a delivery without a place", { displayName: "Acme", deliverTo: {} }],
  [
    "a week and a half of recovery",
    { displayName: "Acme", deliverTo: { awsSecretsManager: { recoveryWindowInDays: 10.5 } } },
  ],
  ["an URL for a domain", { displayName: "Acme", domains: ["https://acme.example"] }],
])("refuses %s", (_, acme) => {
  expect(matches({ customers: { acme } })).toBe(false);
});

it("refuses a name that the check refuses", () => {
  expect(matches({ customers: { Acme: { displayName: "Acme" } } })).toBe(false);
});

it("knows a file of one customer", () => {
  const own = parse(
    "$schema: ../customer.schema.json\nx-roles: &r { actions: [a] }\ndisplayName: Acme\nroles: { a: *r }",
  );
  expect(matchesOne(own)).toBe(true);
  expect(matchesOne({ customers: { acme: { displayName: "Acme" } } })).toBe(false);
  expect(matchesOne({ displayName: "Acme", displayname: "Acme" })).toBe(false);
});

it.each([
  ["file of customers", fileShape, matches],
  ["file of one customer", singleFileShape, matchesOne],
])("never refuses what the check lets through of a %s", (_, shape, matching) => {
  let letThrough = 0;
  fc.assert(
    fc.property(arbitrary(shape), (document) => {
      const problems: Problem[] = [];
      checkShape(shape, document, [], { problems });
      if (problems.length === 0) {
        letThrough += 1;
        expect(matching(document), JSON.stringify(matching.errors)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
  // On average 100 of 2,000; so few that the property says nothing are out of the question.
  expect(letThrough).toBeGreaterThan(40);
});

it("has exactly the fields of the component that it feeds", () => {
  // A component has Pulumi's own option for an earlier name of itself, and is where it is made.
  expectTypeOf<Exclude<keyof CustomerEntry, "renamedFrom" | "part">>().toEqualTypeOf<keyof CustomerArgs>();
  expectTypeOf<CustomerEntry>().toExtend<CustomerArgs>();
});

/** A text of each format that not any text has. */
const fitting: Readonly<Record<string, string>> = {
  domain: "acme.example",
  organizationId: "org_0000000000000000000000001",
  instant: "2035-01-01T00:00:00+02:00",
  keepUntil: "2035-01-01",
  period: "P7D",
  kmsKey: "alias/customers",
  awsRegion: "eu-west-1",
  awsPrincipal: "123456789012",
};

/** Values that mostly fit a shape. */
function arbitrary(shape: Shape): fc.Arbitrary<unknown> {
  const odd = { arbitrary: fc.constantFrom<unknown>(null, "", 1, true, [], {}), weight: 1 };
  const mostly = (usual: fc.Arbitrary<unknown>) => fc.oneof({ arbitrary: usual, weight: 60 }, odd);
  switch (shape.kind) {
    case "text":
      return mostly(
        fc.oneof(
          { arbitrary: fc.constant(fitting[shape.format] ?? "Acme"), weight: 20 },
          { arbitrary: fc.constantFrom(...Object.values(fitting), "Acme", " x"), weight: 1 },
        ),
      );
    case "flag":
      return mostly(fc.boolean());
    case "whole":
      return mostly(fc.constantFrom(shape.or ?? shape.to, shape.from, shape.to, shape.to + 1, 7.5));
    case "choice":
      return mostly(fc.constantFrom(...shape.values));
    case "list": {
      const list = fc.oneof(
        { arbitrary: fc.uniqueArray(arbitrary(shape.of), { maxLength: 3 }), weight: 8 },
        { arbitrary: fc.array(arbitrary(shape.of), { maxLength: 3 }), weight: 1 },
      );
      return mostly(shape.orOne ? fc.oneof(list, arbitrary(shape.of)) : list);
    }
    case "texts":
      return mostly(fc.dictionary(fc.constantFrom("team", "cost center"), arbitrary(shape.of), { maxKeys: 2 }));
    case "map":
      return mostly(fc.dictionary(fc.constantFrom("acme", "globex-2", "a", "B"), arbitrary(shape.of), { maxKeys: 2 }));
    case "object": {
      const fields = Object.entries(shape.fields).map(([name, field]) => [name, arbitrary(field)] as const);
      const object = fc.record(Object.fromEntries(fields), { requiredKeys: [...shape.required] });
      return mostly(shape.orWord === undefined ? object : fc.oneof(object, fc.constant(shape.orWord)));
    }
  }
}
