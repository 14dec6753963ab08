// Proves in which order a Pulumi CLI is looked for, installed and built, what lands in the cache and what is said when nothing
// works. The CLIs, the installer and Go are small scripts here: whether the real ones work is shown by the engine tests.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findPulumi } from "../../../cli/pulumi/findPulumi";
import { cacheFolder } from "../../../components/cacheFolder";

let folder: string;
let bin: string;
let cache: string;
let env: NodeJS.ProcessEnv;
let site: Server;
let installerSite: string;
let installScript: string | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "find-pulumi-"));
  bin = join(folder, "bin");
  cache = join(folder, "cache", "pulumi-tesseral");
  mkdirSync(bin);
  const tools = join(folder, "tools");
  mkdirSync(tools);
  for (const tool of ["sh", "cat", "chmod", "mkdir", "sleep", "touch"]) {
    symlinkSync(execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(), join(tools, tool));
  }
  env = { PATH: [bin, tools].join(delimiter), XDG_CACHE_HOME: join(folder, "cache") };
  installScript = undefined;
  site = createServer((request, response) => {
    if (request.url === "/install.sh" && installScript !== undefined) {
      response.end(installScript);
    } else {
      response.writeHead(503).end();
    }
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  installerSite = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});

afterEach(() => {
  site.close();
  site.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

function script(path: string, ...lines: string[]): string {
  writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(path, 0o755);
  return path;
}

function fakePulumi(where: string, version: string): string {
  mkdirSync(where, { recursive: true });
  return script(join(where, "pulumi"), `echo v${version}`);
}

/** A `go` that notes how it was called and "builds" a program that answers with its version. */
function fakeGo(...during: string[]): void {
  script(
    join(bin, "go"),
    'if [ "$1" = version ]; then echo "go version go1.26.0 test/test"; exit 0; fi',
    `echo "CGO_ENABLED=$CGO_ENABLED $*" >> "${join(folder, "go.log")}"`,
    `cat go.mod >> "${join(folder, "go.mod.log")}"`,
    'echo "go: downloading example.com/module v1.0.0" >&2',
    ...during,
    'while [ "$1" != -o ]; do shift; done',
    'printf "#!/bin/sh\\necho v3.259.0\\n" > "$2"; chmod +x "$2"',
  );
}

function builds(): string[] {
  return readFileSync(join(folder, "go.log"), "utf8").trim().split("\n");
}

describe("a CLI on PATH", () => {
  it("is taken when it is new enough", async () => {
    const command = fakePulumi(bin, "3.254.0");
    script(join(bin, "pulumi-resource-pulumi-nodejs"), "exit 1");
    expect(await findPulumi({ env, installerSite })).toEqual({
      command,
      version: "3.254.0",
      how: `Pulumi 3.254.0 from PATH (${command})`,
      path: env.PATH,
    });
    expect(existsSync(cache)).toBe(false);
  });

  it("gets the plugin of dynamic providers put beside it when its installation has none", async () => {
    fakePulumi(bin, "3.300.1");
    const cli = await findPulumi({ env, installerSite });
    expect(cli.path).toBe([env.PATH, join(cache, "plugins")].join(delimiter));
    expect(readFileSync(join(cache, "plugins", "pulumi-resource-pulumi-nodejs"), "utf8")).toBe(
      `#!/bin/sh\nplugin=$(node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')") || exit 1\nexec node "$plugin" "$@"\n`,
    );
  });

  it("is passed over when it is too old", async () => {
    const old = fakePulumi(bin, "3.253.9");
    const command = fakePulumi(join(cache, "pulumi-3.259.0"), "3.259.0");
    const lines: string[] = [];
    const cli = await findPulumi({ env, installerSite, progress: (line) => lines.push(line) });
    expect(cli.how).toBe(`Pulumi 3.259.0 from the cache (${command})`);
    expect(cli.path).toBe([join(cache, "pulumi-3.259.0"), env.PATH].join(delimiter));
    expect(lines).toEqual([`PATH: ${old} is version 3.253.9, older than 3.254.0`]);
  });

  it("is passed over when it does not answer with a version", async () => {
    script(join(bin, "pulumi"), "echo hello");
    fakePulumi(join(cache, "pulumi-3.259.0"), "3.259.0");
    const lines: string[] = [];
    await findPulumi({ env, installerSite, progress: (line) => lines.push(line) });
    expect(lines).toEqual([`PATH: ${join(bin, "pulumi")} answered "hello" when asked for its version`]);
  });
});

describe("the plugin's start script", () => {
  it("starts the dynamic provider of the folder it is called in, with its arguments", async () => {
    fakePulumi(join(cache, "pulumi-3.259.0"), "3.259.0");
    await findPulumi({ env, installerSite });
    const project = join(folder, "project");
    const provider = join(project, "node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider");
    mkdirSync(provider, { recursive: true });
    writeFileSync(join(provider, "index.js"), "console.log(JSON.stringify(process.argv.slice(2)))");
    const plugin = spawn(join(cache, "pulumi-3.259.0", "pulumi-resource-pulumi-nodejs"), ["127.0.0.1:1", "a b"], {
      cwd: project,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    plugin.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await once(plugin, "close");
    expect(said).toBe('["127.0.0.1:1","a b"]\n');
  });
});

describe("the official installer", () => {
  it("installs into the cache and nowhere else", async () => {
    installScript = [
      `echo "$*" > "${join(folder, "arguments")}"`,
      'mkdir -p "$3/bin"',
      'printf "#!/bin/sh\\necho v3.259.0\\n" > "$3/bin/pulumi"; chmod +x "$3/bin/pulumi"',
      'touch "$3/bin/pulumi-language-nodejs"',
    ].join("\n");
    const cli = await findPulumi({ env, installerSite });
    const command = join(cache, "pulumi-3.259.0", "pulumi");
    expect(cli.how).toBe(`Pulumi 3.259.0, just installed (${command})`);
    expect(readFileSync(join(folder, "arguments"), "utf8")).toMatch(
      /^--no-edit-path --install-root \S+\/cache\/pulumi-tesseral\/unfinished-\w+\/root --version 3\.259\.0\n$/,
    );
    expect(readdirSync(cache)).toEqual(["pulumi-3.259.0"]);
    expect(readdirSync(join(cache, "pulumi-3.259.0")).sort()).toEqual([
      "pulumi",
      "pulumi-language-nodejs",
      "pulumi-resource-pulumi-nodejs",
    ]);
  });
});

describe("a build with Go", () => {
  it("builds the pinned modules without a C compiler and leaves only programs in the cache", async () => {
    fakeGo();
    const lines: string[] = [];
    const cli = await findPulumi({ env, installerSite, progress: (line) => lines.push(line) });
    const command = join(cache, "pulumi-3.259.0", "pulumi");
    expect(cli).toMatchObject({ command, version: "3.259.0", how: `Pulumi 3.259.0, just built with Go (${command})` });
    expect(builds()).toHaveLength(1);
    expect(builds()[0]).toMatch(
      new RegExp(
        "^CGO_ENABLED=0 build -v -mod=mod -buildvcs=false -trimpath -tags osusergo,grpcnotrace -ldflags " +
          "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0 -o \\S+/pulumi " +
          "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi$",
      ),
    );
    expect(readFileSync(join(folder, "go.mod.log"), "utf8")).toContain(
      "require (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.259.0\n\tgithub.com/pulumi/pulumi/sdk/v3 v3.259.0\n)\n",
    );
    expect(readdirSync(cache)).toEqual(["pulumi-3.259.0"]);
    expect(readdirSync(join(cache, "pulumi-3.259.0")).sort()).toEqual(["pulumi", "pulumi-resource-pulumi-nodejs"]);
    expect(lines).toEqual([
      `installer: ${installerSite}/install.sh cannot be reached: it answered 503`,
      "Building Pulumi 3.259.0 with go1.26.0 test/test; this takes a few minutes, once.",
    ]);
  });

  it("happens once when two ask at the same time", async () => {
    fakeGo("sleep 0.3");
    const [one, other] = await Promise.all([findPulumi({ env, installerSite }), findPulumi({ env, installerSite })]);
    expect(builds()).toHaveLength(1);
    expect([one.how, other.how].sort()).toEqual([
      `Pulumi 3.259.0 from the cache (${one.command})`,
      `Pulumi 3.259.0, just built with Go (${one.command})`,
    ]);
    expect(readdirSync(cache)).toEqual(["pulumi-3.259.0"]);
  });

  it("takes over the lock of a process that has ended", async () => {
    fakeGo();
    const ended = spawn("true");
    await once(ended, "close");
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, "pulumi-3.259.0.lock"), String(ended.pid));
    await findPulumi({ env, installerSite });
    expect(builds()).toHaveLength(1);
  });

  it("replaces a cached program that does not run", async () => {
    fakeGo();
    const command = join(cache, "pulumi-3.259.0", "pulumi");
    mkdirSync(join(cache, "pulumi-3.259.0"), { recursive: true });
    script(command, "echo broken >&2", "exit 3");
    const lines: string[] = [];
    await findPulumi({ env, installerSite, progress: (line) => lines.push(line) });
    expect(lines).toContain(`Replacing ${join(cache, "pulumi-3.259.0")}: ${command} ended with 3: broken`);
    expect((await findPulumi({ env, installerSite })).how).toBe(`Pulumi 3.259.0 from the cache (${command})`);
  });

  it("leaves nothing behind when it is stopped", async () => {
    const stop = new AbortController();
    fakeGo(`touch "${join(folder, "started")}"`, "exec sleep 60");
    const search = findPulumi({ env, installerSite, signal: stop.signal });
    const outcome = expect(search).rejects.toThrow("stopped by a test");
    await vi.waitFor(() => expect(existsSync(join(folder, "started"))).toBe(true));
    stop.abort(new Error("stopped by a test"));
    await outcome;
    expect(readdirSync(cache)).toEqual([]);
  });
});

it("says what was tried and what to install when nothing works", async () => {
  script(join(bin, "go"), 'echo "go: no such tool" >&2', "exit 2");
  await expect(findPulumi({ env, installerSite })).rejects.toThrow(
    new Error(
      [
        "No Pulumi CLI of version 3.254.0 or later could be found, installed or built. " +
          "Install Pulumi (https://www.pulumi.com/docs/install/) or Go (https://go.dev/doc/install) and try again. Tried: (TSL-PULUMI)",
        "  PATH: no pulumi there",
        `  cache: no pulumi in ${join(cache, "pulumi-3.259.0")}`,
        `  installer: ${installerSite}/install.sh cannot be reached: it answered 503`,
        "  Go: go ended with 2: go: no such tool",
      ].join("\n"),
    ),
  );
});

describe("the cache folder", () => {
  it.each<[NodeJS.Platform, NodeJS.ProcessEnv, string]>([
    ["linux", { HOME: "/home/ann" }, "/home/ann/.cache/pulumi-tesseral"],
    ["linux", { HOME: "/home/ann", XDG_CACHE_HOME: "/var/cache/ann" }, "/var/cache/ann/pulumi-tesseral"],
    ["linux", { HOME: "/home/ann", XDG_CACHE_HOME: "relative" }, "/home/ann/.cache/pulumi-tesseral"],
    ["darwin", { HOME: "/Users/ann" }, "/Users/ann/Library/Caches/pulumi-tesseral"],
    ["win32", { LOCALAPPDATA: "/local" }, "/local/pulumi-tesseral/Cache"],
  ])("on %s with %j is %s", (platform, environment, expected) => {
    expect(cacheFolder(environment, platform)).toBe(expected);
  });
});
