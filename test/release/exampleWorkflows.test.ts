// Proves that the script steps of docs/workflows do what docs/ci.md says, run by bash as GitHub and GitLab run them, with stand-ins for
// `pulumi`, `gh` and `curl`, and this package's own command. GitHub, GitLab, Pulumi Cloud and AWS are not asked; what actionlint says of
// the files is the matter of workflows.test.ts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { digest, savedPreview, step } from "../report/previews";

const workflows = resolve(__dirname, "../../docs/workflows");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "workflow-test-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "work"));
  write("comments.json", "[]");
  program("npx", `#!/bin/sh\nshift\nexec "${process.execPath}" "${resolve("dist/cli/main.js")}" "$@"\n`);
  node(
    "pulumi",
    `const { code, stdout } = JSON.parse(read("preview.json")); process.stdout.write(stdout); process.exitCode = code;`,
  );
  // gh api [--paginate] PATH [--jq FILTER] | gh api --silent [-X PATCH] PATH -F body=@FILE
  node(
    "gh",
    `const comments = JSON.parse(read("comments.json"));
const at = (name) => args[args.indexOf(name) + 1];
const path = args.find((arg) => arg.startsWith("repos/"));
if (args.includes("--jq")) {
  if (at("--jq") !== ".[] | select(.body | startswith($ENV.MARK)) | .id") throw new Error(at("--jq"));
  for (const { id, body } of comments) if (body.startsWith(process.env.MARK)) console.log(id);
} else store(comments, args.includes("-X") ? Number(path.split("/").at(-1)) : undefined, at("-F").replace("body=@", ""));`,
  );
  // curl … URL | curl … --request PUT|POST … --data-urlencode body@FILE URL
  node(
    "curl",
    `const notes = JSON.parse(read("comments.json"));
const at = (name) => args[args.indexOf(name) + 1];
const id = Number(args.at(-1).split("/").at(-1));
if (at("--header") !== "PRIVATE-TOKEN: review-token") process.exit(22);
if (args.includes("--request")) store(notes, at("--request") === "PUT" ? id : undefined, at("--data-urlencode").replace("body@", ""));
else process.stdout.write(JSON.stringify(notes));`,
  );
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

function program(name: string, text: string): void {
  writeFileSync(join(folder, "bin", name), text, { mode: 0o755 });
}

function node(name: string, text: string): void {
  program(
    name,
    `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const folder = ${JSON.stringify(folder)};
const args = process.argv.slice(2);
const read = (file) => readFileSync(folder + "/" + file, "utf8");
const store = (comments, id, file) => {
  const body = readFileSync(file, "utf8");
  const changed = id === undefined ? [...comments, { id: 100 + comments.length, body }] : comments.map((one) => (one.id === id ? { id, body } : one));
  writeFileSync(folder + "/comments.json", JSON.stringify(changed));
};
appendFileSync(folder + "/calls", ${JSON.stringify(name)} + " " + args.join(" ") + "\\n");
${text}
`,
  );
}

/** Lets the preview be this one. */
function preview(stdout: string, code = 0): void {
  write("preview.json", JSON.stringify({ stdout, code }));
}

/** The scripts of the steps of a job, by the names of the steps. */
function scripts(file: string, job: string): Record<string, string> {
  const { jobs } = parse(readFileSync(join(workflows, file), "utf8"));
  const steps: { name?: string; run?: string }[] = jobs[job].steps;
  return Object.fromEntries(steps.flatMap(({ name = "", run }) => (run === undefined ? [] : [[name, run]])));
}

/** Runs a script as GitHub's runners do. */
function bash(script: string | undefined, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", script ?? "exit 99"],
    {
      cwd: join(folder, "work"),
      encoding: "utf8",
      env: {
        PATH: [join(folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
        HOME: folder,
        STACK: "prod",
        GITHUB_OUTPUT: join(folder, "output"),
        GITHUB_STEP_SUMMARY: join(folder, "summary"),
        GITHUB_REPOSITORY: "acme/customers",
        NUMBER: "7",
        ...env,
      },
    },
  );
  return { status, stdout, stderr };
}

const comments = (): { id: number; body: string }[] => JSON.parse(readFileSync(join(folder, "comments.json"), "utf8"));
const told = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "");

