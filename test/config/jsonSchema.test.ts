// Proves that customers.schema.json is what the definition gives, and that it never refuses what the check lets through. Not that
// an editor makes good use of it.
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import fc from "fast-check";
import { expect, expectTypeOf, it } from "vitest";
import { parse } from "yaml";
import type { CustomerArgs } from "../../components/customer";
import type { CustomerEntry } from "../../config";
import { checkShape } from "../../config/checkShape";
import { fileShape } from "../../config/customerShape";
import { customersJsonSchema } from "../../config/jsonSchema";
import type { Problem } from "../../config/problem";
import type { Shape } from "../../config/shape";

const ajv = new Ajv({ strict: false, formats: { "date-time": true } });
const matches = ajv.compile(customersJsonSchema());

// `npx vitest run test/config/jsonSchema.test.ts -u` writes the file anew.
it("is published as customers.schema.json", async () => {
  await expect(`${JSON.stringify(customersJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../customers.schema.json",
  );
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

it("never refuses what the check lets through", () => {
  let letThrough = 0;
  fc.assert(
    fc.property(arbitrary(fileShape), (document) => {
      const problems: Problem[] = [];
      checkShape(fileShape, document, [], { problems });
      if (problems.length === 0) {
        letThrough += 1;
        expect(matches(document), JSON.stringify(matches.errors)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
  expect(letThrough).toBeGreaterThan(100);
});

it("has exactly the fields of the component that it feeds", () => {
  // A component has Pulumi's own option for an earlier name of itself.
  expectTypeOf<Exclude<keyof CustomerEntry, "renamedFrom">>().toEqualTypeOf<keyof CustomerArgs>();
  expectTypeOf<CustomerEntry>().toExtend<CustomerArgs>();
});

/** Values that mostly fit a shape. */
function arbitrary(shape: Shape): fc.Arbitrary<unknown> {
  const odd = { arbitrary: fc.constantFrom<unknown>(null, "", 1, true, [], {}), weight: 1 };
  const mostly = (usual: fc.Arbitrary<unknown>) => fc.oneof({ arbitrary: usual, weight: 60 }, odd);
  switch (shape.kind) {
    case "text":
      return mostly(
        fc.constantFrom(
          "Acme",
          "acme.example",
          "eu-west-1",
          "123456789012",
          "alias/customers",
          "org_0000000000000000000000001",
          "2035-01-01T00:00:00+02:00",
          "2035-01-01",
          " x",
        ),
      );
    case "flag":
      return mostly(fc.boolean());
    case "whole":
      return mostly(fc.constantFrom(shape.or, shape.from, shape.to, shape.to + 1, 7.5));
    case "choice":
      return mostly(fc.constantFrom(...shape.values));
    case "list": {
      const list = fc.array(arbitrary(shape.of), { maxLength: 3 });
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
