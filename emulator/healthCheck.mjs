// Tells Docker whether the emulator serves. Its port and whether it speaks TLS stand in the command line that the container runs.
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";

/** The file that holds it, its words ended by NUL. */
const commandLine = process.argv[2] ?? "/proc/1/cmdline";
const text = readFileSync(commandLine, "utf8").replaceAll("\0", " ");
// The last one counts, as it does for the command.
const [, port] = [...text.matchAll(/ --port[ =](\d+)/g)].at(-1) ?? [];
const { get } = text.includes(" --tls ") ? https : http;
// The certificate is the emulator's own: who made it does not matter here.
get({ host: "127.0.0.1", port, path: "/_emulator/health", rejectUnauthorized: false }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1);
}).on("error", () => process.exit(1));
