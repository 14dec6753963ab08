/** What `import … from "pulumi-tesseral"` gives. */
export {
  Customer,
  type CustomerApiKeyArgs,
  type CustomerArgs,
  type CustomerRoleArgs,
} from "./components/customer";
export * from "./config";
export * from "./providers";
/** What the look-ups answer. */
export type { Organization as TesseralOrganization, Project as TesseralProject } from "./tesseral";
