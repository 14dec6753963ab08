// Proves what independent rule sets say of the component's resources: parliament and checkov find only what docs/backend.md lists with a reason. Neither knows of Tesseral: that the key leaks nowhere is tested elsewhere.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Backend, type BackendArgs } from "../../../components/backend";
import { leftOutFor, pythonTools, pythonToolsMissing } from "../../lambda";
import { documentedFindings } from "../documentedFindings";
import { appFolders, webApp } from "./apps";
import { everything, released } from "./everything";
import { inputsOf, type Recorded, record } from "./record";
import { terraformPlan } from "./terraformPlan";

const code = appFolders()(webApp);
const work = mkdtempSync(join(tmpdir(), "posture-test-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const backendApiKey = "tesseral_secret_key_0123456789abcdefghijklmno";
const backend = (name: string, args: Partial<BackendArgs>) =>
  new Backend(name, { code, runtime: "nodejs24.x", handler: "run.sh", backendApiKey, ...args });
const registered = (args: Partial<BackendArgs>): Promise<Recorded[]> => record(() => backend("api", args));
const registeredEverything = (): Promise<Recorded[]> =>
  record(() => [backend("api", everything), backend("careful", released)]);

interface CheckovReport {
  results: { failed_checks: { check_id: string }[] };
  summary: { passed: number; parsing_errors: number; resource_count: number };
}

const run = (program: string, ...args: string[]): string =>
  execFileSync(join(pythonTools(), program), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd: work });

describe.skipIf(leftOutFor(pythonToolsMissing()))("posture", () => {
  it("parliament finds nothing in the role's policies but the VPC's permission", async () => {
    const judge =
      "import sys; from parliament import analyze_policy_string as a; print([(f.issue, f.detail) for f in a(sys.argv[1]).findings])";
    const findings = async (args: Partial<BackendArgs>, name = "api") => {
      const policy = String(inputsOf(await registered(args), "aws:iam/rolePolicy:RolePolicy", name).policy);
      return run("python3", "-W", "ignore", "-c", judge, policy).trim();
    };
    const { vpc, ...withoutVpc } = everything;
    expect(await findings({})).toBe("[]");
    expect(await findings(withoutVpc)).toBe("[]");
    expect(await findings(everything, "api-own")).toBe("[]");
    // CodeDeploy's own policy at AWS has it for every alarm.
    expect(await findings(released, "api-rollout")).toBe("[('RESOURCE_STAR', ['cloudwatch:DescribeAlarms'])]");
    // In a VPC, Lambda wants the permission for every resource; the documentation says so.
    expect(await findings({ vpc })).toBe(
      "[('RESOURCE_STAR', ['ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', " +
        "'ec2:DeleteNetworkInterface', 'ec2:UnassignPrivateIpAddresses'])]",
    );
    // And it does find what is wrong, so that its silence means something.
    const wrong = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "logs:PutLogEvents", Resource: "arn:aws:s3:::bucket" }],
    });
    expect(run("python3", "-W", "ignore", "-c", judge, wrong)).toContain("RESOURCE_MISMATCH");
  }, 180_000);

  it("checkov finds what the documentation lists, and nothing else", async () => {
    const options = [
      "--framework",
      "terraform_plan",
      "--skip-download",
      "--quiet",
      "--compact",
      "--soft-fail",
      "-o",
      "json",
    ];
    const findings: string[] = [];
    for (const [name, recorded, count] of [
      ["default", await registered({}), 15],
      ["everything", await registeredEverything(), 58],
    ] as const) {
      writeFileSync(join(work, "plan.json"), terraformPlan(recorded));
      const report = JSON.parse(run("checkov", "-f", "plan.json", ...options)) as CheckovReport;
      expect(report.summary).toMatchObject({ parsing_errors: 0, resource_count: count });
      expect(report.summary.passed).toBeGreaterThan(20);
      findings.push(...report.results.failed_checks.map((check) => `${check.check_id} ${name}`));
    }
    expect([...new Set(findings)].sort()).toEqual(documentedFindings("backend.md"));
  }, 180_000);
});
