import { protectionProblem } from "../components/customerArgs";
import { suggestion } from "../components/nearest";
import { lifeProblems } from "../providers/declaredLife";
import type { CustomerEntry } from "./customerShape";
import { looks, sameName } from "./displayName";
import type { Path, Problem } from "./problem";

/** A customer in which wrong fields are undefined. */
type Entry = { readonly [Field in keyof CustomerEntry]?: CustomerEntry[Field] | undefined };
type Entries = Readonly<Record<string, Entry>>;

/** Problems that no single field shows: between the fields of a customer, and between customers. */
export function customerProblems(customers: Entries, root: Path): Problem[] {
  return [
    ...Object.entries(customers).flatMap(([name, customer]) => [
      ...roleProblems(customer, [...root, name]),
      ...rotationProblems(customer, [...root, name]),
      ...mfaProblems(customer, [...root, name]),
      ...protectionProblems(customer, [...root, name]),
    ]),
    ...nameProblems(customers, root),
    ...displayNameProblems(customers, root),
    ...adoptionProblems(customers, root),
    ...resourceNameProblems(customers, root),
  ];
}

/** Keys can only have roles that their customer declares. */
function roleProblems(customer: Entry, path: Path): Problem[] {
  const declared = Object.keys(customer.roles ?? {});
  const apiKeys = isUnreadable(customer, "roles") ? {} : (customer.apiKeys ?? {});
  return Object.entries(apiKeys).flatMap(([key, { roles = [] }]) =>
    (roles === "unmanaged" ? [] : roles).flatMap((role, index) => {
      if (declared.includes(role)) {
        return [];
      }
      const near = suggestion(role, declared);
      const known = declared.length === 0 ? "this customer declares no roles" : `the roles are ${declared.join(", ")}`;
      const message = `this customer has no role ${JSON.stringify(role)}${near || `: ${known}`}`;
      return [{ code: "TSL-ROLE" as const, path: [...path, "apiKeys", key, "roles", index], message }];
    }),
  );
}

/** The periods of a key have to fit together. A key with a field that is wrong in itself is not judged. */
function rotationProblems(customer: Entry, path: Path): Problem[] {
  return Object.entries(customer.apiKeys ?? {}).flatMap(([key, entry]) =>
    Object.values(entry).some((value) => value === undefined)
      ? []
      : lifeProblems(entry).map(({ field, message }) => ({
          code: "TSL-ROTATION" as const,
          path: [...path, "apiKeys", key, field],
          message,
        })),
  );
}

/** Tesseral refuses to require a second factor if members of the organization cannot have one. */
function mfaProblems(customer: Entry, path: Path): Problem[] {
  const factors = ["logInWithAuthenticatorApp", "logInWithPasskey"] as const;
  if (customer.requireMfa !== true || factors.some((factor) => customer[factor] || isUnreadable(customer, factor))) {
    return [];
  }
  const message = "needs a second factor: set logInWithAuthenticatorApp or logInWithPasskey to true as well";
  return [{ code: "TSL-MFA", path: [...path, "requireMfa"], message }];
}

function protectionProblems(customer: Entry, path: Path): Problem[] {
  const message = customer.protect === true ? protectionProblem(customer) : undefined;
  return message === undefined ? [] : [{ code: "TSL-PROTECT", path: [...path, "protect"], message }];
}

/** `acme-corp` and `Acme_Corp` are one customer written twice. */
function nameProblems(customers: Entries, root: Path): Problem[] {
  const fold = (name: string) => name.toLowerCase().replaceAll(/[-_\s]+/gu, "-");
  return repetitions(Object.keys(customers), fold).map(([name, earlier]) => ({
    code: "TSL-NAME",
    path: [...root, name],
    at: "name",
    message: `differs from ${earlier} only in case or hyphens: choose another name, or remove one of the two`,
  }));
}

/** Two customers with the same display name are one customer declared twice, unless both say that they are not. */
function displayNameProblems(customers: Entries, root: Path): Problem[] {
  const named = Object.entries(customers).filter(([, { displayName }]) => displayName !== undefined);
  return repetitions(named, ([, { displayName = "" }]) => sameName(displayName))
    .filter(([[, one], [, other]]) => !(one.allowDuplicateName && other.allowDuplicateName))
    .map(([[name, customer], [earlier, { displayName }]]) => ({
      code: "TSL-DUPLICATE",
      path: [...root, name, "displayName"],
      message:
        `is ${customer.displayName === displayName ? "the same as" : "nearly the same as"} that of ${earlier}: ` +
        "remove one of the two, or set allowDuplicateName to true in both",
    }));
}

