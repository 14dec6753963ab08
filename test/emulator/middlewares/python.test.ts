// Proves that Tesseral's own client and middlewares for Flask, FastAPI and Django run unchanged against the emulator, for both kinds of
// credentials. The one for Axum is in test/examples, since it takes minutes to compile. Skipped with the reason where Python's packages cannot be had.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe } from "vitest";
import { testMiddleware } from "./middlewareTests";

function findPython(): string | undefined {
  try {
    const script = path.resolve(__dirname, "../../../scripts/installTesseralMiddlewares.sh");
    return path.join(execFileSync(script, { encoding: "utf8", timeout: 180_000 }).trim(), "python");
  } catch (error) {
    console.warn(`Tesseral's middlewares for Python are not tested, since they cannot be installed: ${error}`);
    return undefined;
  }
}

const python = findPython();

describe.skipIf(python === undefined).each([
  { name: "Flask", app: "flaskApp.py", fixedHost: false },
  { name: "FastAPI", app: "fastapiApp.py", fixedHost: false },
  { name: "Django", app: "djangoApp.py", fixedHost: true },
])("Tesseral's $name middleware", ({ app, fixedHost }) => {
  testMiddleware({ command: [python ?? "", path.join(__dirname, app)], fixedHost });
});
