// Proves what becomes of a failure after the first write.
import { describe, expect, it } from "vitest";
import { afterFirstWrite } from "../../providers/lifecycle";

describe("what follows the first write", () => {
  it("is answered when it succeeds", async () => {
    expect(
      await afterFirstWrite(
        "org_1",
        () => ({}),
        "made",
        async () => 5,
      ),
    ).toBe(5);
  });

  it("is a partial failure, with all that is known by then, when it fails", async () => {
    const known: Record<string, unknown> = {};
    const work = afterFirstWrite(
      "org_1",
      () => known,
      "org_1 was made",
      async () => {
        known.displayName = "Acme";
        throw new Error("but not named");
      },
    );
    await expect(work).rejects.toMatchObject({
      id: "org_1",
      properties: { displayName: "Acme" },
      reasons: ["org_1 was made: but not named"],
    });
  });
});
