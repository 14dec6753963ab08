import { compact, type Reply, type Route, route } from "../http/route";
import { formatTimestamp } from "../protojson/timestamp";
import { loginFlags } from "../records/loginMethods";
import type { Project } from "../records/store";
import { requests } from "./messageTypes";

const toWire = (project: Project): Reply => ({
  id: project.id,
  displayName: project.displayName,
  createTime: formatTimestamp(project.createTime),
  updateTime: formatTimestamp(project.updateTime),
  ...loginFlags((field) => project[field]),
  ...compact({
    vaultDomain: project.vaultDomain,
    vaultDomainCustom: project.vaultDomainCustom,
    trustedDomains: project.trustedDomains,
    cookieDomain: project.cookieDomain,
    emailSendFromDomain: project.emailSendFromDomain,
  }),
  apiKeysEnabled: project.apiKeysEnabled,
  ...compact({
    apiKeySecretTokenPrefix: project.apiKeySecretTokenPrefix,
    auditLogsEnabled: project.auditLogsEnabled,
  }),
});

export const projectRoutes: Route[] = [
  route("GET /v1/project", requests.getProject, "none", ({ project }) => ({ project: toWire(project) })),
];
