import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { BucketObjectv2, type BucketObjectv2Args } from "@pulumi/aws/s3/bucketObjectv2.js";
import * as pulumi from "@pulumi/pulumi";
import type { Transform } from "./transforms";

interface CodeObjectOptions {
  name: string;
  /** Name of the bucket. */
  bucket: pulumi.Input<string>;
  /** A file; other archives have been refused. */
  archive: pulumi.Input<pulumi.asset.Archive>;
  transform: Transform<BucketObjectv2Args> | undefined;
  opts: pulumi.CustomResourceOptions;
}

/**
 * The program as an object in S3, if it is too large for a request. Its key is derived from its content, so a changed program is a new
 * object; the old one is deleted once Lambda has the new one. Lambda keeps a copy of its own.
 */
export function codeObject(options: CodeObjectOptions): {
  s3Bucket: pulumi.Output<string>;
  s3Key: pulumi.Output<string>;
} {
  const { name, bucket, archive, transform, opts } = options;
  const path = pulumi.output(archive).apply((file) => (file as pulumi.asset.FileArchive).path);
  // Another stack of the same program may use the bucket, and must not delete this stack's object.
  const place = [pulumi.getProject(), pulumi.getStack(), name].join("/");
  const given: BucketObjectv2Args = {
    bucket,
    key: path.apply((file) => `${place}/${createHash("sha256").update(readFileSync(file)).digest("hex")}.zip`),
    source: path.apply((file) => new pulumi.asset.FileAsset(file)),
  };
  const object = new BucketObjectv2(`${name}-code`, transform?.(given) ?? given, opts);
  return { s3Bucket: object.bucket, s3Key: object.key };
}
