// Writes the Lambda layer of the Backend component: node scripts/buildLayer.cjs [FILE]. Part of `npm run build`.
// One script stands in it twice, executable: as exec wrapper for managed runtimes, as bootstrap for provided.*.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { writeZip } = require("../dist/components/backend/package/writeZip.js");

const root = join(__dirname, "..");
// A checkout on Windows may have its line ends, by which Linux would not find the interpreter.
const script = readFileSync(join(root, "components/backend/layer/exec-wrapper.sh"), "utf8");
const content = Buffer.from(script.replaceAll("\r\n", "\n"));
// Stored, not compressed: the bytes then depend on no compressor.
const zip = writeZip(
  ["tesseral/exec-wrapper", "bootstrap"].map((name) => ({ name, content, mode: 0o755 })),
  0,
);
writeFileSync(process.argv[2] ?? join(root, "dist/components/backend/layer.zip"), zip);
