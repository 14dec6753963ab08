// npm run test:load -- [--customers 20] [--rotations 10] [--rate 50] [--read-every 2000]
// Customers call an API, `rate` requests a second together, each with the token that it reads from its delivered secret every `read-every`
// milliseconds, while all keys are rotated. Exits with 1 when a call was refused or a rotation did not reach a customer. Needs moto:
// scripts/installPythonTools.sh. What is real and what is simulated: test/components/delivery/load.ts.
import { parseArgs } from "node:util";
import { runLoad } from "../test/components/delivery/load";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
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
  const { requests, refused, tokens, previousKept } = await runLoad({
    customers: count,
    rotations,
    requestsPerSecond: rate,
    readEvery,
    onProgress: (line) => console.log(line),
  });
  const unreached = tokens.filter((each) => each !== rotations + 1).length;
  const refusals = Object.values(refused).reduce((sum, each) => sum + each, 0);
  console.log(
    `${requests} requests of ${count} customers through ${rotations} rotations of each: ${refusals} refused ${JSON.stringify(refused)}, ` +
      `${unreached} customers without every token, old versions ${previousKept ? "kept" : "LOST"}`,
  );
  process.exitCode = refusals === 0 && unreached === 0 && previousKept ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
