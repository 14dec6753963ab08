// Proves when a request is sent again, after which wait, and when a look comes first, with a fetch and a clock of the test's
// own. Says nothing of which request of the API is of which kind.
import { describe, expect, it } from "vitest";
import { Operation } from "../../tesseral/retries";
import type { Call } from "../../tesseral/transport";
import {
  type Answer,
  failureOf,
  good,
  networkError,
  read,
  status,
  tesseralError,
  text,
  transportWith,
} from "./answers";

describe("an operation", () => {
  const operate = (answers: (() => Answer)[], call: Call<{ name: string }> = read, options = {}) => {
    const { transport, time, sent } = transportWith(answers, options);
    return { sent, time, result: time.during(new Operation(transport).send(call)) };
  };

  it("sends a read again after a passing failure, each time later than before", async () => {
    const { sent, result } = operate([status(503), networkError("ECONNRESET"), status(500), status(502), good]);
    expect(await result).toEqual({ name: "it" });
    const waits = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(waits).toHaveLength(4);
    waits.forEach((wait, index) => {
      expect(wait).toBeGreaterThanOrEqual(250 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(500 * 2 ** index);
    });
  });

  it("waits as long as a 503 asks for", async () => {
    const { sent, result } = operate([status(503, { "Retry-After": "20" }), good]);
    await result;
    expect((sent[1]?.at ?? 0) - (sent[0]?.at ?? 0)).toBe(20_000);
  });

  it("does not send again what can only fail again", async () => {
    const { sent, result } = operate([
      tesseralError(400, { code: 3, message: "invalid_argument", description: "invalid id" }),
    ]);
    await expect(result).rejects.toThrow("Tesseral: GET /v1/thing failed with 400 invalid_argument: invalid id");
    expect(sent).toHaveLength(1);
  });

  it("gives up after eight repetitions, and tells what all attempts met", async () => {
    const { sent, result } = operate([status(503), networkError("ECONNRESET"), status(503)]);
    await expect(result).rejects.toThrow(
      /^Tesseral: GET \/v1\/thing was tried 9 times in \d+\.\d s \(503, connection lost, 7 × 503\) and given up; the last time it failed with 503$/,
    );
    expect(sent).toHaveLength(9);
  });

  it("gives up at its deadline, whatever is left of the repetitions", async () => {
    const { sent, result } = operate([status(503)], read, { operationDeadline: 3, retries: 100 });
    await expect(result).rejects.toThrow(/and given up/);
    expect(sent.length).toBeLessThan(8);
    expect((sent.at(-1)?.at ?? 0) - (sent[0]?.at ?? 0)).toBeLessThan(8000);
  });

  it("asks three times for an answer that is not Tesseral's: more would only wait for a wrong address", async () => {
    const { sent, result } = operate([text("<p>Log in</p>", "text/html")]);
    await expect(result).rejects.toThrow(/was tried 3 times .* \(3 × unexpected answer\)/);
    expect(sent).toHaveLength(3);
  });

  it("shares one budget of repetitions among its requests", async () => {
    const { transport, time, sent } = transportWith([status(503), status(503), good, status(503)], { retries: 3 });
    const operation = new Operation(transport);
    await time.during(operation.send(read));
    await expect(time.during(operation.send(read))).rejects.toThrow(/was tried 2 times/);
    expect(sent).toHaveLength(5);
  });

  it("sends a create once when its outcome is unknown", async () => {
    for (const answer of [status(500), status(502), networkError("ECONNRESET"), text("", "application/json")]) {
      const { sent, result } = operate([answer, good], { ...read, method: "POST", repeat: "create" });
      await failureOf(result);
      expect(sent).toHaveLength(1);
    }
  });

  it("sends a create again when the server certainly did nothing", async () => {
    for (const answer of [status(429), networkError("ECONNREFUSED")]) {
      const { sent, result } = operate([answer, good], { ...read, method: "POST", repeat: "create" });
      expect(await result).toEqual({ name: "it" });
      expect(sent).toHaveLength(2);
    }
  });

  it("looks whether a change was made before it sends it again", async () => {
    const change: Call<{ name: string }> = { ...read, method: "PATCH" };
    const made = operate([status(500), good], { ...change, look: async () => ({ name: "made" }) });
    expect(await made.result).toEqual({ name: "made" });
    expect(made.sent).toHaveLength(1);

    const notMade = operate([status(500), good], { ...change, look: async () => undefined });
    expect(await notMade.result).toEqual({ name: "it" });
    expect(notMade.sent).toHaveLength(2);
  });

  it("does not look when the server certainly did nothing", async () => {
    const look = async () => {
      throw new Error("it looked");
    };
    const { result } = operate([status(429), networkError("ECONNREFUSED"), good], { ...read, method: "PATCH", look });
    expect(await result).toEqual({ name: "it" });
  });

  it("looks even when nothing more may be tried", async () => {
    const look = async () => ({ name: "made" });
    const { result } = operate([status(500)], { ...read, method: "PATCH", look }, { retries: 0 });
    expect(await result).toEqual({ name: "made" });
  });

  it("throws what the test's own read throws, unchanged", async () => {
    const broken = () => {
      throw new RangeError("a bug");
    };
    await expect(operate([good], { ...read, read: broken }).result).rejects.toThrow(RangeError);
  });
});
