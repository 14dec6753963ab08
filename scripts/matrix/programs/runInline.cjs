// Runs a program's whole life on the engine through Pulumi's Automation API, in the folder of the program and by the Node that
// runs this file: node runInline.cjs PROGRAM WORK_FOLDER. TESSERAL_URL and TESSERAL_KEY say where Tesseral is; Pulumi's own
// variables say where its state is. Exits 0 when everything is as it should be.
const assert = require("node:assert/strict");
const { join } = require("node:path");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

const { TESSERAL_URL: url, TESSERAL_KEY: backendKey } = process.env;

/** Runs the program's file anew, each time it is called. What it exports are the outputs. */
function programOf(file) {
  let runs = 0;
  return async () => {
    if (file.endsWith(".mjs")) {
      return { ...(await import(`file://${file}?run=${runs++}`)) };
    }
    delete require.cache[file];
    return { ...require(file) };
  };
}

/** What Tesseral answers to a backend that asks for a token. */
async function authenticate(secretToken) {
  const response = await fetch(`${url}/v1/api-keys/authenticate`, {
    method: "POST",
    headers: { authorization: `Bearer ${backendKey}`, "content-type": "application/json" },
    body: JSON.stringify({ secretToken }),
  });
  return { status: response.status, ...(await response.json()) };
}

async function main([file, workDir]) {
  const stack = await LocalWorkspace.createStack(
    { stackName: "dev", projectName: "matrix", program: programOf(join(__dirname, file)) },
    { workDir, projectSettings: { name: "matrix", runtime: "nodejs", main: __dirname } },
  );
  await stack.setAllConfig({
    "tesseral:apiUrl": { value: url },
    "tesseral:backendApiKey": { value: backendKey, secret: true },
  });
  const up = await stack.up();
  assert.deepEqual(up.summary.resourceChanges, { create: 3 });
  assert.equal(up.outputs.secretToken.secret, true);
  const answer = await authenticate(up.outputs.secretToken.value);
  assert.equal(answer.status, 200);
  assert.equal(answer.organizationId, up.outputs.organizationId.value);
  assert.deepEqual((await stack.preview()).changeSummary, { same: 3 });
  assert.deepEqual((await stack.destroy()).summary.resourceChanges, { delete: 3 });
  assert.equal((await authenticate(up.outputs.secretToken.value)).status, 400);
}

main(process.argv.slice(2)).catch((error) => {
  const { actual, expected } = error;
  console.error(error, actual === undefined ? "" : `${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  process.exitCode = 1;
});
