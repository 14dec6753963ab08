export type { CustomerEntries, CustomerEntry } from "./customerShape";
export { type LoadCustomersOptions, loadCustomers } from "./loadCustomers";
export { checkRemovals } from "./removals/checkRemovals";
