// Proves how a program becomes a zip: modes, order, sameness on every machine, and what is refused because it could not start.
// How Lambda unpacks it is tested with what the component deploys.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { functionPackage } from "../../../components/backend/functionPackage";
import {
  checkPackage,
  type PackageFile,
  type PackageRules,
  packageRules,
} from "../../../components/backend/package/packageRules";
import { readZip } from "../../../components/backend/package/readZip";
import { writeZip } from "../../../components/backend/package/writeZip";
import { codeIn, uncoded } from "../../../errors/coded";
import { unpack } from "../../lambda";
import { type AppFile, appFolders, elf, webApp } from "./apps";

const folder = appFolders();
const web = packageRules({ runtime: "nodejs24.x", handler: "run.sh" });
const goServer = packageRules({ runtime: "provided.al2023", handler: "server" });
const native = (runtime: string, handler: string, hasLayers = false) =>
  packageRules({ runtime, handler, adapter: "none", hasLayers });

/** The path of the zip that a folder became. */
async function zipped(path: string, rules: PackageRules = web): Promise<string> {
  const archive = functionPackage("api", path, rules);
  if (!(archive instanceof pulumi.asset.FileArchive)) {
    throw new Error("no file");
  }
  return archive.path;
}

const listed = async (path: string, rules?: PackageRules) =>
  readZip(readFileSync(await zipped(path, rules))).map(({ name, mode, isLink, read }) =>
    isLink ? `${name} -> ${read().toString()}` : `${name} ${mode.toString(8)}`,
  );

/** Links by their paths below a folder. */
function link(folder: string, links: Record<string, string>): string {
  for (const [name, target] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    symlinkSync(target, join(folder, name));
  }
  return folder;
}

/** A zip made by us, of files with modes. */
function zip(files: Record<string, AppFile>): string {
  const entries = Object.entries(files).map(([name, file]) => {
    const { content, mode } = typeof file === "string" || Buffer.isBuffer(file) ? { content: file, mode: 0o644 } : file;
    return { name, content: Buffer.from(content), mode };
  });
  const path = join(folder({}), "app.zip");
  writeFileSync(path, writeZip(entries));
  return path;
}

const refusal = (path: string, rules: PackageRules) => {
  try {
    void functionPackage("api", path, rules);
  } catch (error) {
    const { message } = error as Error;
    expect(codeIn(message)).toBe("TSL-PACKAGE");
    return uncoded(message).replace(path, "<path>");
  }
  return "accepted";
};

// One file of 24 times "a", executable, in full: local header, content, directory, end.
const onlyBytes =
  "504b030414000000080000002100847a02e6040000001800000001000000614bc40100504b0102140314000000080000002100847a02e604000000" +
  "18000000010000000000000000000000ed810000000061504b050600000000010001002f000000230000000000";

