import { defineConfig } from "vitest/config";

/** The tests of the built site, run by `npm run docs:test`: they open every page in a browser. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.site.ts"],
    testTimeout: 15 * 60_000,
    hookTimeout: 60_000,
  },
});
