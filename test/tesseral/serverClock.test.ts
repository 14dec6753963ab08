// Proves what the client may conclude about the server's clock. The times are made up; no request is sent.
import { describe, expect, it } from "vitest";
import { ServerClock } from "../../tesseral/serverClock";

const noon = Date.UTC(2030, 0, 1, 12);
const rfc = (milliseconds: number) => new Date(milliseconds).toISOString();
const http = (milliseconds: number) => new Date(milliseconds).toUTCString();

describe("the server's clock", () => {
  it("is trusted by a minute before any answer", () => {
    const clock = new ServerClock();
    expect(clock.earliest(noon)).toBe(noon - 60_000);
    expect(clock.latest(noon)).toBe(noon + 60_000);
  });

  it("is known to a second and the time of the request from a Date header, which is cut to seconds", () => {
    const clock = new ServerClock();
    // The server is 5 s ahead; the request took 200 ms.
    clock.learnDate(http(noon + 5000), noon, noon + 200);
    expect(clock.earliest(noon)).toBe(noon + 5000 - 200);
    expect(clock.latest(noon)).toBe(noon + 5000 + 1000);
  });

  it("is known better with every answer", () => {
    const clock = new ServerClock();
    clock.learnDate(http(noon), noon - 100, noon + 900);
    clock.learnDate(http(noon + 1000), noon + 1950, noon + 1990);
    expect(clock.latest(noon) - clock.earliest(noon)).toBeLessThan(1000);
    expect(clock.earliest(noon)).toBeLessThanOrEqual(noon);
  });

  it("is the database's as soon as a write told its time, since the web server may be another machine", () => {
    const clock = new ServerClock();
    clock.learnDate(http(noon + 60_000), noon, noon + 10);
    clock.learnWrite(rfc(noon - 3000), noon, noon + 40);
    expect(clock.earliest(noon)).toBe(noon - 3040);
    expect(clock.latest(noon)).toBe(noon - 3000 + 1);
  });

  it("keeps microseconds within the millisecond that it allows for", () => {
    const clock = new ServerClock();
    clock.learnWrite("2030-01-01T12:00:00.123999Z", noon + 100, noon + 150);
    const created = noon + 123.999;
    expect(clock.latest(noon + 100)).toBeGreaterThanOrEqual(created);
    expect(clock.earliest(noon + 150)).toBeLessThanOrEqual(created);
  });

  it("is learned anew when answers contradict each other: somebody set it", () => {
    const clock = new ServerClock();
    clock.learnWrite(rfc(noon), noon, noon + 10);
    clock.learnWrite(rfc(noon + 3_600_000), noon, noon + 10);
    expect(clock.earliest(noon)).toBe(noon + 3_600_000 - 10);
    clock.learnWrite(rfc(noon), noon, noon + 10);
    expect(clock.latest(noon)).toBe(noon + 1);
  });

  it("is not told by what is no time", () => {
    const clock = new ServerClock();
    clock.learnDate(null, noon, noon + 10);
    clock.learnDate("yesterday", noon, noon + 10);
    clock.learnWrite("", noon, noon + 10);
    expect(clock.latest(noon)).toBe(noon + 60_000);
  });
});
