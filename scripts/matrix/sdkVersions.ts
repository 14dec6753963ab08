import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { npm } from "./packageManager";

/** The packages whose version a user chooses. */
export const sdkNames = ["@pulumi/pulumi", "@pulumi/aws"] as const;

/** The oldest or the newest version of each SDK that this package allows, the registry has, and the Node at hand may use. */
export async function sdkVersions(which: "oldest" | "newest"): Promise<string[]> {
  const file = readFileSync(join(resolve(__dirname, "../.."), "package.json"), "utf8");
  const { peerDependencies }: { peerDependencies: Record<string, string> } = JSON.parse(file);
  return await Promise.all(
    sdkNames.map(async (name) => {
      const args = ["view", `${name}@${peerDependencies[name]}`, "version", "engines", "--json"];
      const answer: Served | string | (Served | string)[] = JSON.parse(await npm(args));
      // npm leaves a field out that no version has: there are names of versions alone then.
      const served = [answer].flat().map((one) => (typeof one === "string" ? { version: one } : one));
      const allowed = served.filter(isForThisNode).map(({ version }) => version);
      const version = allowed.sort(compare).at(which === "oldest" ? 0 : -1);
      if (version === undefined) {
        throw new Error(`the registry has no ${name} that Node ${process.versions.node} may use`);
      }
      return `${name}@${version}`;
    }),
  );
}

interface Served {
  version: string;
  engines?: { node?: string };
}

/** Pulumi's SDKs ask for `>=` a version and nothing else. */
function isForThisNode({ engines }: Served): boolean {
  const [, least = "0"] = /^>=\s*([\d.]+)/.exec(engines?.node ?? "") ?? [];
  return compare(process.versions.node, least) >= 0;
}

function compare(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}
