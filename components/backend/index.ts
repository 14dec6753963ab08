/** What `import … from "pulumi-tesseral/backend"` gives. Loads `@pulumi/aws`; the rest of the package does not. */
export { Backend } from "./backend";
export type {
  BackendArgs,
  BackendCors,
  BackendThrottle,
  BackendVpc,
} from "./backendArgs";
export type { Architecture } from "./package/elf";
export type { PolicyStatement } from "./permissions";
export type { BackendTransform, Transform } from "./transforms";
