import type { OpenRoute, Route } from "../http/route";
import { apiKeyRoleAssignmentRoutes } from "./apiKeyRoleAssignments";
import { apiKeyRoutes } from "./apiKeys";
import { configurationRoute } from "./configuration";
import { domainRoutes } from "./domains";
import { organizationRoutes } from "./organizations";
import { projectRoutes } from "./project";
import { roleRoutes } from "./roles";
import { userInviteRoutes } from "./userInvites";
import { userRoleAssignmentRoutes } from "./userRoleAssignments";
import { userRoutes } from "./users";

/** Every route; of two that fit a path the one without a parameter there comes first. */
export const routes: readonly (Route | OpenRoute)[] = [
  ...projectRoutes,
  ...organizationRoutes,
  ...domainRoutes,
  ...apiKeyRoutes,
  ...apiKeyRoleAssignmentRoutes,
  ...roleRoutes,
  ...userRoutes,
  ...userInviteRoutes,
  ...userRoleAssignmentRoutes,
  configurationRoute,
];
