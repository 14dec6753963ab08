// Proves in a small form that customers who read their delivered secrets are never refused while their keys are rotated; `npm run test:load` is the
// long form. What is real and what is simulated: load.ts.
import { expect, it, vi } from "vitest";
import { leftOutFor, motoMissing } from "../../lambda";
import { runLoad } from "./load";

vi.setConfig({ testTimeout: 300_000 });

it.skipIf(leftOutFor(motoMissing()))("lets every call in through two rotations of each customer", async () => {
  const load = { customers: 2, rotations: 2, requestsPerSecond: 50, readEvery: 500 };
  const { requests, refused, tokens, previousKept } = await runLoad(load);
  expect({ refused, tokens, previousKept }).toEqual({ refused: {}, tokens: [3, 3], previousKept: true });
  expect(requests).toBeGreaterThan(100);
});
