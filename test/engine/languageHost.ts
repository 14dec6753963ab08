// Whether Pulumi's `pulumi-language-nodejs` is there, and a stand-in for it: a CLI built from source does not bring it along.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { foldersOf } from "../../cli/pulumi/dynamicProviderScript";
import { cachedPulumiVersion, type PulumiCli } from "../../cli/pulumi/findPulumi";
import { cacheFolder } from "../../components/cacheFolder";

const windows = process.platform === "win32";
const name = "pulumi-language-nodejs";

/** Answers that a program needs no plugins, which is all that operations without a program ask. */
const script = (packageFolder: string) => `#!/usr/bin/env node
const load = require("node:module").createRequire(${JSON.stringify(join(packageFolder, "/"))});
const grpc = load("@grpc/grpc-js");
const { LanguageRuntimeService } = load("@pulumi/pulumi/proto/language_grpc_pb.js");
const { LanguageServer } = load("@pulumi/pulumi/automation/server.js");
const server = new grpc.Server();
server.addService(LanguageRuntimeService, new LanguageServer(async () => {}));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
`;

export interface LanguageHost {
  /** The `PATH` with which the engine finds a language host: a real one where there is one. */
  path: string;
  remove(): void;
}

/** Whether a CLI that `findPulumi` takes from PATH or the cache finds a real language host. */
export function hasLanguageHost(): boolean {
  const folders = [...foldersOf(process.env.PATH), join(cacheFolder(), `pulumi-${cachedPulumiVersion}`)];
  return folders.some((folder) => existsSync(join(folder, windows ? `${name}.exe` : name)));
}

export function languageHost(cli: PulumiCli): LanguageHost {
  if (hasLanguageHost()) {
    return { path: cli.path, remove() {} };
  }
  const folder = mkdtempSync(join(tmpdir(), "language-host-"));
  if (windows) {
    writeFileSync(join(folder, `${name}.cjs`), script(process.cwd()));
    writeFileSync(join(folder, `${name}.cmd`), `@node "%~dp0${name}.cjs" %*\r\n`);
  } else {
    writeFileSync(join(folder, name), script(process.cwd()), { mode: 0o755 });
  }
  return {
    path: [folder, cli.path].join(delimiter),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
