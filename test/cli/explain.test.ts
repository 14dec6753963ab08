// Proves what `pulumi-tesseral explain` prints, without a network, for a code however it is written. What the entries say is checked in test/errors.
import { Command } from "commander";
import { afterEach, expect, it, vi } from "vitest";
import { explainCommand } from "../../cli/explain";
import { catalog } from "../../errors/catalog";

afterEach(() => vi.restoreAllMocks());

/** What the command prints. It asks nobody: a request would fail the test. */
async function explain(...args: string[]): Promise<string> {
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("it asked somebody"));
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const command = new Command("explain");
  explainCommand(command);
  await command.parseAsync(args, { from: "user" });
  return written.mock.calls.map(([text]) => text).join("");
}

const brake = `TSL-BRAKE: More customers would be deleted than the brake allows

What happened: The update would delete more customers than \`tesseral:maxRemovals\` allows. The default is 1.
What changed: Nothing was created, changed or deleted.
What to do:
  1. If it was not meant, put the entries back.
  2. If it was: \`pulumi config set tesseral:maxRemovals <number>\`, \`pulumi up\`, and afterwards \`pulumi config rm tesseral:maxRemovals\`.
Read on: docs/customers.md#removing-a-customer
`;

it.each([
  [["TSL-BRAKE"]],
  [["tsl-brake"]],
  [["brake"]],
  [["3 customers would be deleted, and tesseral:maxRemovals allows 1: acme. (TSL-BRAKE)"]],
  [["…allows", "1:", "acme.", "(TSL-BRAKE)"]],
])("explains %j", async (args) => {
  expect(await explain(...args)).toBe(brake);
});

it("prints it as JSON, of one code or of all", async () => {
  const { summary, happened, changed, todo } = catalog["TSL-BRAKE"];
  const page = "docs/customers.md#removing-a-customer";
  expect(JSON.parse(await explain("TSL-BRAKE", "--json"))).toEqual({
    ...{ code: "TSL-BRAKE", summary, happened, changed, todo, page },
  });
  vi.restoreAllMocks();
  const all: { code: string }[] = JSON.parse(await explain("--json"));
  expect(all.map(({ code }) => code)).toEqual(Object.keys(catalog));
});

it("lists all codes, a line each, in their groups", async () => {
  const lines = (await explain()).split("\n");
  expect(lines[0]).toBe("Customers' files and settings");
  for (const [code, { summary }] of Object.entries(catalog)) {
    expect(lines.filter((line) => line.startsWith(`  ${code} `))).toEqual([expect.stringMatching(/\S {2,}\S/)]);
    expect(lines.some((line) => line.endsWith(`  ${summary}`))).toBe(true);
  }
});

it("says what may have been meant by a code that there is not", async () => {
  await expect(explain("TSL-BRAK")).rejects.toThrow(
    'there is no code TSL-BRAK, did you mean "TSL-BRAKE"? (TSL-UNKNOWN-CODE)',
  );
  await expect(explain("TSL-NOTHING-LIKE-IT")).rejects.toThrow(
    "there is no code TSL-NOTHING-LIKE-IT: `pulumi-tesseral explain` lists them (TSL-UNKNOWN-CODE)",
  );
  for (const line of ["error: this is an old line without anything at its end", `acme_sk_${"t".repeat(20)}`]) {
    await expect(explain(line)).rejects.toThrow(
      "the line holds no code: look for (TSL-…) at the end of an error's first line (TSL-UNKNOWN-CODE)",
    );
  }
});
