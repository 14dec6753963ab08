// npm run test:load -- [--backend express] [--customers 20] [--rotations 10] [--rate 50] [--read-every 2000]
// Customers call an example backend, `rate` requests a second together, each with the token that it reads from its delivered secret every
// `read-every` milliseconds, while all keys are rotated. `--backend demo` calls the API of the demo. Exits with 1 when a call was refused or a
// rotation did not reach a customer. Needs moto: scripts/installPythonTools.sh. What is real and what is simulated: test/components/delivery/load.ts.
import { parseArgs } from "node:util";
import type { GuardedApi, GuardedApiOptions } from "../cli/demo/guardedApi";
import { type LoadOptions, runLoad } from "../test/components/delivery/load";
import { backends, missingTool } from "../test/examples/backends";
import { build } from "../test/examples/build";
import { launch } from "../test/examples/launch";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      backend: { type: "string", default: "express" },
      customers: { type: "string", default: "20" },
      rotations: { type: "string", default: "10" },
      rate: { type: "string", default: "50" },
      "read-every": { type: "string", default: "2000" },
    },
  });
  const [count, rotations, rate, readEvery] = [
    values.customers,
    values.rotations,
    values.rate,
    values["read-every"],
  ].map(Number) as [number, number, number, number];
  if (![count, rotations, rate, readEvery].every((number) => Number.isSafeInteger(number) && number > 0)) {
    throw new Error("--customers, --rotations, --rate and --read-every take whole numbers above 0");
  }
  const startApi = await apiOf(values.backend);
  const { requests, refused, tokens, previousKept } = await runLoad({
    customers: count,
    rotations,
    requestsPerSecond: rate,
    readEvery,
    ...(startApi && { startApi }),
    onProgress: (line) => console.log(line),
  });
  const unreached = tokens.filter((each) => each !== rotations + 1).length;
  const refusals = Object.values(refused).reduce((sum, each) => sum + each, 0);
  console.log(
    `${requests} requests of ${count} customers at ${values.backend} through ${rotations} rotations of each: ${refusals} refused ${JSON.stringify(refused)}, ` +
      `${unreached} customers without every token, old versions ${previousKept ? "kept" : "LOST"}`,
  );
  process.exitCode = refusals === 0 && unreached === 0 && previousKept ? 0 : 1;
}

/** How an example backend is started, built; undefined for the API of the demo. @throws Error for an unknown one, or when a tool is missing */
async function apiOf(name: string): Promise<LoadOptions["startApi"]> {
  if (name === "demo") {
    return undefined;
  }
  const backend = backends.find((each) => each.name === name);
  if (!backend) {
    throw new Error(`--backend takes demo, ${backends.map((each) => each.name).join(", ")}`);
  }
  const missing = missingTool(backend.tools);
  if (missing) {
    throw new Error(`${name}: ${missing}`);
  }
  await build(backend);
  return async ({ tesseralUrl, backendApiKey }: GuardedApiOptions): Promise<GuardedApi> => {
    const running = await launch(backend, { TESSERAL_API_URL: tesseralUrl, TESSERAL_BACKEND_API_KEY: backendApiKey });
    return { url: `http://127.0.0.1:${running.port}/whoami`, close: () => void running.stop() };
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
