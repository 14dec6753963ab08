// Proves that the search of the site ranks pages alike wherever the site stands: at the top of a host, as in the tests of the built site, or below the name of its
// repository, as on GitHub Pages. What it finds: site.site.ts.
import { resolve } from "node:path";
import { beforeAll, expect, it } from "vitest";

type Boost = (id: string, term: string, fields?: Record<string, unknown>) => number;

let boost: Boost;

beforeAll(async () => {
  const { miniSearch } = await import(resolve("docs/site/.vitepress/search.mts"));
  boost = miniSearch.searchOptions.boostDocument;
});

it.each([
  ["emulator.html#the-emulator", "emulator", [], 2],
  ["emulator.html#faults", "emulator", ["The emulator"], 1],
  ["reference/role.html#role", "role", [], 0.8],
  ["tasks/a-leaked-key.html#a-key-has-leaked", "leaked", [], 1.3],
  ["errors.html#tsl-brake", "tsl-brake", [], 20],
  ["errors.html#tsl-brake", "tsl", [], 4],
  ["#ways-in", "ways", [], 0.3],
  ["repository/README.html#see-it", "demo", [], 0.3],
  ["decisions.html#decisions", "decisions", [], 2],
  ["benchmarks.html#seconds", "seconds", ["Benchmarks"], 0.3],
] as const)("gives %s for %s the same weight below any name", (page, term, titles, weight) => {
  expect(["/", "/pulumi-tesseral/"].map((base) => boost(base + page, term, { titles: [...titles] }))).toEqual([
    weight,
    weight,
  ]);
});
