// Proves the decisions about a create whose answer is lost, step by step, without a server. That nothing is left behind on a
// real one, whatever fails, is the matter of test/faults.
import { beforeEach, describe, expect, it } from "vitest";
import {
  AmbiguousCreateError,
  CreateOutcomeUnknownError,
  createdWithin,
  createOnce,
  isMarkedName,
  type LostCreate,
  markedName,
  TesseralApiError,
  type TesseralError,
  TesseralNoAnswerError,
} from "../../tesseral";
import { Operation } from "../../tesseral/retries";
import { transportWith } from "./answers";
import type { VirtualTime } from "./virtualTime";

const request = { method: "POST", path: "/v1/things" };
const lost = () => new TesseralNoAnswerError(request, "connection-lost", "the connection was lost (ECONNRESET)");
const refused = () => new TesseralApiError(request, 403, 7, "permission_denied", "no");

interface Thing {
  id: string;
  createTime: string;
}

const thing = (id: string): Thing => ({ id, createTime: "2030-01-01T00:00:00Z" });

let time: VirtualTime;
let log: string[];

beforeEach(() => {
  log = [];
});

/** Runs a create whose attempts and looks are answered from lists; the last of each is given again and again. */
function create(
  attempts: (Thing | (() => TesseralError))[],
  looks: (Thing[] | (() => TesseralError))[],
  {
    adopts = true,
    reconcileAll = false,
    retries = 8,
  }: { adopts?: boolean; reconcileAll?: boolean; retries?: number } = {},
) {
  const fake = transportWith([], { retries });
  time = fake.time;
  const next = <T>(list: T[]): T => {
    const one = list.length > 1 ? list.shift() : list[0];
    if (one === undefined) {
      throw new Error("the test gave no answers");
    }
    return one;
  };
  const answer = <T>(one: T | (() => TesseralError)): T => {
    if (typeof one === "function") {
      throw (one as () => TesseralError)();
    }
    return one;
  };
  const spans: LostCreate[] = [];
  const result = time.during(
    createOnce<Thing>({
      what: 'thing "it"',
      operation: new Operation(fake.transport),
      reconcileAll,
      create: async () => {
        log.push("create");
        return answer(next(attempts));
      },
      find: async (span) => {
        log.push("look");
        spans.push(span);
        return answer(next(looks));
      },
      reconcile: async (found) => {
        log.push(adopts ? `adopt ${found.id}` : `discard ${found.id}`);
        return adopts ? found : undefined;
      },
      discard: async (late) => void log.push(`discard ${late.id}`),
    }),
  );
  return { result, spans };
}

