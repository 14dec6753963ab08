import { findPulumi } from "../../cli/pulumi/findPulumi";

/** Before any test: finds the Pulumi CLI once, so that a build of many minutes is seen and counts against no test's time. */
export default async function setup(): Promise<void> {
  const cli = await findPulumi({ progress: (line) => console.log(line) });
  console.log(cli.how);
}
