import type { Builder, Framework } from "./codeBuild";
import { axum, go } from "./compiled";
import { express, nextjs } from "./node";
import { python } from "./python";

/** Who builds what. */
export const builders: Readonly<Record<Framework, Builder>> = {
  express,
  nextjs,
  flask: python,
  fastapi: python,
  django: python,
  go,
  axum,
};
