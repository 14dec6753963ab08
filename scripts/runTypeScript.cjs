// Runs a TypeScript file of this repository that is no part of the package: node scripts/runTypeScript.cjs FILE [ARGUMENT...]
// Types are checked by `npm run types`; here they are only taken out, so that a script starts at once.
const { existsSync, readFileSync } = require("node:fs");
const nodeModule = require("node:module");
const { dirname, resolve } = require("node:path");
const { ModuleKind, ScriptTarget, transpileModule } = require("typescript");

require.extensions[".ts"] = (module, filename) => {
  const compilerOptions = {
    module: ModuleKind.CommonJS,
    target: ScriptTarget.ES2022,
    esModuleInterop: true,
    inlineSourceMap: true,
  };
  module._compile(
    transpileModule(readFileSync(filename, "utf8"), { compilerOptions, fileName: filename }).outputText,
    filename,
  );
};

// A dynamic import names what is built, `./review/index.js`; here there is what it is built from.
const { _resolveFilename: resolveFilename } = nodeModule;
nodeModule._resolveFilename = (request, parent, ...rest) => {
  const from = parent?.filename;
  const source = from && request.startsWith(".") ? resolve(dirname(from), request) : undefined;
  const isSource = source?.endsWith(".js") && !existsSync(source) && existsSync(source.replace(/js$/, "ts"));
  return isSource ? source.replace(/js$/, "ts") : resolveFilename(request, parent, ...rest);
};

process.setSourceMapsEnabled(true);
process.argv.splice(1, 1);
process.argv[1] = resolve(process.argv[1]);
require(process.argv[1]);
