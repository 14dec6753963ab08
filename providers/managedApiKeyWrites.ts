/** Writes to the keys that one resource can have: the current one, and the previous one while it works. */
import type { TesseralClient } from "../tesseral";
import type { KeyState } from "./managedApiKeyFields";
import { forgetPrevious, unlessGone } from "./managedApiKeyReads";

/** Changes both keys. A current one that is gone gets a successor, which is made as declared; a previous one that is gone is forgotten. */
export async function changeBothKeys(state: KeyState, work: (id: string) => Promise<unknown>): Promise<void> {
  const { apiKeyId = "", previousApiKeyId, status } = state;
  if (status !== "gone") {
    await work(apiKeyId);
  }
  if (previousApiKeyId !== undefined && (await unlessGone(work(previousApiKeyId).then(() => true))) === undefined) {
    forgetPrevious(state);
  }
}

/** Brings the roles of a key to what is declared. A key that was just created has none, so they are not asked for. */
export async function bringRoles(tesseral: TesseralClient, id: string, roles: string[], isNew: boolean): Promise<void> {
  const present = isNew ? [] : await tesseral.allApiKeyRoleAssignments(id);
  for (const roleId of roles) {
    if (!present.some((assignment) => assignment.roleId === roleId)) {
      const apiKeyRoleAssignment = { apiKeyId: id, roleId };
      await tesseral.apiKeyRoleAssignments.createApiKeyRoleAssignment({ apiKeyRoleAssignment });
    }
  }
  for (const { id: assignmentId, roleId } of present) {
    if (!roles.includes(roleId)) {
      await tesseral.apiKeyRoleAssignments.deleteApiKeyRoleAssignment(assignmentId);
    }
  }
}