describe("a folder", () => {
  it("is zipped with dot files, in order, with modes of 755 and 644, without .git", async () => {
    const path = folder({
      ...webApp,
      ".next/server.js": "x",
      "bin/tool": { content: "x", mode: 0o700 },
      "z.txt": { content: "z", mode: 0o600 },
      ".git/config": "x",
      "lib/.DS_Store": "x",
    });
    expect(await listed(path)).toEqual([
      ".next/server.js 644",
      "bin/tool 755",
      "run.sh 755",
      "server.js 644",
      "z.txt 644",
    ]);
  });

  // A folder on Windows, or from a zip that lost them, has no executable bits; the zip must be the same from everywhere.
  it("gets its scripts and Linux executables made executable", async () => {
    const path = folder({
      "run.sh": { content: "#!/bin/sh\n", mode: 0o644 },
      "other.sh": { content: "#!/bin/sh\n", mode: 0o644 },
      tool: { content: elf("arm64"), mode: 0o644 },
      "a.txt": { content: "#", mode: 0o644 },
    });
    expect(await listed(path)).toEqual(["a.txt 644", "other.sh 755", "run.sh 755", "tool 755"]);
  });

  it("keeps links to what is in it, as pnpm makes them, and packs nothing twice", async () => {
    const content = "x".repeat(50_000);
    const path = folder({
      ...webApp,
      "node_modules/.pnpm/express@5.0.0/node_modules/express/index.js": content,
      "node_modules/.pnpm/accepts@2.0.0/node_modules/accepts/index.js": content,
    });
    const store = "node_modules/.pnpm";
    link(path, {
      "node_modules/express": ".pnpm/express@5.0.0/node_modules/express",
      [`${store}/express@5.0.0/node_modules/accepts`]: "../../accepts@2.0.0/node_modules/accepts",
      // A junction of Windows, and links of some programs, are absolute.
      [`${store}/node_modules/accepts`]: join(path, `${store}/accepts@2.0.0/node_modules/accepts`),
      "linked.js": "server.js",
      "over-another-link.js": "linked.js",
      self: ".",
    });
    expect(await listed(path)).toEqual([
      "linked.js -> server.js",
      `${store}/accepts@2.0.0/node_modules/accepts/index.js 644`,
      `${store}/express@5.0.0/node_modules/accepts -> ../../accepts@2.0.0/node_modules/accepts`,
      `${store}/express@5.0.0/node_modules/express/index.js 644`,
      `${store}/node_modules/accepts -> ../accepts@2.0.0/node_modules/accepts`,
      "node_modules/express -> .pnpm/express@5.0.0/node_modules/express",
      "over-another-link.js -> server.js",
      "run.sh 755",
      "self -> .",
      "server.js 644",
    ]);
    const files = readZip(readFileSync(await zipped(path)));
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(101_000);
    // And unpacked as Lambda does it, the links lead where they led.
    const unpacked = unpack(await zipped(path), mkdtempSync(join(tmpdir(), "links-test-")));
    expect(readFileSync(join(unpacked, `${store}/express@5.0.0/node_modules/accepts/index.js`), "utf8")).toBe(content);
  });

  it("packs what a link outside leads to in the link's place, once", async () => {
    const outside = folder({ "lib/index.js": "x", "lib/deep/file.js": "x", "single.js": "x" });
    link(outside, { "lib/itself.js": "index.js" });
    const path = link(folder(webApp), {
      "node_modules/lib": join(outside, "lib"),
      "packages/again": join(outside, "lib"),
      "packages/deep": join(outside, "lib/deep"),
      "single.js": join(outside, "single.js"),
    });
    link(outside, { "lib/back.js": join(path, "server.js") });
    expect(await listed(path)).toEqual([
      "node_modules/lib/back.js -> ../../server.js",
      "node_modules/lib/deep/file.js 644",
      "node_modules/lib/index.js 644",
      "node_modules/lib/itself.js -> index.js",
      "packages/again -> ../node_modules/lib",
      "packages/deep -> ../node_modules/lib/deep",
      "run.sh 755",
      "server.js 644",
      "single.js 644",
    ]);
  });

  it("leaves out links to nothing among commands of packages, and links to what is never packed", async () => {
    const path = link(folder({ ...webApp, ".git/config": "x" }), {
      "node_modules/.bin/tsc": "../typescript/bin/tsc",
      config: ".git/config",
    });
    expect(await listed(path)).toEqual(["run.sh 755", "server.js 644"]);
  });

  it("starts by a link to a script", async () => {
    const path = link(folder({ "bin/start.sh": "#!/bin/sh\n" }), { current: "bin", "run.sh": "current/start.sh" });
    expect(await listed(path)).toEqual(["bin/start.sh 755", "current -> bin", "run.sh -> bin/start.sh"]);
    const through = packageRules({ runtime: "nodejs24.x", handler: "current/start.sh" });
    expect(await listed(path, through)).toHaveLength(3);
  });

  it("gives the same bytes again, whatever times, order and umask its files have", async () => {
    const first = folder({ ...webApp, "a/b.txt": "b", "c.txt": "c" });
    const second = folder({ "c.txt": { content: "c", mode: 0o666 }, "a/b.txt": "b", ...webApp });
    utimesSync(join(second, "c.txt"), 1, 1);
    chmodSync(join(second, "run.sh"), 0o700);
    const path = await zipped(first);
    expect(await zipped(second)).toBe(path);
    expect(readFileSync(path).equals(readFileSync(await zipped(first)))).toBe(true);
    writeFileSync(join(second, "c.txt"), "d");
    expect(await zipped(second)).not.toBe(path);
  });

  it("gives these very bytes, on every machine and in every time zone", () => {
    const timeZone = process.env.TZ;
    const written = ["UTC", "Asia/Kolkata", "America/Los_Angeles"].map((zone) => {
      process.env.TZ = zone;
      return writeZip([{ name: "a", content: Buffer.from("aaaaaaaaaaaaaaaaaaaaaaaa"), mode: 0o755 }]).toString("hex");
    });
    if (timeZone === undefined) {
      delete process.env.TZ;
    } else {
      process.env.TZ = timeZone;
    }
    expect(new Set(written)).toEqual(new Set([onlyBytes]));
  });

  it("is refused with a link that leads nowhere, round in a circle, or to a folder around it", () => {
    const refusalOf = (target: string) => refusal(link(folder(webApp), { link: target }), web);
    expect(refusalOf("gone")).toBe('Backend "api": <path>/link links to nothing');
    expect(refusalOf("link")).toBe('Backend "api": <path>/link links to nothing');
    expect(refusalOf("..")).toBe('Backend "api": <path>/link links to a folder that contains it');
  });
});