const quiet = digest([
  step("update", "organization", "acme", { old: { displayName: "Acme" }, new: { displayName: "Acme Corp" } }),
]);
const notice = digest([step("delete", "key", "acme-ci", { old: { status: "active" } })]);

describe.each(["review.yml", "review-stacks.yml"])("%s", (file) => {
  const steps = scripts(file, "review");
  const run = () => ({ review: bash(steps.Review), comment: bash(steps.Comment) });

  it("writes one comment, and keeps it up to date", () => {
    write("comments.json", JSON.stringify([{ id: 1, body: "Nice!" }]));
    preview(quiet);
    expect(run()).toMatchObject({ review: { status: 0, stderr: "" }, comment: { status: 0, stderr: "" } });
    expect(comments()).toHaveLength(2);
    expect(comments()[1]?.body).toContain("Acme → Acme Corp");
    preview(notice);
    run();
    expect(comments()).toHaveLength(2);
    expect(comments()[0]).toEqual({ id: 1, body: "Nice!" });
    expect(comments()[1]?.body).toContain("key ci is removed: its token stops working at once");
    expect(told("calls")).toContain("pulumi preview --json --show-sames --show-replacement-steps");
    expect(told("calls")).toContain("--stack prod");
    expect(told("summary")).toContain("### Customers of stack test");
  });

  it.each([
    ["passes when nothing changes", digest([]), 0, "0", 0],
    ["passes when something changes", quiet, 0, "2", 0],
    ["passes when a customer will notice", notice, 0, "3", 0],
    ["fails when the preview did, and says why in the comment", savedPreview("brake.json"), 255, "1", 1],
  ])("%s", (_, text, code, output, status) => {
    preview(text, code);
    const { review, comment } = run();
    expect([review.status, comment.status]).toEqual([0, 0]);
    expect(told("output")).toBe(`code=${output}\n`);
    expect(bash(steps["Fail with the preview"], { CODE: output }).status).toBe(status);
    if (status === 1) {
      expect(comments()[0]?.body).toContain("The entries of protected customers are gone");
    }
  });
});

describe("up.yml", () => {
  it.each([
    ["goes on to the update when something changes", quiet, 0, "2", 0],
    ["asks nobody when nothing does", digest([]), 0, "0", 0],
    ["stops when the preview fails", savedPreview("brake.json"), 255, "1", 1],
  ])("%s", (_, text, code, output, status) => {
    preview(text, code);
    expect(bash(scripts("up.yml", "review").Review).status).toBe(status);
    expect(told("output")).toBe(`code=${output}\n`);
  });

  it("updates without asking", () => {
    preview("");
    expect(bash(scripts("up.yml", "up").Update).status).toBe(0);
    expect(told("calls")).toBe("pulumi up --yes --non-interactive --stack prod\n");
  });
});