describe("a create", () => {
  it("that is answered is done, without a look", async () => {
    const { result } = create([thing("a")], [[]]);
    const { made, discardLate } = await result;
    await discardLate();
    expect(made.id).toBe("a");
    expect(log).toEqual(["create"]);
  });

  it("is not sent where a step is missing, and nobody is told of an object that it did not answer", async () => {
    // As a program without types would call it.
    const anything = createOnce as (steps: unknown) => Promise<unknown>;
    await expect(anything(undefined)).rejects.toThrow(
      "createOnce needs create, find, reconcile, discard, operation; nothing was sent",
    );
    for (const nothing of ["null", "{}", "5"]) {
      await expect(create([JSON.parse(nothing)], [[]]).result).rejects.toThrow(
        '`create` of thing "it" answered no object with an `id`, so nobody can tell what it made',
      );
    }
  });

  it("that is refused fails as it was refused, without a look", async () => {
    await expect(create([refused], [[]]).result).rejects.toThrow("403 permission_denied: no");
    expect(log).toEqual(["create"]);
  });

  it("that is lost is looked for, and what it made is adopted", async () => {
    const { made } = await create([lost], [[thing("a")]]).result;
    expect(made.id).toBe("a");
    expect(log).toEqual(["create", "look", "adopt a"]);
  });

  it("that is lost and made nothing is sent again; once recorded, a late one is discarded", async () => {
    const { made, discardLate } = await create([lost, thing("b")], [[], [thing("late"), thing("b")]]).result;
    await discardLate();
    expect(made.id).toBe("b");
    expect(log).toEqual(["create", "look", "create", "look", "discard late"]);
  });

  it("that is lost and made what cannot be adopted is sent again after that was discarded", async () => {
    const { made } = await create([lost, thing("b")], [[thing("a")]], { adopts: false }).result;
    expect(made.id).toBe("b");
    expect(log).toEqual(["create", "look", "discard a", "create"]);
  });

  it("that several objects may have come of touches none of them and names them", async () => {
    const { result } = create([lost], [[thing("a"), thing("b")]]);
    await expect(result).rejects.toThrow(AmbiguousCreateError);
    await expect(result).rejects.toThrow(
      'the answer to an earlier creation of thing "it" was lost, and 2 objects fit: a (created 2030-01-01T00:00:00Z), ' +
        "b (created 2030-01-01T00:00:00Z). None was touched",
    );
    expect(log).toEqual(["create", "look"]);
  });

  it("that several objects came of which are certainly ours discards them all", async () => {
    const options = { adopts: false, reconcileAll: true };
    const { made } = await create([lost, thing("c")], [[thing("a"), thing("b")]], options).result;
    expect(made.id).toBe("c");
    expect(log).toEqual(["create", "look", "discard a", "discard b", "create"]);
  });

  it("that cannot be looked for has an unknown outcome, with the span in which it was carried out if it was", async () => {
    const { result, spans } = create([lost], [lost]);
    const error = await result.catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(CreateOutcomeUnknownError);
    expect((error as CreateOutcomeUnknownError).lost).toEqual(spans[0]);
    expect((error as Error).message).toBe(
      'the creation of thing "it" got no clear answer: Tesseral: POST /v1/things got no usable answer: the connection was lost (ECONNRESET)',
    );
  });

  it("that is lost again and again ends with an unknown outcome, each time after a look", async () => {
    const { result, spans } = create([lost], [[]], { retries: 2 });
    await expect(result).rejects.toThrow(CreateOutcomeUnknownError);
    expect(log).toEqual(["create", "look", "create", "look", "create", "look"]);
    // An earlier one may be carried out late, so each look begins where the first create began.
    expect(new Set(spans.map(({ begin }) => begin)).size).toBe(1);
  });

  it("is looked for from a minute before it was sent to a minute after the server had to be done, when no answer told the clock", async () => {
    const { spans, result } = create([lost], [[thing("a")]]);
    await result;
    expect(spans[0]).toEqual({ begin: "2029-12-31T23:59:00.000Z", end: "2030-01-01T00:01:10.000Z" });
  });
});

describe("an object", () => {
  it("fits a lost create if it was created in its span, the ends included", () => {
    const span = { begin: "2030-01-01T00:00:00.000Z", end: "2030-01-01T00:00:01.000Z" };
    const fits = (createTime: string) => createdWithin(span, { id: "a", createTime });
    expect(fits("2029-12-31T23:59:59.999999Z")).toBe(false);
    expect(fits("2030-01-01T00:00:00Z")).toBe(true);
    expect(fits("2030-01-01T00:00:00.5Z")).toBe(true);
    expect(fits("2030-01-01T00:00:01.000Z")).toBe(true);
    expect(fits("2030-01-01T00:00:01.001Z")).toBe(false);
  });

  it("is known to be one resource's by its marked name", () => {
    const name = markedName("Acme", "organization/shop/prod/acme");
    expect(name).toBe("Acme (being created, 1003b52d8b9c)");
    expect(markedName("Acme", "organization/shop/dev/acme")).not.toBe(name);
    expect(isMarkedName(name)).toBe(true);
    expect([undefined, "", "Acme", "Acme (being created)"].map(isMarkedName)).toEqual([false, false, false, false]);
  });
});
