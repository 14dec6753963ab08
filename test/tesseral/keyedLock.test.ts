// Proves that work is kept apart, or few enough, whether it succeeds or fails.
import { expect, it } from "vitest";
import { KeyedLock, Semaphore } from "../../tesseral/keyedLock";
import { VirtualTime } from "./virtualTime";

it("runs work of one key one after another, and of different keys at once", async () => {
  const time = new VirtualTime(0);
  const lock = new KeyedLock();
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins at ${time.now()}`);
    await time.sleep(10);
    return name;
  };
  const results = await time.during(
    Promise.all([lock.run("a", work("a1")), lock.run("a", work("a2")), lock.run("b", work("b1"))]),
  );
  expect(results).toEqual(["a1", "a2", "b1"]);
  expect(log).toEqual(["a1 begins at 0", "b1 begins at 0", "a2 begins at 10"]);
});

it("goes on after work that failed", async () => {
  const lock = new KeyedLock();
  const failed = lock.run("a", async () => {
    throw new Error("no");
  });
  const next = lock.run("a", async () => "next");
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("next");
});

it("lets only so many run at once, in the order of their arrival", async () => {
  const time = new VirtualTime(0);
  const semaphore = new Semaphore(2);
  const begun: number[] = [];
  await time.during(
    Promise.all(
      [10, 30, 10, 10].map((duration, index) =>
        semaphore.run(async () => {
          begun[index] = time.now();
          await time.sleep(duration);
        }),
      ),
    ),
  );
  expect(begun).toEqual([0, 0, 10, 20]);
});

it("frees the place of work that failed", async () => {
  const semaphore = new Semaphore(1);
  const failed = semaphore.run(async () => {
    throw new Error("no");
  });
  await expect(failed).rejects.toThrow("no");
  expect(await semaphore.run(async () => "next")).toBe("next");
});
