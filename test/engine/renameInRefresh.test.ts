// Proves what docs/customers.md says of a refresh that runs the program while a rename is still to be carried out: Pulumi's engine panics, and
// nothing is lost. Fails once https://github.com/pulumi/pulumi/issues/21404 is mended; then the docs need not say it.
import { afterEach, expect, it, vi } from "vitest";
import { Customer } from "../../library";
import { failureOf, openTesseralStack, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 240_000 });

let tesseral: TesseralStack;

afterEach(() => tesseral.close());

const called = (name: string, earlier?: string) => async () => {
  const args = { displayName: "Acme", apiKeys: { ci: {} } };
  new Customer(name, args, earlier === undefined ? {} : { aliases: [{ name: earlier }] });
};

it("changes nothing in a refresh with the program, and carries the rename out afterwards", async () => {
  tesseral = await openTesseralStack(called("acme"));
  const { stack } = tesseral;
  await stack.up();
  tesseral.requests();
  stack.automation.workspace.program = called("acme-corp", "acme");
  expect((await failureOf(stack.refresh({ runProgram: true }))).message).toContain(
    "tesseral:index:Customer::acme' had not been marked as seen",
  );
  await stack.automation.cancel();
  expect((await stack.up(called("acme-corp", "acme"))).changes).toEqual({ same: 4 });
  await stack.refresh({ runProgram: true });
  expect(tesseral.writes()).toEqual([]);
});
