import type { OutputMap } from "@pulumi/pulumi/automation";

/** A managed API key of a customer, as the outputs of the stack tell of it. */
export interface CustomerKey {
  /** `customer/key`, by their names in the stack file. */
  name: string;
  customer: string;
  organizationId: string;
  apiKeyId: string;
  secretToken: string;
}

/** A customer in the output `customers` of `index.ts`. */
interface CustomerOutputs {
  organizationId: string;
  apiKeyIds: Record<string, string>;
  secretTokens: Record<string, string>;
}

/** The keys in the outputs of `index.ts`, in the order of the stack file. */
export function customerKeys(outputs: OutputMap): CustomerKey[] {
  const customers: Record<string, CustomerOutputs> = outputs.customers?.value ?? {};
  return Object.entries(customers).flatMap(([customer, { organizationId, apiKeyIds, secretTokens }]) =>
    Object.entries(apiKeyIds).map(([key, apiKeyId]) => ({
      name: `${customer}/${key}`,
      customer,
      organizationId,
      apiKeyId,
      secretToken: secretTokens[key] ?? "",
    })),
  );
}

/** What an API answered to a call with a token, or without one. */
export interface Answer {
  status: number;
  /** What the caller may do. */
  actions: string[];
}

/** Calls an API with `Authorization: Bearer`. */
export async function callApi(url: string, secretToken?: string): Promise<Answer> {
  const headers: Record<string, string> = secretToken === undefined ? {} : { authorization: `Bearer ${secretToken}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
  const { actions = [] }: { actions?: string[] } = JSON.parse(await response.text());
  return { status: response.status, actions };
}
