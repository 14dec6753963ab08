import type { Locate, Path } from "../problem";

/** Where and when customers were read. */
interface Places {
  /** The path of the customers in what they were read from. */
  root: Path;
  locate: Locate;
  /** The time that their times are compared with. */
  now: Date;
}

/** By the object that holds the customers, since programs hand it on. */
const places = new WeakMap<object, Places>();

/** Remembers where customers are written, so that what is found out later can be shown there. */
export function rememberPlaces(customers: object, found: Places): void {
  places.set(customers, found);
}

/** Where customers are written; of those that come from elsewhere only their names are known. */
export function placesOf(customers: object): Places {
  return places.get(customers) ?? { root: ["customers"], locate: () => undefined, now: new Date() };
}
