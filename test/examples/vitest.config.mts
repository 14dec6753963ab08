import { defineConfig } from "vitest/config";
import { ConformanceTable } from "./conformanceTable.mjs";

/** The suite of the example backends, run by `npm run test:examples`: it builds and starts seven programs and takes minutes. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.examples.ts"],
    reporters: ["default", new ConformanceTable()],
    testTimeout: 180_000,
    // A first build of the Rust example takes minutes.
    hookTimeout: 20 * 60_000,
    // Files beside each other: most rows wait for answers that do not come, and builds run at low priority meanwhile.
    maxWorkers: 4,
    maxConcurrency: 7,
  },
});
