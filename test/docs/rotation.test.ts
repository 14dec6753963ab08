// Proves that docs/rotation.md shows the workflows as they are in their files, that these run the same commands, and that its picture is the one that
// the arithmetic gives. actionlint judges the workflow: test/release/workflows.test.ts.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { drawRotation } from "../../scripts/drawRotation";

const page = readFileSync("docs/rotation.md", "utf8");
const github = readFileSync("docs/workflows/rotate.yml", "utf8");
const gitlab = readFileSync("docs/workflows/gitlab-rotate.yml", "utf8");

it("shows each workflow word for word", () => {
  for (const text of [github, gitlab]) {
    expect(page).toContain(`\`\`\`yaml\n${text}\`\`\`\n`);
  }
});

it("runs the same in each, on a schedule, one at a time, and without a secret", () => {
  const { on, jobs, concurrency, permissions } = parse(github);
  const steps: { run?: string }[] = jobs.update.steps;
  const commands = steps.flatMap(({ run }) => run ?? []);
  const review = "npx pulumi-tesseral review --stack prod --format markdown";
  const update = "pulumi up --refresh --yes --non-interactive --stack prod";
  expect(commands).toEqual(["npm ci", update, `${review} >> "$GITHUB_STEP_SUMMARY"`]);
  expect(on.schedule).toHaveLength(1);
  expect([concurrency["cancel-in-progress"], permissions["id-token"]]).toEqual([false, "write"]);
  const { rotate } = parse(gitlab);
  expect(rotate.script.slice(1)).toEqual(["npm ci", update, review]);
  expect(rotate.resource_group).toBe(concurrency.group);
  expect([github, gitlab].join("\n")).not.toMatch(/secrets\./);
});

it("has the picture that `npm run draw` draws", () => {
  const drawn = drawRotation(readFileSync("docs/pictures/rotation.yaml", "utf8"));
  expect(readFileSync("docs/pictures/rotation.svg", "utf8")).toBe(drawn);
  const days = [...drawn.matchAll(/day (\d+)</g)].map(([, number]) => Number(number));
  expect(days).toEqual([0, 90, 120, 215, 245]);
  // Two of the three tokens have ended, each after its overlap.
  expect(drawn.match(/<rect class="before" x="\d+" y="\d+" width="6[89]" height="20"/g)).toHaveLength(2);
  expect(drawn).toContain("prefers-color-scheme: dark");
});
