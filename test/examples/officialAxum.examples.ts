// Proves that Tesseral's own middleware for Axum runs unchanged against the emulator, for both kinds of credentials. Its host cannot
// be chosen, so a proxy leads that name to the emulator, whose authority OpenSSL takes from SSL_CERT_FILE.
import { join } from "node:path";
import { beforeAll, describe } from "vitest";
import { testMiddleware } from "../emulator/middlewares/middlewareTests";
import { type BuildStep, missingTool, type Tool, tools } from "./backends";
import { build } from "./build";

/** What the crate's HTTP client compiles against on Linux. */
const openssl: Tool = {
  name: "OpenSSL with its headers",
  command: ["pkg-config", "--modversion", "openssl"],
  atLeast: [1, 1],
};

const folder = join(__dirname, "officialAxum");
const compiled: BuildStep = {
  command: ["cargo", "build", "--locked"],
  inputs: ["Cargo.lock", "Cargo.toml", "src"],
  output: "target/debug/official-axum",
};
const missing =
  process.platform === "linux"
    ? missingTool([tools.rust, openssl])
    : "elsewhere than on Linux it trusts the system's authorities alone";
if (missing && process.env.CI === "true") {
  throw new Error(`tesseral-axum: ${missing}`);
}
if (missing) {
  console.warn(`tesseral-axum is left out: ${missing}`);
}

describe.skipIf(missing)("Tesseral's Axum middleware", () => {
  beforeAll(() => build({ folder, build: [compiled] }));
  testMiddleware({ command: [join(folder, compiled.output)], fixedHost: true });
});
