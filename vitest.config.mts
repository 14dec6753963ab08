import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Where the tests of a kind lie; those of no kind are `unit`: they need neither a Pulumi CLI nor what is built, and take seconds. */
const kinds = {
  /** The built package without Pulumi: its command as people type it, what it loads, and others' clients against its emulator. */
  built: [
    "test/cli/{completion,confirm,emulator,main,proxy,remove,replaceFiles,token}.test.ts",
    "test/cli/{import/import,inventory/index,pulumi/findPulumi,review/review,verify/verify}.test.ts",
    "test/emulator/{docs,middlewares/python}.test.ts",
    "test/docs/testingHelper.test.ts",
    "test/testing/moduleRegistry.test.ts",
    "test/release/{exampleWorkflows,loading}.test.ts",
  ],
  /** Needs as little as `unit`, but seconds for each file: every recording, TypeScript's compiler, what is large, and properties that are tried on much. */
  thorough: [
    "test/{publicSurface,docs/blocks,docs/reference,errors/sources}.test.ts",
    "test/emulator/{malformed,recordings}.test.ts",
    "test/tesseral/{instant,limiter,limiterUse}.test.ts",
    "test/config/{jsonSchema,manyCustomers}.test.ts",
    "test/cli/import/readTenant.test.ts",
    "test/providers/{rotationOverLives,sharedReads}.test.ts",
    "test/report/{inventory,markdown,readable,secrets}.test.ts",
  ],
  /** Runs programs on the real engine. */
  engine: [
    "test/{engine,crash,commandLine,edits}/**/*.test.ts",
    "test/config/**/program*.test.ts",
    "test/config/project.test.ts",
    "test/cli/demo/demo.test.ts",
    "test/docs/{previews,sessions}.test.ts",
  ],
  /** What the backend deploys and what its function starts with; what is delivered to Secrets Manager. */
  aws: ["test/{components/backend,components/delivery,lambda}/**/*.test.ts"],
  /** What becomes of every failure. */
  faults: ["test/faults/**/*.test.ts"],
  /** Opens pages in a browser. */
  browser: ["test/report/html/**/*.test.ts"],
  /** The workflows, the changelog and the package. */
  release: ["test/release/{release,workflows}.test.ts"],
};

/** Tests with shell scripts as stand-ins, and with signals: Windows has neither. */
const posixOnly = [
  "test/{crash,edits}/**",
  "test/docs/sessions.test.ts",
  "test/cli/demo/demo.test.ts",
  "test/cli/{remove,replaceFiles,token,import/import,inventory/index,review/review,verify/verify}.test.ts",
  "test/cli/pulumi/findPulumi.test.ts",
  "test/cli/{completion,confirm,emulator,proxy}.test.ts",
  "test/release/exampleWorkflows.test.ts",
  "test/providers/stackState.test.ts",
];

/** Tests that start what AWS Lambda would start, which are programs for Linux. */
const linuxOnly = [
  "test/lambda/**",
  "test/components/backend/{layer,layerZip,start,posture,documentation,keyPrograms,streaming}.test.ts",
  "test/components/delivery/{posture,load}.test.ts",
];

const leftOut = [
  ...(process.platform === "win32" ? posixOnly : []),
  ...(process.platform === "linux" ? [] : linuxOnly),
];
if (leftOut.length > 0) {
  console.warn(`Tests are left out, since they need another system than ${process.platform}: ${leftOut.join(", ")}`);
}

/** Which kinds need no Pulumi CLI. */
const withoutPulumi = ["built", "browser", "release", "thorough"];

export default defineConfig({
  test: {
    // vitest leaves a processor free, which is half of a machine that has two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...Object.values(kinds).flat(), ...leftOut],
          testTimeout: 20_000,
          // Half of the time of these would go into loading the same modules for each file.
          isolate: false,
        },
      },
      ...Object.entries(kinds).map(([name, include]) => ({
        test: {
          name,
          include,
          exclude: leftOut,
          globalSetup: withoutPulumi.includes(name) ? [] : ["test/engine/pulumiCli.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
});
