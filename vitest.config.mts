import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/engine/pulumiCli.ts"],
    testTimeout: 20_000,
  },
});
