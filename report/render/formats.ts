/** The formats of a review by name. */
import type { Review } from "../review";
import { pageReview } from "./html/page";
import { markdownReview } from "./markdown";
import { terminalReview } from "./terminal";

interface RenderOptions {
  /** Whether a terminal shows colors. */
  color: boolean;
  /** The width of the terminal; absent: lines are not broken. */
  columns?: number;
}

export const formats = {
  terminal: (review: Review, options: RenderOptions) => terminalReview(review, options),
  markdown: (review: Review) => markdownReview(review),
  json: (review: Review) => `${JSON.stringify(review, null, 2)}\n`,
  html: (review: Review) => pageReview(review),
} as const satisfies Record<string, (review: Review, options: RenderOptions) => string>;

export type Format = keyof typeof formats;

export const formatNames = Object.keys(formats) as Format[];