describe("a zip and other archives", () => {
  it("passes a zip on as it is", async () => {
    const path = zip({ "run.sh": { content: "#!/bin/sh\n", mode: 0o755 } });
    expect(await zipped(path)).toBe(path);
  });

  it("reads the folder of a FileArchive, too", async () => {
    const path = folder(webApp);
    const archive = functionPackage("api", new pulumi.asset.FileArchive(path), web);
    const made = await new Promise<pulumi.asset.Archive>((resolve) => pulumi.output(archive).apply(resolve));
    expect(await (made as pulumi.asset.FileArchive).path).toBe(await zipped(path));
  });

  it("passes an AssetArchive on unread", () => {
    const archive = new pulumi.asset.AssetArchive({});
    expect(functionPackage("api", archive, web)).toBe(archive);
  });
});

describe("is refused", () => {
  const script = { content: "#!/bin/sh\n", mode: 0o755 };
  const executable = { content: elf("arm64"), mode: 0o755 };
  const plain = { content: "#!/bin/sh\n", mode: 0o644 };

  it.each<[string, string, PackageRules, string]>([
    ["no zip", folder({ "app.zip": "text" }), web, "code: <path>/app.zip is not a zip file. Pass a folder or a zip"],
    [
      "a bootstrap that bypasses the layer",
      zip({ bootstrap: script, server: executable }),
      goServer,
      'code: <path> has a bootstrap at its root, which Lambda would run instead of the layer that sets TESSERAL_BACKEND_API_KEY. Rename it, for example to server, and set handler: "server"',
    ],
    ["a missing start script", zip({ "start.sh": script }), web, "code: <path> has no run.sh, which is the handler"],
    [
      "a missing start script in a folder",
      folder({ "start.sh": "#!/bin/sh\n" }),
      web,
      "code: <path> has no run.sh, which is the handler",
    ],
    [
      "a start script that lost its bit in a zip",
      zip({ "run.sh": plain }),
      web,
      "code: <path>: the handler run.sh is not executable in the zip. Run chmod +x run.sh and zip it again, or pass the folder",
    ],
    [
      "a start script without #!",
      folder({ "run.sh": "node server.js\n" }),
      web,
      "code: <path>: the handler run.sh is neither a Linux executable nor a script that begins with #!",
    ],
    [
      "a start script with Windows line ends",
      folder({ "run.sh": "#!/bin/sh\r\nnode server.js\r\n" }),
      web,
      "code: <path>: the handler run.sh has Windows line endings; save it with Unix ones",
    ],
    [
      "an executable for another architecture",
      folder({ server: elf("x86_64") }),
      goServer,
      "code: <path>: the handler server is built for x86_64 and the function is arm64",
    ],
    [
      "an executable for a processor that Lambda does not have",
      folder({ server: elf("riscv") }),
      goServer,
      "code: <path>: the handler server is built for another processor and the function is arm64",
    ],
    [
      "a start script under a name in other case",
      zip({ "Run.sh": script }),
      web,
      "code: <path> has no run.sh, which is the handler (it has Run.sh, which is another name on Linux)",
    ],
    [
      "a folder zipped as a whole",
      zip({ "app/run.sh": script }),
      web,
      "code: <path> has no run.sh, which is the handler (it has app/run.sh, one folder too deep)",
    ],
    [
      "a native module for the other processor",
      folder({ ...webApp, "node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node": elf("x86_64") }),
      web,
      'code: <path>: node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node is built for x86_64 and the function is Linux on arm64. Install it for that (npm ci --os=linux --cpu=arm64, pip --platform manylinux2014_aarch64), set architecture: "x86_64", or take it out if nothing loads it',
    ],
    [
      "a library of Python for the other processor, in a zip",
      zip({ "app.py": "", "_cffi.cpython-313-aarch64-linux-gnu.so": { content: elf("arm64"), mode: 0o755 } }),
      packageRules({ runtime: "python3.13", handler: "app.handler", adapter: "none", architecture: "x86_64" }),
      'code: <path>: _cffi.cpython-313-aarch64-linux-gnu.so is built for arm64 and the function is Linux on x86_64. Install it for that (npm ci --os=linux --cpu=x64, pip --platform manylinux2014_x86_64), set architecture: "arm64", or take it out if nothing loads it',
    ],
    [
      "a module of Node that was compiled on a Mac",
      folder({ ...webApp, "build/Release/addon.node": Buffer.from("cffaedfe0c000001", "hex") }),
      web,
      "code: <path>: build/Release/addon.node is built for macOS or Windows and the function is Linux on arm64. Install it for that (npm ci --os=linux --cpu=arm64, pip --platform manylinux2014_aarch64), or take it out if nothing loads it",
    ],
    [
      "a module that the handler's dots do not name",
      folder({ "index.Api.js": "" }),
      native("nodejs24.x", "index.Api.handler"),
      "code: <path> has no index.js or index.mjs or index.cjs or node_modules/index/package.json, which the handler names",
    ],
    [
      "a missing module below a path, whatever layers there are",
      folder({ "index.js": "" }),
      native("nodejs24.x", "src/index.handler", true),
      "code: <path> has no src/index.js or src/index.mjs or src/index.cjs, which the handler names",
    ],
    [
      "a missing module of a Python package that is in the folder, whatever layers there are",
      folder({ "app/other.py": "" }),
      native("python3.13", "app.main.handler", true),
      "code: <path> has no app/main.py or app/main/__init__.py, which the handler names",
    ],
    ...["nodejs24.x", "python3.13"].map((runtime): [string, string, PackageRules, string] => [
      `a handler of ${runtime} that names no function`,
      folder({ "index.js": "", "index.py": "" }),
      native(runtime, "./index", true),
      "code: <path>: the handler ./index is not a module and a function of it with a dot between them, such as index.handler",
    ]),
    [
      "a missing module of Node",
      folder({ "app.js": "" }),
      native("nodejs24.x", "src/index.handler"),
      "code: <path> has no src/index.js or src/index.mjs or src/index.cjs, which the handler names",
    ],
    [
      "a missing module of Python",
      folder({ "main.py": "" }),
      native("python3.13", "app.main.handler"),
      "code: <path> has no app/main.py or app/main/__init__.py, which the handler names",
    ],
    [
      "a backend API key in a file",
      folder({ ...webApp, "config/.env": "TESSERAL_BACKEND_API_KEY=tesseral_secret_key_0123456789abcdefghijklmno\n" }),
      web,
      "code: <path>: config/.env holds a Tesseral backend API key. Take it out of the package; the function gets its key from Secrets Manager",
    ],
  ])("%s", (_, path, rules, text) => {
    const inside = text.includes("app.zip") ? join(path, "app.zip") : path;
    expect(refusal(inside, rules)).toBe(`Backend "api": ${text.replace("<path>/app.zip", "<path>")}`);
  });

  it("a path where nothing is", () => {
    const path = join(folder({}), "app");
    expect(refusal(path, web)).toBe('Backend "api": code: <path> does not exist');
  });

  const sized = (size: number): PackageFile[] => [
    { name: "run.sh", mode: 0o755, size, isLink: false, read: () => Buffer.from("#!/bin/sh\n") },
  ];
  const megabyte = 1024 * 1024;

  it("more than Lambda takes", () => {
    expect(() => checkPackage("app", sized(250 * megabyte + 1), 1, web)).toThrow(
      "code: app is 251 MB unpacked; Lambda takes 250 MB, layers included",
    );
    expect(() => checkPackage("app", sized(1), 50 * megabyte + 1, web)).toThrow(
      "code: app is 51 MB zipped; Lambda takes 50 MB in a request. Set codeBucket to an S3 bucket in the function's region",
    );
    const throughS3 = packageRules({ runtime: "nodejs24.x", handler: "run.sh", throughS3: true });
    expect(() => checkPackage("app", sized(1), 50 * megabyte + 1, throughS3)).not.toThrow();
    expect(() => checkPackage("app", sized(250 * megabyte + 1), 1, throughS3)).toThrow("251 MB unpacked");
    expect(() => checkPackage("app", sized(250 * megabyte), 50 * megabyte, web)).not.toThrow();
  });
});

