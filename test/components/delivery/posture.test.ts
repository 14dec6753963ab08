// Proves what independent rule sets say of delivered secrets: parliament finds nothing in the resource policy, and checkov only what
// docs/delivery.md lists with a reason. Neither knows of Tesseral, and AWS is not asked.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { documentedFindings } from "../documentedFindings";
import "../../../components/delivery";
import { Customer } from "../../../components/customer";
import type { CustomerArgs } from "../../../components/customerArgs";
import { leftOutFor, pythonTools, pythonToolsMissing } from "../../lambda";
import { inputsOf, type Recorded, record } from "../backend/record";
import { terraformPlan } from "../backend/terraformPlan";

const work = mkdtempSync(join(tmpdir(), "posture-test-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const shared: CustomerArgs["deliverTo"] = {
  awsSecretsManager: {
    kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef",
    sharedWith: ["210987654321", "arn:aws:iam::210987654321:role/api-client"],
    replicaRegions: ["eu-west-1"],
    tags: { team: "api" },
  },
};
const registered = (deliverTo: NonNullable<CustomerArgs["deliverTo"]>): Promise<Recorded[]> =>
  record(() => new Customer("acme", { displayName: "Acme", deliverTo, apiKeys: { ci: {} } }), {
    tesseral: { secretToken: "acme_sk_0", apiKeyId: "api_key_1", organizationId: "org_1" },
  });

const run = (program: string, ...args: string[]): string =>
  execFileSync(join(pythonTools(), program), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd: work });

describe.skipIf(leftOutFor(pythonToolsMissing()))("posture", () => {
  it("parliament finds nothing in the resource policy", async () => {
    const judge =
      "import sys; from parliament import analyze_policy_string as a; print([(f.issue, f.detail) for f in a(sys.argv[1]).findings])";
    const findings = (policy: string) => run("python3", "-W", "ignore", "-c", judge, policy).trim();
    const found = await registered(shared);
    const policy = String(inputsOf(found, "aws:secretsmanager/secretPolicy:SecretPolicy", "acme-ci").policy);
    expect(findings(policy)).toBe("[]");
    // And it does find what is wrong, so that its silence means something.
    expect(findings(policy.replace("GetSecretValue", "ReadSecretValue"))).toContain("UNKNOWN_ACTION");
    expect(findings(policy.replace(":iam::210987654321:root", ":iam::2109:root"))).not.toBe("[]");
  }, 60_000);

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
    for (const [name, deliverTo] of Object.entries({ default: { awsSecretsManager: {} }, everything: shared })) {
      writeFileSync(join(work, "plan.json"), terraformPlan(await registered(deliverTo)));
      const report = JSON.parse(run("checkov", "-f", "plan.json", ...options)) as {
        results: { failed_checks: { check_id: string }[] };
        summary: { parsing_errors: number; resource_count: number };
      };
      expect(report.summary).toMatchObject({ parsing_errors: 0, resource_count: name === "default" ? 2 : 3 });
      findings.push(...report.results.failed_checks.map((check) => `${check.check_id} ${name}`));
    }
    expect([...new Set(findings)].sort()).toEqual(documentedFindings("delivery.md"));
  }, 120_000);
});
