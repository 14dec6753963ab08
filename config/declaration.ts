import type { Locate, Path, Problem } from "./problem";
import type { Shape } from "./shape";

/** Customers as someone wrote them, not yet checked. */
export interface Declaration {
  /** What is checked: the customers, or a document that holds them. Undefined: nothing, and `problems` says why. */
  value: unknown;
  shape: Shape;
  /** The path of `value`. */
  root: Path;
  /** What was found before the check. */
  problems: readonly Problem[];
  locate: Locate;
}