describe("up-parts.yml", () => {
  const project = {
    "Pulumi.yaml": "name: shop\nruntime: nodejs\n",
    "customers.yaml": "customers:\n  acme: { part: 2 }\n  globex: { part: 1 }\n",
  };
  const settings = (part: number) => `config:\n  tesseral:part: ${part}/2\n  tesseral:customersFile: customers.yaml\n`;
  const stacks = { "Pulumi.prod-1.yaml": settings(1), "Pulumi.prod-2.yaml": settings(2) };
  const git = (...args: string[]) => {
    const { status, stderr } = spawnSync(
      "git",
      ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args],
      {
        cwd: join(folder, "work"),
        encoding: "utf8",
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  };

  beforeEach(() => {
    for (const [file, text] of Object.entries({ ...project, ...stacks })) {
      write(`work/${file}`, text);
    }
    git("init", "--quiet", "--initial-branch", "main");
    git("add", ".");
    git("commit", "--quiet", "--message", "customers");
  });

  it.each([
    [
      "the part that an edit touches",
      "customers:\n  acme: { part: 2, protect: false }\n  globex: { part: 1 }\n",
      ["prod-2"],
    ],
    ["no part", project["customers.yaml"], []],
  ])("finds %s", (_, text, found) => {
    write("work/customers.yaml", text);
    const step = bash(scripts("up-parts.yml", "changed")["Which parts"], { SINCE: "main" });
    expect(step).toMatchObject({ status: 0, stderr: "" });
    const parts = told("output").replace(/^parts=/, "");
    expect(JSON.parse(parts).include.map(({ stack }: { stack: string }) => stack)).toEqual(found);
    const { up } = parse(readFileSync(join(workflows, "up-parts.yml"), "utf8")).jobs;
    expect(up.if === `needs.changed.outputs.parts != '${parts.trim()}'`).toBe(found.length === 0);
  });

  it("stops when the revision is not there", () => {
    expect(bash(scripts("up-parts.yml", "changed")["Which parts"], { SINCE: "0".repeat(40) }).status).not.toBe(0);
  });

  it("updates the stack of its part without asking", () => {
    preview("");
    expect(bash(scripts("up-parts.yml", "up").Update, { STACK: "prod-2" }).status).toBe(0);
    expect(told("calls")).toBe("pulumi up --yes --non-interactive --stack prod-2\n");
  });
});

describe("the daily run", () => {
  const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const ending = { status: "active", expireTime: `${day}T00:00:00Z`, currentExpireTime: `${day}T00:00:00Z` };
  const unchanged = digest([step("same", "key", "acme-ci", { old: ending, new: ending })]);
  const coming = /next: .*acme.*ci.* in (9|10) days/;

  it("updates and then says what comes, on GitHub's page of the run", () => {
    preview(unchanged);
    const steps = scripts("rotate.yml", "update");
    expect(bash(steps.Update).status).toBe(0);
    expect(bash(steps["What comes next"])).toMatchObject({ status: 0, stderr: "" });
    expect(told("calls").split("\n")[0]).toBe("pulumi up --refresh --yes --non-interactive --stack prod");
    expect(told("summary")).toMatch(coming);
  });

  it("updates and then says what comes, in GitLab's log", () => {
    preview(unchanged);
    const { rotate } = parse(readFileSync(join(workflows, "gitlab-rotate.yml"), "utf8"));
    const env = { AWS_ID_TOKEN: "id-token", AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "token") };
    // The package is installed already.
    const script: string[] = rotate.script.filter((line: string) => line !== "npm ci");
    const { status, stdout } = bash(script.join("\n"), env);
    expect({ status, token: told("token") }).toEqual({ status: 0, token: "id-token" });
    expect(stdout).toMatch(coming);
    expect(bash(rotate.after_script.join("\n"), env).status).toBe(0);
    expect(existsSync(join(folder, "token"))).toBe(false);
  });
});

describe("gitlab-ci.yml", () => {
  const jobs = parse(readFileSync(join(workflows, "gitlab-ci.yml"), "utf8"));
  const env = {
    CI_API_V4_URL: "https://gitlab.example/api/v4",
    CI_PROJECT_ID: "1",
    CI_MERGE_REQUEST_IID: "2",
    REVIEW_TOKEN: "review-token",
  };

  it("writes one note, keeps it up to date, and fails with the preview", () => {
    preview(quiet);
    expect(bash(jobs.review.script.join("\n"), env)).toMatchObject({ status: 0, stderr: "" });
    preview(savedPreview("brake.json").replaceAll(":tesseral::", ":shop::"), 255);
    expect(bash(jobs.review.script.join("\n"), env).status).toBe(1);
    expect(comments().map(({ body }) => body.split("\n")[0])).toEqual(["<!-- pulumi-tesseral review: shop/test -->"]);
    expect(comments()[0]?.body).toContain("The entries of protected customers are gone");
    expect(told("calls")).toContain("curl -fsS -o note.json --request PUT");
    expect(existsSync(join(folder, "work/review.html"))).toBe(true);
  });

  it("updates without asking", () => {
    preview("");
    expect(bash(jobs.up.script.join("\n")).status).toBe(0);
    expect(told("calls")).toBe("pulumi up --yes --non-interactive --stack prod\n");
  });
});
