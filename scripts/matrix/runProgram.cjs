// Runs a program's whole life on the engine, in the folder of the program and by the Node that runs this file:
// node runProgram.cjs program.cjs FOLDER. TESSERAL_URL and TESSERAL_KEY say where Tesseral is; Pulumi's own variables say
// where its state is, FOLDER being its work folder. Prints nothing and exits 0 when everything is as it should be.
const assert = require("node:assert/strict");
const { join } = require("node:path");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

const { TESSERAL_URL: url, TESSERAL_KEY: backendKey } = process.env;

/** What Tesseral answers to the program's backend. */
async function authenticate(secretToken) {
  const response = await fetch(`${url}/v1/api-keys/authenticate`, {
    method: "POST",
    headers: { authorization: `Bearer ${backendKey}`, "content-type": "application/json" },
    body: JSON.stringify({ secretToken }),
  });
  return { status: response.status, ...(await response.json()) };
}

async function main([file, workDir]) {
  const { program } = await import(`file://${join(__dirname, file)}`);
  const stack = await LocalWorkspace.createStack(
    { stackName: "dev", projectName: "matrix", program },
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
  console.error(error);
  process.exitCode = 1;
});
