// Proves how a program becomes a zip: modes, order, sameness on every machine, and what is refused because it could not start.
// How Lambda unpacks it is tested with what the component deploys.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { functionPackage } from "../../../../components/backend/package/functionPackage";
import {
  checkPackage,
  type PackageFile,
  type PackageRules,
  packageRules,
} from "../../../../components/backend/package/packageRules";
import { readZip } from "../../../../components/backend/package/readZip";
import { writeZip } from "../../../../components/backend/package/writeZip";
import { type AppFile, appFolders, elf, webApp } from "../apps";

const folder = appFolders();
const web = packageRules({ code: "", runtime: "nodejs24.x", handler: "run.sh" });
const goServer = packageRules({ code: "", runtime: "provided.al2023", handler: "server" });
const native = (runtime: string, handler: string) => packageRules({ code: "", runtime, handler, adapter: "none" });

/** The path of the zip that a folder became. */
async function zipped(path: string, rules: PackageRules = web): Promise<string> {
  const archive = functionPackage("api", path, rules);
  if (!(archive instanceof pulumi.asset.FileArchive)) {
    throw new Error("no file");
  }
  return archive.path;
}

const listed = async (path: string, rules?: PackageRules) =>
  readZip(readFileSync(await zipped(path, rules))).map(({ name, mode }) => `${name} ${mode.toString(8)}`);

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
    return (error as Error).message.replace(path, "<path>");
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

  it("gets its start script made executable", async () => {
    const path = folder({
      "run.sh": { content: "#!/bin/sh\n", mode: 0o644 },
      "other.sh": { content: "#!/bin/sh\n", mode: 0o644 },
    });
    expect(await listed(path)).toEqual(["other.sh 644", "run.sh 755"]);
  });

  it("follows links, as of pnpm and workspaces", async () => {
    const store = folder({ "express/index.js": "x" });
    const path = folder(webApp);
    mkdirSync(join(path, "node_modules"));
    symlinkSync(join(store, "express"), join(path, "node_modules/express"));
    symlinkSync("server.js", join(path, "linked.js"));
    expect(await listed(path)).toEqual([
      "linked.js 644",
      "node_modules/express/index.js 644",
      "run.sh 755",
      "server.js 644",
    ]);
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

  it("is refused with a link that leads nowhere, or round in a circle", () => {
    const dangling = folder(webApp);
    symlinkSync("gone", join(dangling, "link"));
    expect(refusal(dangling, web)).toBe('Backend "api": <path>/link links to nothing');
    const circular = folder(webApp);
    symlinkSync(".", join(circular, "self"));
    expect(refusal(circular, web)).toBe('Backend "api": <path>/self links to a folder that contains it');
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
    ["no zip", folder({ "app.zip": "text" }), web, "code: <path>/app.zip is not a zip file"],
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
      "code: <path>: the handler run.sh is not executable in the zip. Run chmod +x run.sh and zip it again, or give the folder",
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
      "code: <path>: the handler run.sh has Windows line ends; save it with Unix ones",
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
    expect(refusal(path, web)).toBe('Backend "api": code: <path> is not there');
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
      "code: app is 51 MB zipped; Lambda takes 50 MB in a request. Put it into S3 and set s3Bucket and s3Key in transform.function",
    );
    expect(() => checkPackage("app", sized(250 * megabyte), 50 * megabyte, web)).not.toThrow();
  });
});

describe("is taken", () => {
  it.each<[string, string, PackageRules]>([
    ["an executable for the function's architecture", folder({ server: elf("arm64") }), goServer],
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
