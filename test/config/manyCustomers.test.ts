// Proves that the check of what is declared takes time in proportion to how much that is.
import { expect, it } from "vitest";
import { customersOf, problemsOf } from "./declared";

it("checks 2,000 customers, also when all of them are wrong, in time that does not grow with their square", () => {
  const customers = (field: string, length: number) =>
    `customers:\n${Array.from(
      { length },
      (_, index) =>
        `  customer-${index}:\n    ${field}: Customer ${index}\n    roles: { reader: { actions: [widgets.read] } }\n` +
        "    apiKeys:\n      production: { roles: [reader] }\n      ci: { roles: [reader], expireTime: 2037-01-01T00:00:00Z }\n",
    ).join("")}`;
  /** Seconds of the processor that so many take, right and wrong; a busy machine slows all of them alike. */
  const effort = (length: number) => {
    const begin = process.cpuUsage();
    expect(Object.keys(customersOf(customers("displayName", length)))).toHaveLength(length);
    expect(problemsOf(customers("displayname", length))).toHaveLength(length);
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1e6;
  };
  effort(100); // loads and compiles
  const one = effort(400);
  // Five times as many take five times as long; comparing each customer with each other would make it twenty-five.
  expect(effort(2000)).toBeLessThan(12 * one);
});
