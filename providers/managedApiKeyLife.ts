/** What `check` makes of what is declared of a key's life: its problems, and the plan, see rotation.ts. */
import { periodProblem } from "../tesseral/instant";
import { failuresOf, nonEmptyText, switchValue, timeProblem } from "./inputs";
import { type Bag, unknownValue } from "./lifecycle";
import { declared, planned } from "./managedApiKeyFields";
import { type DeclaredLife, declaredLifeFields, firstLife, lifeProblems, nextLife } from "./rotation";

/** Why a field of a key's life is not acceptable, alone or beside the others. What is not known yet is. */
export function lifeFieldProblems(inputs: Bag): (string | undefined)[] {
  const alone = ["rotateEvery", "overlap", "expireAfter", "renewBefore"].flatMap((name) => {
    const value = inputs[name];
    if (value === undefined || value === unknownValue) {
      return [];
    }
    const problem = typeof value === "string" ? periodProblem(value) : "must be a text";
    return problem === undefined ? [] : [`${name} ${problem}`];
  });
  const rotate = inputs.rotate === undefined ? undefined : nonEmptyText("rotate", inputs.rotate);
  const found = failuresOf([...alone, rotate, switchValue("suspended", inputs.suspended)]);
  const life = knownLife(inputs);
  return found.length > 0 || life === undefined
    ? found
    : lifeProblems(life).map(({ field, message }) => `${field} ${message}`);
}

/** What is declared of a key's life; undefined where a part of it is not known yet. */
function knownLife(inputs: Bag): DeclaredLife | undefined {
  return declaredLifeFields.some((name) => inputs[name] === unknownValue)
    ? undefined
    : declared.readPartly(inputs, "the API key");
}

/** What is to become of a key at this time of the server. Throws for what cannot be. */
export function planLife(inputs: Bag, olds: Bag, now: number): { life: Bag; warnings: string[] } {
  const late = inputs.expireTime === olds.expireTime ? undefined : timeProblem("expireTime", inputs.expireTime, now);
  if (late !== undefined) {
    throw new Error(late);
  }
  const life = knownLife(inputs);
  const before = planned.readPartly(olds, "the recorded API key");
  const { generation, rotatedAt, retiredGeneration, status } = before;
  const isKnown =
    generation !== undefined && rotatedAt !== undefined && retiredGeneration !== undefined && status !== undefined;
  if (life === undefined) {
    return isKnown ? { life: before, warnings: [] } : firstPlan({}, now);
  }
  if (!isKnown) {
    return firstPlan(life, now);
  }
  const known = { ...before, generation, rotatedAt, retiredGeneration, status };
  const next = nextLife({ ...declared.readPartly(olds, "the recorded API key"), ...known }, life, now);
  return { life: { ...next.life }, warnings: next.warnings };
}

function firstPlan(life: DeclaredLife, now: number): { life: Bag; warnings: string[] } {
  return { life: { ...firstLife(life, now) }, warnings: [] };
}