/** What is probably a mistake, but may be intended. */
export function customerWarnings(customers: Entries, root: Path): Problem[] {
  const named = Object.entries(customers).flatMap(([name, { displayName }]) =>
    displayName === undefined ? [] : [{ name, displayName }],
  );
  const uncomposed = named.filter(({ displayName }) => displayName !== displayName.normalize("NFC"));
  const alike = repetitions(named, ({ displayName }) => looks(displayName)).filter(
    ([one, other]) => sameName(one.displayName) !== sameName(other.displayName),
  );
  return [
    ...uncomposed.map(({ name }) => ({
      code: "TSL-LOOKALIKE" as const,
      path: [...root, name, "displayName"],
      message:
        "is not in Unicode's composed form (NFC), so a search for what it looks like may not find it: type it again",
    })),
    ...alike.map(([{ name }, earlier]) => ({
      code: "TSL-LOOKALIKE" as const,
      path: [...root, name, "displayName"],
      message: `looks like that of ${earlier.name}, but has letters of another script`,
    })),
  ];
}

/** An existing object can be taken over by only one customer, role or key. */
function adoptionProblems(customers: Entries, root: Path): Problem[] {
  const adopting = Object.entries(customers).filter(([, { adopt }]) => adopt !== undefined);
  const contents = (["roles", "apiKeys"] as const).flatMap((field) =>
    Object.entries(customers).flatMap(([customer, entry]) =>
      Object.entries(entry[field] ?? {}).flatMap(([name, { adopt }]) =>
        adopt === undefined ? [] : [{ path: [customer, field, name], adopt }],
      ),
    ),
  );
  return [
    ...repetitions(adopting, ([, { adopt = "" }]) => adopt).map(([[name], [earlier]]) => ({
      code: "TSL-ADOPT-TWICE" as const,
      path: [...root, name, "adopt"],
      message: `is the organization that ${earlier} takes over: each organization belongs to one customer`,
    })),
    ...repetitions(contents, ({ adopt }) => adopt).map(([{ path }, earlier]) => ({
      code: "TSL-ADOPT-TWICE" as const,
      path: [...root, ...path, "adopt"],
      message: `is what ${earlier.path.join(".")} takes over: each belongs to one entry`,
    })),
  ];
}

/**
 * A key's resource is named after its customer and itself, joined by a hyphen, and so is a role's. Since names may hold hyphens,
 * different pairs can give one name, which Pulumi would refuse without saying where it comes from.
 */
function resourceNameProblems(customers: Entries, root: Path): Problem[] {
  return (["roles", "apiKeys"] as const).flatMap((field) => {
    const places = Object.entries(customers).flatMap(([customer, entry]) =>
      Object.keys(entry[field] ?? {}).map((name) => ({ customer, name })),
    );
    return repetitions(places, ({ customer, name }) => `${customer}-${name}`).map(([place, earlier]) => ({
      code: "TSL-NAME" as const,
      path: [...root, place.customer, field, place.name],
      at: "name" as const,
      message:
        `would be the resource ${place.customer}-${place.name}, and so would ${earlier.customer}.${field}.${earlier.name}: ` +
        "give one of the two another name",
    }));
  });
}

/** Whether a field is declared but wrong: what depends on it cannot be judged. */
function isUnreadable(customer: Entry, field: keyof Entry): boolean {
  return Object.hasOwn(customer, field) && customer[field] === undefined;
}

/** Each item whose folded form an earlier item has, too, with the first such item. */
function repetitions<Item>(items: readonly Item[], fold: (item: Item) => string): [Item, Item][] {
  const first = new Map<string, Item>();
  return items.flatMap((item): [Item, Item][] => {
    const form = fold(item);
    const earlier = first.get(form);
    if (earlier === undefined) {
      first.set(form, item);
      return [];
    }
    return [[item, earlier]];
  });
}
