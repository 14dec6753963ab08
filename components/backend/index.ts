/** What `import … from "pulumi-tesseral/backend"` gives. Loads `@pulumi/aws`; the rest of the package does not. */
export { Backend } from "./backend";
export type {
  BackendArgs,
  BackendCors,
  BackendThrottle,
  BackendTransform,
  BackendVpc,
  Transform,
} from "./backendArgs";
export type { Architecture } from "./package/elf";
