import type { ApiKey, Organization, Role, TesseralClient } from "../../tesseral";
import type { Progress } from "../progress";
import type { Contents } from "./plan";

/** Organizations that are read at a time. The client's own limits decide how many requests that is. */
const atOnce = 32;

/**
 * Reads what is in organizations: the keys of each, by a request for ten of them; the roles where there is a key that works, or of all; and
 * the roles of each key that works. Stops at the first that cannot be read.
 */
export async function readContents(
  tesseral: TesseralClient,
  organizations: readonly Organization[],
  { allRoles, now, progress }: { allRoles: boolean; now: number; progress: Progress },
): Promise<Map<string, Contents>> {
  const contents = new Map<string, Contents>();
  progress.start(organizations.length);
  try {
    await each(organizations, async ({ id }) => {
      const operation = tesseral.begin();
      const keys = await operation.allApiKeys(id);
      const hasKey = keys.some((key) => works(key, now));
      const roles: Role[] = hasKey || allRoles ? await operation.allRoles(id) : [];
      const held = await Promise.all(
        keys.map(async (key) => ({ ...key, roleIds: works(key, now) ? await rolesOf(tesseral, key) : [] })),
      );
      contents.set(id, { roles, keys: held });
      progress.step();
    });
  } finally {
    progress.stop();
  }
  return contents;
}

function works({ revoked, expireTime }: ApiKey, now: number): boolean {
  return !revoked && (expireTime === undefined || Date.parse(expireTime) > now);
}

async function rolesOf(tesseral: TesseralClient, { id }: ApiKey): Promise<string[]> {
  return (await tesseral.begin().allApiKeyRoleAssignments(id)).map(({ roleId }) => roleId);
}

/** Works on all items, some at a time. What fails is thrown, and nothing more is begun then. */
async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  let hasFailed = false;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const item of left) {
        if (hasFailed) {
          return;
        }
        await work(item).catch((error: unknown) => {
          hasFailed = true;
          throw error;
        });
      }
    }),
  );
}
