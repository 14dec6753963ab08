import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MakeOptions } from "./install";
import { run } from "./run";

/** Milliseconds that a build may take; on one slow core it takes a quarter of an hour. */
const buildLimit = 60 * 60_000;

/** Milliseconds between two lines of progress. */
const progressEvery = 5000;

/**
 * Builds the Pulumi CLI from the Go modules that Pulumi publishes, into a folder of ours, and returns that folder. Pulumi's own tags make `pkg` and
 * `sdk` of one version belong together, so both are pinned; the Go checksum database vouches for what is downloaded.
 * The C compiler stays out (`CGO_ENABLED=0`, `osusergo`), so that Go alone is enough.
 */
export async function buildPulumi(folder: string, options: MakeOptions): Promise<string> {
  const { version, env, progress, signal } = options;
  const source = join(folder, "source");
  await mkdir(source, { recursive: true });
  await writeFile(
    join(source, "go.mod"),
    [
      "module pulumi-cli",
      "",
      "go 1.25",
      "",
      "require (",
      `\tgithub.com/pulumi/pulumi/pkg/v3 v${version}`,
      `\tgithub.com/pulumi/pulumi/sdk/v3 v${version}`,
      ")",
      "",
    ].join("\n"),
  );
  const go = await run("go", ["version"], { env, timeout: 30_000, signal });
  progress(`Building Pulumi ${version} with ${go.replace(/^go version /, "")}; this takes a few minutes, once.`);
  await run(
    "go",
    [
      "build",
      "-v",
      "-mod=mod",
      "-buildvcs=false",
      "-trimpath",
      ...["-tags", "osusergo,grpcnotrace"],
      ...["-ldflags", `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`],
      ...["-o", join(folder, process.platform === "win32" ? "pulumi.exe" : "pulumi")],
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ],
    {
      cwd: source,
      env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
      timeout: buildLimit,
      onLine: countLines(progress),
      signal,
    },
  );
  await rm(source, { recursive: true, force: true });
  return folder;
}

/** Turns the lines of `go build -v` into an occasional count. */
function countLines(progress: (line: string) => void): (line: string) => void {
  const started = Date.now();
  let shown = started;
  let downloaded = 0;
  let compiled = 0;
  return (line) => {
    if (line.startsWith("go: downloading")) {
      downloaded++;
    } else if (!line.startsWith("go: ")) {
      compiled++;
    }
    const now = Date.now();
    if (now - shown < progressEvery) {
      return;
    }
    shown = now;
    const seconds = Math.round((now - started) / 1000);
    const done = [
      ...(downloaded > 0 ? [`${downloaded} modules downloaded`] : []),
      ...(compiled > 0 ? [`${compiled} packages compiled`] : []),
    ];
    progress(`  ${seconds} s: ${done.join(", ")}`);
  };
}
