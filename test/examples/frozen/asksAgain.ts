import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Backend, missingTool, toolCaches } from "../backends";
import { run } from "../build";
import { bearer, type Session } from "../session";

/** Why it cannot be shown here; undefined if it can. Go asks the kernel for the time itself, so its own test needs no compiler. */
export function missingForFrozen({ name }: Backend): string | undefined {
  if (name === "go") {
    return undefined;
  }
  return process.platform === "linux"
    ? missingTool([{ name: "a C compiler", command: ["cc", "--version"], atLeast: [0, 0] }])
    : "only Linux can put a library between a program and its clocks";
}

/**
 * Says what a server with an answer of an hour does after two hours for which it was frozen, as an instance of AWS Lambda is between two
 * calls: its wall clock went on, its steady one stood still. Whether AWS's does is not shown.
 */
export async function askedAfterFrozen(backend: Backend, session: Session): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), "frozen-"));
  try {
    return await (backend.name === "go" ? ofGo(backend, work) : ofServer(session, work));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export const expectedAfterFrozen = "200, 1 call; 200, 0 calls; revoked: 200, 0 calls; two hours later: 401, 1 call";

async function ofServer(session: Session, work: string): Promise<string> {
  const [library, ahead] = [join(work, "wallAhead.so"), join(work, "ahead")];
  await run(["cc", "-shared", "-fPIC", "-o", library, join(__dirname, "wallAhead.c"), "-ldl"], work);
  const variables = { TESSERAL_CACHE_SECONDS: "3600", LD_PRELOAD: library, WALL_AHEAD: ahead };
  const running = await session.another(variables);
  const key = session.project.createKey();
  const ask = async () => (await session.ask(bearer(key), "/whoami", running)).replace(/ \{.*\}/, "");
  const before = `${await ask()}; ${await ask()}`;
  session.project.emulator.console.revokeApiKey(key.id);
  const meanwhile = await ask();
  writeFileSync(ahead, "");
  return `${before}; revoked: ${meanwhile}; two hours later: ${await ask()}`;
}

/** The Go example has no test of its own, so that nobody copies one. This one changes what its cache has noted. */
async function ofGo({ folder }: Backend, work: string): Promise<string> {
  const name = "apikeycache_test.go";
  cpSync(folder, work, {
    recursive: true,
    filter: (path) => path === folder || /\/[\w.]+\.(?:go|mod|sum)$/.test(path),
  });
  copyFileSync(join(__dirname, name), join(work, name));
  await run(["go", "test", "./..."], work, toolCaches);
  return expectedAfterFrozen;
}
