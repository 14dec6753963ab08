// npm run docs
// Builds the site into docs/site/.vitepress/dist. VitePress is installed by its own lockfile when it is not there.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { stage } from "./stage";

const site = resolve(__dirname, "../../../docs/site");
const shell = process.platform === "win32";

if (!existsSync(join(site, "node_modules/vitepress"))) {
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: site, stdio: "inherit", shell });
}
stage();
execFileSync(process.execPath, [join(site, "node_modules/vitepress/bin/vitepress.js"), "build", site], {
  stdio: "inherit",
});
