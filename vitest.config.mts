import { defineConfig } from "vitest/config";

/** Tests outside the folders of `engine` that run a program on the real engine all the same. */
const engineElsewhere = [
  "test/cli/demo/demo.test.ts",
  "test/config/**/program*.test.ts",
  "test/config/project.test.ts",
];

const folders = {
  engine: ["test/engine/**/*.test.ts", "test/crash/**/*.test.ts", "test/commandLine/**/*.test.ts", ...engineElsewhere],
  aws: ["test/components/backend/**/*.test.ts", "test/lambda/**/*.test.ts"],
  faults: ["test/faults/**/*.test.ts"],
};

const needsPulumi = { globalSetup: ["test/engine/pulumiCli.ts"], testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: Object.values(folders).flat(),
          testTimeout: 20_000,
        },
      },
      ...Object.entries(folders).map(([name, include]) => ({ test: { name, include, ...needsPulumi } })),
    ],
  },
});