describe("is taken", () => {
  it.each<[string, string, PackageRules]>([
    ["an executable for the function's architecture", folder({ server: elf("arm64") }), goServer],
    [
      "a native module for several processors, this one among them",
      folder({
        ...webApp,
        "prebuilds/linux-arm64/addon.armv8.node": elf("arm64"),
        "prebuilds/linux-x64/addon.node": elf("x86_64"),
        "prebuilds/darwin-arm64/addon.node": "MACH-O",
        "node_modules/@next/swc-linux-x64-musl/next-swc.linux-x64-musl.node": elf("x86_64"),
        "node_modules/@next/swc-linux-arm64-gnu/next-swc.linux-arm64-gnu.node": elf("arm64"),
        "node_modules/fsevents/fsevents.node": "MACH-O",
        "fixtures/riscv": elf("riscv"),
      }),
      web,
    ],
    ["an export within an export", folder({ "index.js": "" }), native("nodejs24.x", "index.Api.handler")],
    ["a handler with ./", folder({ "src/index.js": "" }), native("nodejs24.x", "./src/index.handler")],
    ["a handler with its place in Lambda", folder({ "a.mjs": "" }), native("nodejs24.x", "/var/task/a.handler")],
    [
      "a handler of a layer",
      folder({ "index.js": "" }),
      native("nodejs24.x", "/opt/nodejs/node_modules/datadog-lambda-js/handler.handler"),
    ],
    ["a handler that a layer may bring, of Node", folder({ a: "" }), native("nodejs24.x", "wrapper.handler", true)],
    [
      "a handler that a layer may bring, of Python",
      folder({ "app.py": "" }),
      native("python3.13", "datadog_lambda.handler.handler", true),
    ],
    [
      "a handler of an installed package",
      folder({ "node_modules/wrapper/package.json": "{}" }),
      native("nodejs24.x", "wrapper.handler"),
    ],
    ["a start script with ./", folder(webApp), packageRules({ runtime: "nodejs24.x", handler: "./run.sh" })],
    ["an executable of a layer", folder({}), packageRules({ runtime: "nodejs24.x", handler: "/opt/run.sh" })],
    ["a module of Node", folder({ "src/index.mjs": "" }), native("nodejs24.x", "src/index.handler")],
    ["a package of Python", folder({ "app/main/__init__.py": "" }), native("python3.13", "app.main.handler")],
    [
      "what a runtime that we do not know loads",
      folder({ "app.jar": "" }),
      native("java25", "com.example.App::handle"),
    ],
    ["a mention of the key's prefix", folder({ ...webApp, "auth.js": "startsWith('tesseral_secret_key_')" }), web],
    ["a bootstrap where no layer brings one", folder({ ...webApp, bootstrap: "#!/bin/sh\n" }), web],
  ])("%s", (_, path, rules) => {
    expect(refusal(path, rules)).toBe("accepted");
  });
});
