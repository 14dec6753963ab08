// Stands in for AWS's own Node runtime client, which needs a native build: loads `file.export` and answers events.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const [file, name] = process.env._HANDLER.split(".");
const path = [".mjs", ".js", ".cjs"]
  .map((extension) => join(process.env.LAMBDA_TASK_ROOT, file + extension))
  .find((candidate) => existsSync(candidate));

async function post(url, body) {
  await fetch(url, { method: "POST", body: JSON.stringify(body) });
}

let handler;
try {
  handler = (await import(pathToFileURL(path))).default?.[name] ?? (await import(pathToFileURL(path)))[name];
} catch (error) {
  await post(`${api}/init/error`, { errorMessage: error.message, errorType: error.name });
  process.exit(1);
}
while (true) {
  const next = await fetch(`${api}/invocation/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  try {
    await post(`${api}/invocation/${id}/response`, await handler(await next.json()));
  } catch (error) {
    await post(`${api}/invocation/${id}/error`, { errorMessage: error.message, errorType: error.name });
  }
}
