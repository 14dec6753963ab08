// Proves what the benchmark reads in Terraform's words, and that it says why it leaves the peer out. That Terraform makes the customers: npm run bench.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countsOf, findTerraform } from "../../bench/provision/terraform";

describe("what Terraform says", () => {
  it("of an apply is what it did, not what it planned", () => {
    const said = [
      "Plan: 15 to add, 1 to change, 0 to destroy.",
      'restapi_object.role["customer-0/reader"]: Creating...',
      "",
      "Apply complete! Resources: 14 added, 1 changed, 0 destroyed.",
    ];
    expect(countsOf(said.join("\n"))).toEqual({ add: 14, change: 1 });
  });

  it("of a plan is what it would do", () => {
    expect(countsOf("Plan: 0 to add, 1 to change, 2 to destroy.\n")).toEqual({ change: 1, destroy: 2 });
    expect(countsOf("\nNo changes. Your infrastructure matches the configuration.\n")).toEqual({});
  });

  it("of a refresh is how many objects it read", () => {
    const said = [
      'restapi_object.organization["customer-0"]: Refreshing state... [id=org_1]',
      'restapi_object.role["customer-0/reader"]: Refreshing state... [id=role_1]',
      "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.",
    ];
    expect(countsOf(said.join("\n"))).toEqual({ refreshed: 2 });
  });

  it("of a destroy is what is gone", () => {
    expect(countsOf("Plan: 0 to add, 0 to change, 5 to destroy.\nDestroy complete! Resources: 5 destroyed.\n")).toEqual(
      {
        destroy: 5,
      },
    );
  });

  it("is an error where it says neither", () => {
    expect(() => countsOf("Warning: …")).toThrow("Terraform says nowhere what it did:\nWarning: …");
  });
});

describe("the peer is left out, with the reason in one line,", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bench-test-"));
    mkdirSync(join(folder, "pulumi-tesseral"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function said(): Promise<string[]> {
    const lines: string[] = [];
    const env = { PATH: folder, XDG_CACHE_HOME: folder };
    expect(await findTerraform((line) => lines.push(line), env)).toBeUndefined();
    return lines;
  }

  it("without Terraform", async () => {
    expect(await said()).toEqual(["Terraform's REST provider is not measured: there is no terraform on PATH"]);
  });

  // A shell script is the stand-in, which Windows has not.
  it.skipIf(process.platform === "win32")("without its provider, and a Go to build it", async () => {
    const terraform = join(folder, "terraform");
    writeFileSync(terraform, '#!/bin/sh\necho \'{ "terraform_version": "1.11.4" }\'\n');
    chmodSync(terraform, 0o755);
    expect(await said()).toEqual([
      "Terraform's REST provider is not measured: there is no go on PATH to build the provider with",
    ]);
  });
});
