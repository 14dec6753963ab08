/** A preview as customers see it: what `pulumi-tesseral review` shows in each of its formats. Published as review.schema.json. */
import type { Effect, Level } from "./effects";

/** The version of the model, raised when a member changes its meaning or is removed. */
export const reviewVersion = 1;

export interface Review {
  version: typeof reviewVersion;
  stacks: StackReview[];
}

export interface StackReview {
  stack: string;
  /** The Pulumi project; empty where the preview does not tell. */
  project: string;
  /** When the review was made, RFC 3339. */
  time: string;
  /** Whether the preview was completed. If not, the rest of it is missing. */
  complete: boolean;
  /** What the preview said, errors first. */
  messages: Message[];
  totals: Totals;
  /** The customers that change: those who notice first, then those with rotations, then the others; by name. */
  changes: CustomerChange[];
  /** Changes outside customers. */
  others: OtherChange[];
  /** What could not be understood, as written in the preview. */
  raw: string[];
  counts: Counts;
  work: Work;
  horizon: Horizon;
  /** All customers of the stack as they are after the update, by name; only those that the preview shows. */
  customers: CustomerState[];
}

export interface Message {
  severity: "error" | "warning" | "info";
  text: string;
  /** The customer that it is about. */
  customer?: string;
}

interface Totals {
  /** Customers of the stack after the update, and those that it removes; absent where the preview does not show unchanged resources. */
  customers?: number;
  changing: number;
  noticing: number;
  rotating: number;
  /** Absent where the preview does not show unchanged resources. */
  staying?: number;
}

export interface CustomerChange {
  /** Its name in the stack. */
  name: string;
  /** Its display name; if it changes, `changes` has the old one. */
  displayName: string;
  /** What becomes of the customer as a whole. */
  kind: "new" | "adopted" | "changed" | "deleted" | "released";
  /** Its name in the stack so far, where it has another. */
  renamedFrom?: string;
  level: Level;
  /** What is noticed most comes first. */
  changes: Change[];
}

export interface Change {
  effect: Effect;
  level: Level;
  /** What it is about, by its name in the stack; absent if it is the customer as a whole. */
  subject?: { kind: "key" | "role" | "resource"; name: string };
  /** The end of a sentence about the subject. */
  text: string;
  /** The old and the new value; absent if the text says them. */
  detail?: string;
  /** How many keys it is about. */
  keys?: number;
}

export interface OtherChange {
  /** Such as `backend` for everything in a component of that name. */
  name: string;
  /** The type of the component, or of the resource. */
  type: string;
  /** How many resources by operation. */
  operations: Record<string, number>;
}

export interface Counts {
  /** The engine's own count of resources by operation; absent where it did not give one. */
  engine?: Record<string, number>;
  /** The same, of the steps that are in the preview. */
  steps: Record<string, number>;
  /** The differences between the two, in words; empty if they agree. */
  differences: string[];
}

/** What the update will ask of Tesseral, reads included. Repetitions after a failure come on top. */
export interface Work {
  requests: number;
  /** Seconds that these requests take; the engine's own time comes on top. */
  seconds: number;
  /** What limits the speed. */
  limit: string;
}

export interface Horizon {
  /** RFC 3339. */
  until: string;
  /** The period that was asked for, ISO 8601. */
  period: string;
  /** By time. */
  events: HorizonEvent[];
}

export interface HorizonEvent {
  /** RFC 3339. */
  time: string;
  /** `overdue`: it happens in the next update, or has happened, where a token expires. */
  overdue: boolean;
  event: "expires" | "rotates" | "renews" | "retires" | "deleted";
  customer: string;
  /** Absent if it is about the customer as a whole. */
  key?: string;
}

export interface CustomerState {
  name: string;
  displayName: string;
  /** `unknown`: the stack does not tell, so it is whatever it is in Tesseral. */
  access: "enabled" | "suspended" | "unknown";
  protected: boolean;
  /** What the update does with it. */
  change: CustomerChange["kind"] | "none";
  level?: Level;
  keys: KeyState[];
}

export interface KeyState {
  name: string;
  /** After the update. */
  state: "works" | "suspended" | "rotating" | "expiring" | "expired" | "revoked" | "ends";
  /** Whether the update changes it. */
  change: "new" | "changed" | "removed" | "none";
  /** Names of its roles; absent where they are not managed. */
  roles?: string[];
  /** What it may do by those of its roles that are in the stack. */
  actions?: string[];
  generation?: number;
  /** Times in RFC 3339. */
  expires?: string;
  rotates?: string;
  /** When the previous token ends. */
  retires?: string;
}
