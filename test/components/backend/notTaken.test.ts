// Proves that what AWS has no place for is refused with its reason and not as a mistake in spelling.
import { expect, it } from "vitest";
import { sampleBackend } from "./sample";

const { refusal } = sampleBackend();

it.each([
  ["allowedIps", ["203.0.113.0/24"], "neither a function URL nor an HTTP API can refuse callers by address; "],
  ["webAclArn", "arn:aws:wafv2:…", "AWS WAF attaches neither to a function URL nor to an HTTP API; "],
  ["maxRequestSize", 1000, "AWS's limits cannot be lowered, 6 MB with Lambda; "],
  ["payloadLimit", 1000, "AWS's limits cannot be lowered, 6 MB with Lambda; "],
  ["webAclId", "a1b2", "AWS WAF attaches neither to a function URL nor to an HTTP API; "],
  ["snapStart", { applyOn: "PublishedVersions" }, "a snapshot would keep the key that it was taken with, "],
  ["imageUri", "123456789012.dkr.ecr.…", "layers, and so the key, do not reach a container image; "],
  ["packageType", "Image", "layers, and so the key, do not reach a container image; "],
  ["keepVersions", 10, "no resource of Pulumi's removes old versions of a function; "],
])("refuses %s", async (name, value, why) => {
  expect(await refusal({ [name]: value })).toContain(`Backend "api": ${name}: ${why}`);
});
