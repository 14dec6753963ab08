import type { Coded } from "../errors/coded";
import { checkShape } from "./checkShape";
import { customerProblems, customerWarnings } from "./customerRules";
import type { CustomerEntries, CustomerEntry } from "./customerShape";
import type { Declaration } from "./declaration";
import { customerDeliveryProblems, type StackDelivery, withStackDelivery } from "./deliveryRules";
import { rememberPlaces } from "./identity/places";
import { isRecord } from "./isRecord";
import { customersOfPart, partProblems } from "./parts/otherParts";
import type { Part } from "./parts/part";
import { type Locate, type Problem, problemLines } from "./problem";

/** What a check of all declarations found. */
interface Checked {
  /** The customers of the part; complete if there are no problems. */
  customers: CustomerEntries;
  /** A line each, in the order of the files. */
  problems: readonly Coded[];
  /** Warnings, a line each. */
  warnings: readonly Coded[];
}

/** Checks declarations as a whole, as if they were one, whatever part of them is asked for. */
export function checkDeclarations(
  declarations: readonly Declaration[],
  now: Date,
  delivery: StackDelivery = { problems: [], locate: () => undefined },
  part?: Part,
): Checked {
  const problems: Problem[] = [];
  const entries = new Map<string, { entry: CustomerEntry; declaration: Declaration }>();
  const rootOf = ({ root }: Declaration) => (root.length === 0 ? ["customers"] : root);
  for (const declaration of declarations) {
    const found = [...declaration.problems];
    for (const [name, entry] of Object.entries(entriesOf(declaration, found))) {
      const earlier = entries.get(name);
      if (earlier === undefined) {
        entries.set(name, { entry, declaration });
        continue;
      }
      const place = earlier.declaration.locate([...rootOf(earlier.declaration), name], "name");
      const at = place === undefined ? "another file" : `${place.file}:${place.line}:${place.column}`;
      found.push({
        code: "TSL-DUPLICATE",
        path: [...rootOf(declaration), name],
        at: "name",
        message: `is declared in ${at} as well: remove one of the two`,
      });
    }
    problems.push(...found.map((problem) => ({ ...problem, ...placed(problem, declaration.locate) })));
  }
  const [first] = declarations;
  const root = first === undefined ? [] : rootOf(first);
  const customers = Object.fromEntries([...entries].map(([name, { entry }]) => [name, entry]));
  const locate: Locate = (path, at) => entries.get(String(path[root.length]))?.declaration.locate(path, at);
  const delivered = withStackDelivery(customers, delivery);
  const own = customersOfPart(delivered, part);
  rememberPlaces(own, { root, locate, now });
  const between = [
    ...customerProblems(customers, root),
    ...customerDeliveryProblems(customers, root, delivery),
    ...partProblems(customers, root, part),
  ];
  return {
    customers: own,
    problems: problemLines([...problems, ...between], locate),
    warnings: problemLines(customerWarnings(customers, root), locate),
  };
}

function entriesOf({ value, shape, root }: Declaration, problems: Problem[]): CustomerEntries {
  if (value === undefined) {
    return {};
  }
  const checked = checkShape(shape, value, root, { problems, inStack: root.length > 0 });
  const found = root.length === 0 && isRecord(checked) ? checked.customers : checked;
  // What passes the check has the type of the shape, without what it has reported.
  return (found ?? {}) as CustomerEntries;
}

function placed({ path, at = "value", position }: Problem, locate: Locate): Pick<Problem, "position"> {
  const found = position ?? locate(path, at);
  return found === undefined ? {} : { position: found };
}
