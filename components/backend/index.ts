/** What `import … from "pulumi-tesseral/backend"` gives. Loads `@pulumi/aws`; the rest of the package does not. */
export { Backend } from "./backend";
export type {
  BackendArgs,
  BackendCors,
  BackendThrottle,
  BackendVpc,
  RouteThrottle,
} from "./backendArgs";
export { BackendKey, type BackendKeyArgs } from "./backendKey";
export type { CodeBuild, Framework } from "./build/codeBuild";
export type { BackendDomain } from "./domain";
export type { FunctionOptions, FunctionWithKey } from "./fromFunction";
export type { KeySource } from "./keySource";
export type { Architecture } from "./package/elf";
export type { PolicyStatement } from "./permissions";
export type { Rollout } from "./rollout";
export type { BackendTransform, Transform } from "./transforms";
export type { WarmInstances, WarmTime } from "./warm";
