/** Makes the stacks of a new division. */

import { partText } from "../../config/parts/part";
import { CodedError } from "../../errors/coded";
import { count as countOf } from "../../report/inWords";
import type { PulumiProject } from "../pulumi/project";
import { workOnEach } from "../workOnEach";
import { fileConfig } from "../writtenConfig";
import { existingStacks, makeStacks, refuseBackendForAll, refuseTaken, setPart } from "./makeStacks";
import { partOfStack, partsOf } from "./partStacks";
import { customersIn, type State } from "./storedParts";

/**
 * Makes `template-1` to `template-n` with the settings of the template, except its backend. Killed at any point and run again, it goes on.
 * @returns their names; undefined if the person did not agree
 */
export async function initParts(
  project: PulumiProject,
  template: string,
  count: number,
  jobs: number,
  agree: (text: string) => Promise<boolean>,
): Promise<string[] | undefined> {
  await refuseTemplate(project, template, count);
  if (!(await agree(`${count} stacks with the settings of ${template}: ${template}-1 to ${template}-${count}`))) {
    return undefined;
  }
  const unfinished = Array.from({ length: count }, (_, index) => index + 1).filter((number) => {
    const part = partOfStack(project, `${template}-${number}`);
    return part === undefined || partText(part) !== partText({ number, of: count });
  });
  for (const number of unfinished.slice(0, 1)) {
    // The first one by itself, so that a mistake is reported once.
    await makeStacks(project, template, { from: number, to: number, of: count, template, jobs: 1 });
  }
  const [first = count + 1] = unfinished;
  await makeStacks(project, template, { from: first + 1, to: count, of: count, template, jobs });
  await workOnEach(unfinished, jobs, (number) => setPart(project, `${template}-${number}`, { number, of: count }));
  return Array.from({ length: count }, (_, index) => `${template}-${index + 1}`);
}

/** Throws if parts cannot be made from this stack. */
async function refuseTemplate(project: PulumiProject, template: string, count: number): Promise<void> {
  const existing = await existingStacks(project);
  const config = fileConfig(project, template);
  if (config === undefined || !existing.has(template)) {
    throw new CodedError(
      "TSL-PARTS",
      `there is no stack ${template} with settings of its own: \`pulumi stack ls\` lists those of this project`,
    );
  }
  if (partOfStack(project, template) !== undefined) {
    throw new CodedError(
      "TSL-PARTS",
      `stack ${template} is a part already. For more of them: npx pulumi-tesseral parts grow --to ${count}`,
    );
  }
  if (Object.hasOwn(config, "tesseral:customers")) {
    throw new CodedError(
      "TSL-PARTS",
      `the customers are declared in ${project.stackFile(template)}, which each part would get a copy of: move them into customers.yaml first`,
    );
  }
  refuseBackendForAll(project);
  const present = partsOf(project, `${template}-1`);
  const other = present?.stacks.find(({ part }) => part.of !== count);
  if (other !== undefined) {
    throw new CodedError(
      "TSL-PARTS",
      `${other.stack} is one of ${other.part.of} parts. For more of them: npx pulumi-tesseral parts grow --stack ${other.stack} --to ${count}`,
    );
  }
  refuseTaken(project, template, { from: 1, to: count }, existing);
  const state: State = JSON.parse(await project.pulumi(["stack", "export", "--stack", template]));
  const customers = customersIn(state).size;
  if (customers > 0) {
    throw new CodedError(
      "TSL-PARTS",
      `stack ${template} has ${countOf(customers, "customer")}, which other stacks would make again. To divide them: npx pulumi-tesseral parts grow --stack ${template} --to ${count}`,
    );
  }
}
