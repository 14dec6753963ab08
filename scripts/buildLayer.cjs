// Writes the Lambda layer of the Backend component: node scripts/buildLayer.cjs [FILE [DIST]]. Part of `npm run build`.
// One script stands in it twice, executable: as exec wrapper for managed runtimes, as bootstrap for provided.*.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const root = join(__dirname, "..");
const [file = join(root, "dist/components/backend/layer.zip"), dist = join(root, "dist")] = process.argv.slice(2);
const { writeZip } = require(join(dist, "components/backend/package/writeZip.js"));

// A checkout on Windows may have its line ends, by which Linux would not find the interpreter.
const script = readFileSync(join(root, "components/backend/layer/exec-wrapper.sh"), "utf8");
const content = Buffer.from(script.replaceAll("\r\n", "\n"));
// Stored, not compressed: the bytes then depend on no compressor.
const zip = writeZip(
  ["tesseral/exec-wrapper", "bootstrap"].map((name) => ({ name, content, mode: 0o755 })),
  0,
);
writeFileSync(file, zip);
