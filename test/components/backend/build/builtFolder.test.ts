// Proves when source code is built, what of it takes part, what is refused, and that Go gives the same bytes in every folder.
// The packages of all seven frameworks are built and started by `npm run test:examples`.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type BuildTarget, builtFolder } from "../../../../components/backend/build/builtFolder";
import { type Framework, starts } from "../../../../components/backend/build/codeBuild";
import { cacheFolder } from "../../../../components/cacheFolder";
import { goMissing, leftOutFor } from "../../../lambda";
import { appFolders } from "../apps";
import { sampleBackend } from "../sample";

const folder = appFolders();
const { refusal, registered } = sampleBackend();
const root = mkdtempSync(join(tmpdir(), "build-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const target = (framework: Framework, more: Partial<BuildTarget> = {}): BuildTarget => ({
  ...starts[framework],
  architecture: "arm64",
  excludes: [],
  ...more,
});

/** A folder with an npm of ours. */
const tool = (content: string) => folder({ npm: { content, mode: 0o755 } });

/** A stand-in for npm that notes each call and installs one package. */
const npm = `#!/bin/sh
echo "$@" >> "$CALLS"
mkdir -p node_modules/one
echo "module" > node_modules/one/index.js
echo "$PWD" > node_modules/.package-lock.json
`;

const source = {
  "package.json": '{"name":"api"}',
  "package-lock.json": "{}",
  "run.sh": "#!/bin/bash\nexec node app.js\n",
  "app.js": "1",
  ".env": "SECRET=1",
  ".gitignore": "notes.txt\n",
  "notes.txt": "mine",
  "node_modules/old/index.js": "old",
  "docs/page.md": "# Page",
};

let calls: string;
beforeEach(() => {
  const tools = tool(npm);
  calls = join(tools, "calls");
  vi.stubEnv("PATH", `${tools}:/usr/bin:/bin`);
  vi.stubEnv("CALLS", calls);
  vi.stubEnv("XDG_CACHE_HOME", mkdtempSync(join(root, "cache-")));
  return () => vi.unstubAllEnvs();
});
/** Go's own cache stays the same: to compile its library anew takes longer than the rest of this file. */
const goCache = process.env.GOCACHE ?? join(cacheFolder(), "go-build");
const toolCalls = () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []);

describe.skipIf(process.platform === "win32")("a build", () => {
  it("installs what is locked for the function's processor, and leaves out what is no source", () => {
    const built = builtFolder({ build: "express", path: folder(source) }, target("express", { excludes: ["/docs/"] }));
    const has = (name: string) => existsSync(join(built, name));
    expect(toolCalls()).toEqual([
      "ci --ignore-scripts --no-bin-links --no-audit --no-fund --omit=dev --os=linux --cpu=arm64",
    ]);
    expect(["app.js", "run.sh", "package.json", "node_modules/one/index.js"].filter((name) => !has(name))).toEqual([]);
    const leftOut = [
      ".env",
      "notes.txt",
      "node_modules/old",
      "docs",
      "package-lock.json",
      "node_modules/.package-lock.json",
    ];
    expect(leftOut.filter(has)).toEqual([]);
  });

  it("is made once for the same source, wherever it lies, and again when a file, a mode or the processor differs", () => {
    const build = (path: string, more: Partial<BuildTarget> = {}) =>
      builtFolder({ build: "express", path }, target("express", more));
    const first = build(folder(source));
    expect(build(folder(source))).toBe(first);
    expect(build(folder({ ...source, ".env": "SECRET=2", "notes.txt": "changed" }))).toBe(first);
    expect(toolCalls()).toHaveLength(1);
    build(folder({ ...source, "app.js": "2" }));
    build(folder({ ...source, "app.js": { content: "1", mode: 0o755 } }));
    build(folder(source), { architecture: "x86_64" });
    expect(toolCalls()).toHaveLength(4);
  });

  it("runs the script build with all packages, and takes what it made along with the production ones", () => {
    const path = folder({ ...source, "package.json": '{"scripts":{"build":"tsc"}}' });
    builtFolder({ build: "express", path }, target("express"));
    expect(toolCalls().map((call) => call.split(" ")[0])).toEqual(["ci", "run", "ci"]);
  });

  it("leaves nothing behind when it fails, and says with what", () => {
    const tools = tool('#!/bin/sh\necho "no such package: one" >&2\nexit 7\n');
    vi.stubEnv("PATH", `${tools}:/usr/bin:/bin`);
    const path = folder(source);
    const build = () => builtFolder({ build: "express", path }, target("express"));
    expect(build).toThrow(
      `code: the build of ${path} failed: npm ci --ignore-scripts --no-bin-links --no-audit --no-fund --omit=dev --os=linux --cpu=arm64 ended with 7: (TSL-BUILD)\nno such package: one`,
    );
    vi.stubEnv("PATH", `${tool(npm)}:/usr/bin:/bin`);
    expect(existsSync(join(build(), "app.js"))).toBe(true);
  });

  it.each([
    [
      "express",
      { "package.json": "{}" },
      "it has no package-lock.json, pnpm-lock.yaml or yarn.lock, so two builds could differ. Run: npm install",
    ],
    [
      "express",
      { ...source, "package-lock.json": undefined, "yarn.lock": "__metadata:\n" },
      "its yarn.lock is of yarn 2 or later",
    ],
    ["go", { "main.go": "package main" }, "go is not on the PATH. Install Go: https://go.dev/dl"],
    ["axum", { "Cargo.lock": "" }, "rustc is not on the PATH. Install Rust: https://rustup.rs"],
    ["flask", { "requirements.txt": "" }, "python3.13 is not on the PATH. A package for python3.13 needs it"],
  ] as const)("of %s is refused without what it needs", (framework, files, why) => {
    const present = Object.entries(files).filter((file): file is [string, string] => file[1] !== undefined);
    const path = folder(Object.fromEntries(present));
    vi.stubEnv("PATH", tool(npm));
    expect(() => builtFolder({ build: framework, path }, target(framework))).toThrow(
      `code: the build of ${path} failed: ${why}`,
    );
  });
});

