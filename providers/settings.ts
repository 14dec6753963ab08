/** A setting of a stack, `tesseral:<name>`. */
interface Setting {
  type: "string" | "number" | "object";
  /** The value if it is not set, in the unit of the setting. Left out: no limit, or nothing. */
  default?: string | number;
  meaning: string;
  /** Who reads it: the program that declares the customers, or the provider process, for which a `Provider` takes it as an argument too. */
  reader: "program" | "provider";
  /** Whether the number may be 0. */
  zero?: true;
}

/** Every setting of the namespace `tesseral`. A test compares the README and Pulumi.yaml. */
export const settings = {
  backendApiKey: {
    type: "string",
    default: "",
    meaning:
      "A backend API key of the Tesseral project, with `pulumi config set --secret`. The environment variable TESSERAL_BACKEND_API_KEY takes precedence.",
    reader: "provider",
  },
  apiUrl: {
    type: "string",
    default: "https://api.tesseral.com",
    meaning: "Where Tesseral's Backend API is.",
    reader: "provider",
  },
  customers: {
    type: "object",
    meaning:
      "The customers, by name; docs/customers.md says what can be written about each. If empty, they come from a file.",
    reader: "program",
  },
  customersFile: {
    type: "string",
    default: "customers.yaml",
    meaning: "The file that holds the customers when the stack's own file does not.",
    reader: "program",
  },
  part: {
    type: "string",
    default: "",
    meaning:
      "Which part of the customers the stack has, such as 3/50, where they are divided over stacks; docs/tasks/thousands-of-customers.md says how. If empty, it has all.",
    reader: "program",
  },
  maxRemovals: {
    type: "string",
    default: "1",
    meaning:
      "How many customers an update may delete at most: a number, or a percentage of all, such as 10%. An update that would delete more changes nothing.",
    reader: "program",
  },
  deliverTo: {
    type: "object",
    meaning:
      "Where the tokens of all customers are handed over; docs/delivery.md says what can be written. If empty, they stay in the stack's outputs.",
    reader: "program",
  },
  backend: {
    type: "object",
    meaning: "The backend that the customers call, on AWS Lambda. If empty, none is deployed.",
    reader: "program",
  },
  maxConcurrentRequests: { type: "number", default: 8, meaning: "Requests in flight at once.", reader: "provider" },
  requestsPerSecond: {
    type: "number",
    meaning: "Requests started per second. If empty, there is no limit, and a server that answers 429 sets the pace.",
    reader: "provider",
  },
  partsAtOnce: {
    type: "number",
    default: 1,
    meaning: "How many stacks work with the same Tesseral project at once and share requestsPerSecond.",
    reader: "provider",
  },
  requestTimeout: {
    type: "number",
    default: 10,
    meaning: "Seconds after which a request without an answer is abandoned.",
    reader: "provider",
  },
  retries: {
    type: "number",
    default: 8,
    meaning: "Retries that one operation may spend on failures other than 429.",
    reader: "provider",
    zero: true,
  },
  retryDelay: {
    type: "number",
    default: 500,
    meaning: "Milliseconds before the first retry; doubled for each further one, up to sixteenfold.",
    reader: "provider",
    zero: true,
  },
  operationDeadline: {
    type: "number",
    default: 120,
    meaning: "Seconds after which an operation is no longer retried.",
    reader: "provider",
  },
} as const satisfies Record<string, Setting>;

type SettingName = keyof typeof settings;
type NumberSetting = {
  [Name in SettingName]: (typeof settings)[Name]["type"] extends "number" ? Name : never;
}[SettingName];

/** The settings that are numbers; the client's options have the same names. */
export const numberSettings: readonly { name: NumberSetting; zero: boolean }[] = settingNames().flatMap((name) => {
  const setting = settings[name];
  return setting.type === "number" ? [{ name: name as NumberSetting, zero: "zero" in setting }] : [];
});

export function settingNames(): SettingName[] {
  return Object.keys(settings) as SettingName[];
}
