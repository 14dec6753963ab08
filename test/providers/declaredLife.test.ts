// Proves what is refused between the fields of a key's life. Not a field alone: managedApiKey.test.ts. Nor how people see it in their file:
// test/config.
import { expect, it } from "vitest";
import { type DeclaredLife, lifeProblems } from "../../providers/declaredLife";

it.each<[DeclaredLife, string[]]>([
  [{}, []],
  [{ rotateEvery: "P90D", overlap: "P7D" }, []],
  [{ rotateEvery: "P1M", overlap: "P27D" }, []],
  [{ rotateEvery: "P90D", overlap: "P7D", expireAfter: "P97D" }, []],
  [{ expireTime: "2030-01-01T00:00:00Z", renewBefore: "P14D", rotate: "x", overlap: "PT0S" }, []],
  [
    { rotateEvery: "P90D" },
    [
      "rotateEvery needs overlap beside it: how long the previous token keeps working once the new one exists, such as P7D, or PT0S to end it at once",
    ],
  ],
  [
    { rotate: "2026-11 leak" },
    [
      "rotate needs overlap beside it: how long the previous token keeps working once the new one exists, such as P7D, or PT0S to end it at once",
    ],
  ],
  [{ overlap: "P7D" }, ["overlap needs rotateEvery or rotate beside it: without them nothing is rotated"]],
  [
    { rotateEvery: "P1M", overlap: "P28D" },
    ["overlap is P28D, but must be shorter than rotateEvery (P1M): a token has to end before the next rotation"],
  ],
  [
    { rotateEvery: "PT0S", overlap: "PT0S" },
    ["overlap is PT0S, but must be shorter than rotateEvery (PT0S): a token has to end before the next rotation"],
  ],
  [
    { rotateEvery: "P3M", overlap: "P7D", expireAfter: "P98D" },
    [
      "expireAfter is P98D, but must be at least rotateEvery and overlap together (P3M and P7D): a token would end before its overlap does",
    ],
  ],
  [
    { rotateEvery: "P1M", overlap: "PT0S", expireAfter: "P31D" },
    [
      "expireAfter is P31D, but must be longer than rotateEvery (P1M): a token would end at the very moment at which its rotation is due",
    ],
  ],
  [
    { rotateEvery: "P90D", overlap: "P7D", expireTime: "2030-01-01T00:00:00Z" },
    [
      "expireTime excludes rotateEvery: keep one of the two. expireAfter gives every token of a rotating key an end; renewBefore renews a key with an expireTime",
    ],
  ],
  [
    { expireAfter: "P90D", renewBefore: "P7D" },
    [
      "expireAfter needs rotateEvery beside it: a key that is not rotated ends for good; for that, declare expireTime",
      "renewBefore needs expireTime beside it: only what ends can be renewed; to rotate a key, declare rotateEvery",
    ],
  ],
])("finds what is wrong between the fields of %j", (life, problems) => {
  expect(lifeProblems(life).map(({ field, message }) => `${field} ${message}`)).toEqual(problems);
});
