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
export type {
  LoginSwitch,
  Organization as TesseralOrganization,
  OrganizationSwitch,
  Project as TesseralProject,
} from "./tesseral";
