/** What `import … from "pulumi-tesseral"` gives. */
export { Customer } from "./components/customer";
export type { CustomerApiKeyArgs, CustomerArgs, CustomerRoleArgs } from "./components/customerArgs";
export * from "./config";
export * from "./providers";
/** What the look-ups answer. */
export type {
  LoginSwitch,
  Organization as TesseralOrganization,
  OrganizationSwitch,
  Project as TesseralProject,
} from "./tesseral";