describe.skipIf(leftOutFor(goMissing()))("the Go example", () => {
  const example = join(__dirname, "../../../../examples/go");

  it("is the same, byte for byte, built in two folders without what the first had compiled", () => {
    vi.unstubAllEnvs();
    vi.stubEnv("GOCACHE", goCache);
    const [first, second] = ["a", "b/much/deeper"].map((place) => {
      const path = join(root, place);
      mkdirSync(path, { recursive: true });
      cpSync(example, path, { recursive: true });
      vi.stubEnv("XDG_CACHE_HOME", mkdtempSync(join(root, "cache-")));
      return readFileSync(join(builtFolder({ build: "go", path }, target("go")), "server"));
    });
    expect(first?.length).toBeGreaterThan(1e6);
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
  });

  it("is a backend by one line", async () => {
    vi.unstubAllEnvs();
    vi.stubEnv("GOCACHE", goCache);
    vi.stubEnv("XDG_CACHE_HOME", mkdtempSync(join(root, "cache-")));
    const code = { build: "go" as const, path: example };
    const found = await registered({ code, runtime: undefined, handler: undefined } as never);
    const lambda = found.find(({ type }) => type === "aws:lambda/function:Function");
    expect(lambda?.inputs).toMatchObject({ runtime: "provided.al2023", handler: "server", architectures: ["arm64"] });
  });
});

describe("code to build", () => {
  it("is refused with another framework, without a folder, or with more in it", async () => {
    expect(await refusal({ code: { build: "rails", path: "." } })).toBe(
      'Backend "api": code.build: "rails" is none of "express", "nextjs", "flask", "fastapi", "django", "go", "axum"',
    );
    expect(await refusal({ code: { build: "express" } })).toBe('Backend "api": code.path: is required');
    expect(await refusal({ code: { build: "express", path: ".", handler: "x" } })).toBe(
      'Backend "api": code.handler: unknown argument; there are: build, path',
    );
    expect(await refusal({ code: { build: "express", path: "./nowhere" } })).toBe(
      'Backend "api": code.path: ./nowhere is not a folder',
    );
  });

  it("brings runtime and handler; other code needs them", async () => {
    expect(await refusal({ runtime: undefined, handler: undefined })).toBe(
      'Backend "api":\n  runtime: is required\n  handler: is required',
    );
  });
});
