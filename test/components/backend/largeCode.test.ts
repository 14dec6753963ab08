// Proves what becomes of a program that is too large for a request to Lambda: refused with the way out, and with a bucket handed over as an
// object, byte for byte. It does not prove that AWS takes it: no account is there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeZip } from "../../../components/backend/package/writeZip";
import { inputsOf } from "./record";
import { sampleBackend } from "./sample";

const folder = mkdtempSync(join(tmpdir(), "large-code-"));
const large = join(folder, "large.zip");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { registered, refusal } = sampleBackend();

beforeAll(() => {
  const entries = [
    { name: "run.sh", content: Buffer.from("#!/bin/sh\nexec node server.js\n"), mode: 0o755 },
    { name: "model.bin", content: Buffer.alloc(51 * 1024 * 1024 - 1000), mode: 0o644 },
  ];
  // Stored, not compressed: a zip of 51 MB without the time that it takes to compress one.
  writeFileSync(large, writeZip(entries, 0));
});

it("refuses a zip of 51 MB before anything is registered, and names the bucket to set", async () => {
  expect(await refusal({ code: large })).toBe(
    `Backend "api": code: ${large} is 51 MB zipped; Lambda takes 50 MB in a request. Set codeBucket to an S3 bucket in the function's region`,
  );
});

it("hands the same zip to Lambda as the object of a bucket", async () => {
  const found = await registered({ code: large, codeBucket: "our-code" });
  const object = inputsOf(found, "aws:s3/bucketObjectv2:BucketObjectv2", "api-code");
  const { code, s3Bucket, s3Key } = inputsOf(found, "aws:lambda/function:Function", "api");
  expect({ code, s3Bucket, s3Key }).toEqual({ code: undefined, s3Bucket: object.bucket, s3Key: object.key });
  const { path } = object.source as { path: string };
  expect(readFileSync(path).equals(readFileSync(large))).toBe(true);
});
