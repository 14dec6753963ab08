// Builds `dist`: node scripts/build.cjs [--if-older]. With the option only if a source is newer, as npm's `prepare` asks for it:
// npm runs that before it runs the command of the package in whose folder it is, too.
// `paths` in tsconfig.build.json makes the package's own names its sources, since a fresh clone has no dist in which they could be found.
// It is built beside the one that is there, and takes its place when it is whole: what runs meanwhile finds one of both.
const { spawnSync } = require("node:child_process");
const { existsSync, readdirSync, renameSync, rmSync, statSync } = require("node:fs");
const { join } = require("node:path");
const { include } = require("../tsconfig.build.json");

const root = join(__dirname, "..");
const inRoot = (...names) => join(root, ...names);
// Two builds may be under way at once.
const [dist, next, previous] = ["dist", `dist.next-${process.pid}`, `dist.previous-${process.pid}`].map((name) =>
  inRoot(name),
);

/** When this was changed last, a folder with all that is in it; milliseconds. */
function changedAt(path) {
  const stat = statSync(path);
  return stat.isDirectory()
    ? Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))))
    : stat.mtimeMs;
}

function isOlder() {
  // It is written last.
  const built = join(dist, "components/backend/layer.zip");
  const sources = [...include, "scripts/build.cjs", "scripts/buildLayer.cjs", "tsconfig.json", "tsconfig.build.json"];
  return !existsSync(built) || sources.some((source) => changedAt(inRoot(source)) > statSync(built).mtimeMs);
}

function run(script, ...options) {
  const { status, error } = spawnSync(process.execPath, [script, ...options], { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    throw error ?? new Error(`${script} ended with exit code ${status}: dist is left as it was`);
  }
}

if (!process.argv.includes("--if-older") || isOlder()) {
  process.on("exit", () => rmSync(next, { recursive: true, force: true }));
  run(require.resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json", "--outDir", next);
  run(inRoot("scripts/buildLayer.cjs"), join(next, "components/backend/layer.zip"), next);
  if (existsSync(dist)) {
    renameSync(dist, previous);
  }
  renameSync(next, dist);
  rmSync(previous, { recursive: true, force: true });
}
