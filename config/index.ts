export type { CustomerEntries, CustomerEntry } from "./customerShape";
export { type MatchedCustomer, matchCustomers } from "./identity/matchCustomers";
export { type LoadCustomersOptions, loadCustomers } from "./loadCustomers";
