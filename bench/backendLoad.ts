// What loading the package costs a Pulumi program, without and with a backend; and what the usual way to import AWS would cost.
// node scripts/runTypeScript.cjs bench/backendLoad.ts [--runs 15]   (build first: it is the built package that is loaded)
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { alternating, lowerQuartile } from "./alternating";

const root = join(__dirname, "..");

const programs = {
  "@pulumi/pulumi alone": 'require("@pulumi/pulumi")',
  "pulumi-tesseral": 'require("pulumi-tesseral")',
  "pulumi-tesseral and its backend": 'require("pulumi-tesseral"); require("pulumi-tesseral/backend")',
  "pulumi-tesseral and all of @pulumi/aws": 'require("pulumi-tesseral"); require("@pulumi/aws")',
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: "string", default: "15" } } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 4) {
    throw new Error(`--runs ${values.runs}: not a number of at least 4`);
  }
  const contenders = Object.fromEntries(
    Object.entries(programs).map(([name, script]) => [name, async () => loadTime(script)]),
  );
  const measured = await alternating(contenders, runs);
  console.log(`CPU time to load, in a fresh Node ${process.versions.node}, lower quartile of ${runs} each, in turns\n`);
  console.log("| loaded | CPU | against @pulumi/pulumi alone |\n| --- | ---: | ---: |");
  const floor = lowerQuartile(measured["@pulumi/pulumi alone"] ?? []);
  for (const [name, times] of Object.entries(measured)) {
    const time = lowerQuartile(times);
    console.log(`| ${name} | ${time.toFixed(0)} ms | ${(time / floor).toFixed(2)} |`);
  }
}

/** Milliseconds of CPU for the script alone, without Node's own start. Not the clock's: others use the machine, too. */
function loadTime(script: string): number {
  const timed = `const before = process.cpuUsage(); ${script}; const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", timed], { cwd: root, encoding: "utf8" });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return Number(stdout);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
